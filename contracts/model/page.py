"""Lists: what they must answer, and the page that a token leads to."""

from dataclasses import dataclass
from typing import Any

from contracts.model.match import Difference, difference
from contracts.model.prediction import ANYTHING, Prediction
from contracts.model.problems import Problems
from contracts.model.query import DEFAULT_LIMIT, Key, ListQuery, Read, read_query
from contracts.model.state import ID, Cursor, Refund, State
from contracts.targets.target import Request


@dataclass(frozen=True, slots=True)
class Page:
    """The page of `query` from `cursor` on, at most `limit` rows, in `state`."""

    state: State
    query: ListQuery
    limit: int
    cursor: Cursor | None

    def window(self) -> tuple[list[Refund], bool, bool]:
        """The rows of the page, whether others precede them, and whether others follow."""
        rows = self.query.rows(self.state)
        side = self._behind_edge(rows)
        further, others = len(side) > self.limit, len(rows) > len(side)
        if self._backward:
            return side[-self.limit :], further, others
        return side[: self.limit], others, further

    @property
    def _backward(self) -> bool:
        return self.cursor is not None and self.cursor.backward

    def _behind_edge(self, rows: list[Refund]) -> list[Refund]:
        """The rows on the side of the edge that the cursor leads to; all without one."""
        if self.cursor is None:
            return rows
        edge = self.cursor.edge or ()
        if self.cursor.backward:
            return [row for row in rows if self.query.key(row) < edge]
        return [row for row in rows if self.query.key(row) > edge]

    def differs(self, answer: Any) -> Difference | None:
        """The first place where the parsed page is not as expected."""
        items = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(items, list):
            return Difference("/items", "a list", items)
        if self._exact():
            return self._exactly(items, answer)
        return self._loosely(items, answer)

    def learn(self, state: State, answer: Any) -> State:
        """The state once the tokens of a page are known."""
        items = answer.get("items") if isinstance(answer, dict) else None
        tokens = {}
        for name, at in (("prev_page_token", 0), ("next_page_token", -1)):
            token = answer.get(name) if isinstance(items, list) else None
            if isinstance(token, str):
                backward = name.startswith("prev")
                edge = self._edge(items[at], state) if items else self._beyond(backward)
                tokens[token] = Cursor(self.query, edge, backward, state.version)
        return state.with_tokens(tokens)

    def _edge(self, item: Any, state: State) -> Key | None:
        row = state.refunds.get(str(_id(item)))
        return self.query.key(row) if row is not None else None

    def _beyond(self, backward: bool) -> Key | None:
        """The edge of an empty page: the place it was asked for, whose own row now counts too."""
        edge = self.cursor.edge if self.cursor is not None else None
        if edge is None or self._backward == backward:
            return edge
        # A longer tuple is greater than its prefix, so the row at the edge comes before it.
        return (*edge, 1) if backward else (*edge[:2], edge[2] - 0.5)

    def _exact(self) -> bool:
        cursor = self.cursor
        stale = cursor is not None and (cursor.version != self.state.version or cursor.edge is None)
        return self.state.exclusive and not stale

    def _exactly(self, items: list[Any], answer: Any) -> Difference | None:
        rows, before, after = self.window()
        return (
            _rows_differ(rows, items)
            or _token_differs(answer, "next_page_token", after)
            or _token_differs(answer, "prev_page_token", before)
        )

    def _loosely(self, items: list[Any], answer: Any) -> Difference | None:
        """Standing rows come in order with none left out; other rows may come between them."""
        if len(items) > self.limit:
            return Difference("/items", f"at most {self.limit} rows", f"{len(items)} rows")
        standing = self._standing()
        due, seen = self.compared(items)
        found = self._intruder(items) or _rows_differ(due, seen)
        token = "prev_page_token" if self._backward else "next_page_token"
        if found is None and token not in answer and len(seen) < len(standing):
            return Difference("/items", [row.id for row in standing], [_id(row) for row in seen])
        return found

    def compared(self, items: list[Any]) -> tuple[list[Refund], list[Any]]:
        """The rows due, and the items to be held against them.

        In a world of our own these are all rows and all items of the page; elsewhere, the rows that
        stood throughout, as many of them as the page shows, and the items that show them.
        """
        if self._exact():
            return self.window()[0], items
        standing = self._standing()
        ids = {row.id for row in standing}
        seen = [item for item in items if isinstance(_id(item), str) and _id(item) in ids]
        due = standing[len(standing) - len(seen) :] if self._backward else standing[: len(seen)]
        return due, seen

    def _intruder(self, items: list[Any]) -> Difference | None:
        """The first item of ours that is deleted, or that the filter leaves out."""
        for index, key in enumerate(map(_id, items)):
            if not isinstance(key, str):
                continue
            row = self.state.refunds.get(key)
            if row is not None and not self.query.matches(row):
                return Difference(f"/items/{index}", "no refund that the filter leaves out", key)
            if key in self.state.gone:
                return Difference(f"/items/{index}", "no refund that was deleted", key)
        return None

    def _standing(self) -> list[Refund]:
        rows, cursor = self.query.rows(self.state), self.cursor
        if cursor is None:
            return rows
        if cursor.edge is None:
            return []
        return self._behind_edge([row for row in rows if row.placed <= cursor.version])


def _token_differs(answer: Any, name: str, due: bool) -> Difference | None:
    token = answer.get(name)
    if (isinstance(token, str) and token != "") == due and (due or name not in answer):
        return None
    return Difference(f"/{name}", "a token, as more rows lie there" if due else "absent", token)


def _id(item: Any) -> Any:
    return item.get(ID) if isinstance(item, dict) else item


def _rows_differ(rows: list[Refund], items: list[Any]) -> Difference | None:
    if len(rows) == len(items) and all(map(Refund.is_said_by, rows, items)):
        return None
    due, received = [row.id for row in rows], [_id(item) for item in items]
    if due != received:
        return Difference("/items/*/" + ID, due, received)
    return difference([row.body for row in rows], items, "/items")


def predict_list(request: Request, state: State) -> Prediction:
    """The answers allowed to a list in this state."""
    problems = Problems()
    read = read_query(request, problems)
    cursor = _cursor(read, state, problems)
    outcomes = problems.outcomes(state.rules)
    usable = read.limit is not None and (cursor is None) == (read.token is None)
    if not usable or not any(outcome.status == 200 for outcome in outcomes):
        return Prediction("get_multi", outcomes, ANYTHING)
    page = Page(state, read.query, read.limit or DEFAULT_LIMIT, cursor)
    return Prediction("get_multi", outcomes, page, page.learn)


def _cursor(read: Read, state: State, problems: Problems) -> Cursor | None:
    if read.token is None:
        return None
    cursor = state.tokens.get(read.token)
    if cursor is None or cursor.query != read.query:
        problems.add("page-token-valid", "page_token", read.token)
        return None
    return cursor
