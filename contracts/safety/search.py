"""Finds refunds by the random mark of their create, in lists alone; nothing is changed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.errors import TargetError
from contracts.model import ID, REFUNDS
from contracts.safety.ownership_state import AT_ONCE, Intent
from contracts.targets.target import Pairs, Reply, Request, Send

Json = dict[str, Any]
PAYER = "non_insurance_payer_id"
_MOST_PAGES = 1_000


class NoFilter(TargetError):
    """A list that does not keep to its filter."""


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """A list that would show what some intents made.

    Attributes:
        name: the query parameter that it is asked by.
        values: what that is; several only of check numbers.
        intents: whose refunds it would show, oldest first.
    """

    name: str
    values: tuple[str, ...]
    intents: tuple[Intent, ...]


def ledger_queries(intents: Iterable[Intent], at_once: int = AT_ONCE) -> list[LedgerQuery]:
    """The fewest lists that show what intents made, each by `at_once` check numbers or a payer.

    What an intent made whose body was no JSON is in none of them.
    """
    numbers: dict[str, list[Intent]] = {}
    payers: dict[str, list[Intent]] = {}
    for intent in intents:
        if intent.by_number:
            numbers.setdefault(intent.marker, []).append(intent)
        elif intent.body is not None:
            payers.setdefault(str(intent.body.get(PAYER)).lower(), []).append(intent)
    short = [number for number, (first, *_) in numbers.items() if first.is_quick]
    groups = [short[at : at + at_once] for at in range(0, len(short), at_once)]
    groups += [[number] for number, (first, *_) in numbers.items() if not first.is_quick]
    queries = []
    for group in groups:
        made = tuple(intent for number in group for intent in numbers[number])
        queries.append(LedgerQuery("check_number", tuple(group), made))
    for some in payers.values():
        payer = str((some[0].body or {}).get(PAYER))
        queries.append(LedgerQuery(PAYER, (payer,), tuple(some)))
    return queries


class Search:
    """Reads the lists that may show what intents made.

    A list that holds others than asked for shows nothing, and may have no end; so it is asked once.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._broken: dict[tuple[str, bool], NoFilter] = {}

    def ask(self, refund_id: str) -> Reply:
        """The answer to a GET of one refund."""
        return self._send(Request("GET", f"{REFUNDS}/{refund_id}"))

    def rows(self, query: LedgerQuery, most_pages: int = _MOST_PAGES) -> list[Json]:
        """What a list holds that is beyond doubt of an intent that it is asked for.

        Args:
            query: the list.
            most_pages: how many of its pages are read.

        Raises:
            TargetError: it does not show whether there is any.
        """
        kind = (query.name, len(query.values) > 1)
        if kind in self._broken:
            raise self._broken[kind]
        try:
            return [
                r for r in self._walk(query, most_pages) if any(is_of(r, i) for i in query.intents)
            ]
        except NoFilter as error:
            self._broken[kind] = error
            raise

    def _walk(self, asked: LedgerQuery, most_pages: int) -> Iterator[Json]:
        wanted = {value.lower() for value in asked.values}
        query: Pairs = (*((asked.name, value) for value in asked.values), ("limit", "999"))
        token: Any = ""
        used: set[str] = set()
        for _ in range(most_pages):
            pairs = (*query, ("page_token", token)) if token else query
            reply = self._send(Request("GET", REFUNDS, query=pairs))
            page = _page(reply, alone=len(wanted) == 1)
            for row in page["items"]:
                if _named(row, asked.name).lower() not in wanted:
                    raise NoFilter(f"a list by {asked.name} held a refund with another")
                yield row
            token = page.get("next_page_token")
            if not isinstance(token, str) or token in used or not page["items"]:
                return
            used.add(token)


def _named(row: Any, name: str) -> str:
    holder = row.get("non_insurance_payer") if name == PAYER and isinstance(row, dict) else row
    return str(holder.get(name)) if isinstance(holder, dict) else ""


def _page(reply: Reply, *, alone: bool) -> Json:
    """A page; an empty one if its only value was refused."""
    answer = reply.json_or_none()
    if reply.status == 422 and alone:
        return {"items": []}
    if reply.status != 200 or not isinstance(answer, dict):
        raise TargetError(f"a list answered {reply.status}")
    if not isinstance(answer.get("items"), list):
        raise TargetError("a list answered without items")
    return answer


def is_of(row: Json, intent: Intent) -> bool:
    """Whether a refund shows the mark and the amount of an intent, and has a uuid."""
    carrier = "check_number" if intent.by_number else "refund_note"
    same_amount = row.get("amount_cents") == (intent.body or {}).get("amount_cents")
    return row.get(carrier) == intent.marker and same_amount and id_of(row) != ""


UUID_TEXT = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)


def id_of(row: Any) -> str:
    """The id of a refund where it is a uuid, or nothing."""
    found = row.get(ID) if isinstance(row, dict) else None
    return found if isinstance(found, str) and UUID_TEXT.fullmatch(found) else ""
