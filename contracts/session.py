"""One conversation with a target: sends, predicts, records, and lets the watchers judge."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

from contracts.exchange import Exchange, Shelf, answer_of
from contracts.expect import ready
from contracts.law import Blocked, Breach, BudgetSpent, Law
from contracts.model import ID, REFUNDS, initial_state, predict
from contracts.target import Pairs, Request, Target, encode, json_request, path_segment
from contracts.terms import Terms

Json = dict[str, Any]
T = TypeVar("T")
Query = Mapping[str, Any] | Pairs | str


class Session:
    """Sends requests to one target and keeps the model's state in step with the answers.

    Args:
        target: where requests go.
        terms: what is known about it.
        seed: decides every name, id and amount that scripts draw.
        watchers: laws that judge each exchange; what they find collects in `breaches`.
    """

    def __init__(
        self, target: Target, terms: Terms, seed: int | str = 0, watchers: Sequence[Law] = ()
    ) -> None:
        self.target = target
        self.terms = terms
        self.organization = terms.organization
        self.random = random.Random(f"session {seed}")
        self.exchanges: list[Exchange] = []
        self.breaches: dict[str, Breach] = {}
        self.made_ids: list[str] = []
        self.sent = 0
        self.state = initial_state(
            terms.organization,
            rules=terms.rules,
            exclusive=terms.exclusive,
            auth=terms.auth,
            bearer=target.bearer(),
        )
        self._watches = [(law, law.watch) for law in watchers if law.watch is not None]
        self._shelf = Shelf()
        self._kept: Json | None = None
        self._scenes: dict[str, list[Json]] = {}

    @property
    def foreign_allowed(self) -> bool:
        """Whether refunds that are not ours may stand in lists."""
        return not self.terms.exclusive

    def enforced(self, rule: str) -> bool | None:
        """Whether a rule is enforced; None where nobody knows."""
        level = self.terms.rules[rule]
        return None if level == "any" else level == "enforce"

    def send(self, request: Request) -> Exchange:
        """Send one request, judge the answer, and learn from it.

        Raises:
            BudgetSpent: the budget is used up.
            TargetError: no usable answer came.
        """
        if self.terms.budget is not None and self.sent >= self.terms.budget:
            raise BudgetSpent(f"the budget of {self.terms.budget} requests is used up")
        prediction = predict(request, self.state)
        self.sent += 1
        reply = self.target.send(request)
        exchange = Exchange(request, reply, prediction, self.state, answer_of(reply))
        self.exchanges.append(exchange)
        self._shelf.put(exchange)
        self._learn(exchange)
        self._watch(exchange)
        return exchange

    def create(self, body: object) -> Exchange:
        """POST a refund; bytes go as they are, anything else as JSON."""
        return self.send(
            json_request("POST", REFUNDS, body)
            if not isinstance(body, bytes)
            else Request("POST", REFUNDS, headers=_JSON, body=body)
        )

    def get(self, refund_id: str) -> Exchange:
        """GET one refund."""
        return self.send(Request("GET", _item(refund_id)))

    def get_multi(self, query: Query = ()) -> Exchange:
        """GET a page; a mapping's lists repeat their parameter."""
        return self.send(Request("GET", REFUNDS, query=_pairs(query)))

    def update(self, refund_id: str, body: object = None) -> Exchange:
        """PATCH one refund; None sends no body, bytes go as they are, anything else as JSON."""
        if body is None:
            return self.send(Request("PATCH", _item(refund_id)))
        sent = body if isinstance(body, bytes) else encode(body)
        return self.send(Request("PATCH", _item(refund_id), headers=_JSON, body=sent))

    def delete(self, refund_id: str) -> Exchange:
        """DELETE one refund."""
        return self.send(Request("DELETE", _item(refund_id)))

    def pages(self, query: Query = (), most: int = 10_000) -> Iterable[Exchange]:
        """Pages along the next tokens, until there is none, one comes again, or a page is none."""
        first = _pairs(query)
        pairs = tuple(parse_qsl(first)) if isinstance(first, str) else first
        token: Any = None
        used: set[str] = set()
        for _ in range(most):
            page = self.get_multi((*pairs, ("page_token", token)) if token else pairs)
            yield page
            token = page.answer.get("next_page_token") if isinstance(page.answer, dict) else None
            if not isinstance(token, str) or token in used:
                return
            used.add(token)

    def unique(self, prefix: str = "c") -> str:
        """A text that no other refund carries, 16 characters at most."""
        return f"{prefix[:3]}-{self.random.getrandbits(48):012x}"

    def unknown_id(self) -> str:
        """A random uuid that stands for nothing."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def need(self, things: Iterable[T], what: str, at: int = 0) -> T:
        """One of the organization's things.

        Raises:
            Blocked: the world file names none.
        """
        found = sorted(things, key=str)
        if len(found) <= at:
            raise Blocked(f"this needs {what}, which the world file or the rules do not offer")
        return found[at]

    def payer(self, at: int = 0) -> str:
        """An enabled payer that may be refunded much, or Blocked."""
        payers, paid = self.organization.enabled_payers(), self.organization.paid_cents
        rich = [key for key in payers if paid.get(key, 10**9) >= 10**6]
        return self.need(rich, "an enabled payer", at)

    def invoice(self, at: int = 0) -> str:
        """An invoice, or Blocked."""
        return self.need(self.organization.invoices, "an invoice", at)

    def body(self, **fields: Any) -> Json:
        """The body of a create that every profile accepts, with a check number of its own.

        A field given as None is left out; allocations follow the amount unless given.
        """
        amount = fields.get("amount_cents", 100)
        whole = {"amount_cents": amount, "target": {"type": "unattributed"}}
        base = {
            "non_insurance_payer_id": fields.get("non_insurance_payer_id") or self.payer(),
            "amount_cents": amount,
            "allocations": [whole],
            "check_number": self.unique(),
        }
        return {key: value for key, value in {**base, **fields}.items() if value is not None}

    def made(self, **fields: Any) -> Json:
        """A refund made to set the scene, as answered; Blocked where it is refused."""
        answer = ready(self.create(self.body(**fields)))
        if not isinstance(answer, dict) or not isinstance(answer.get(ID), str):
            raise Blocked("a create answered 200 without a refund")
        return answer

    def kept(self) -> Json:
        """A refund with every optional field, which several laws look at and none changes."""
        if self._kept is None or self._kept[ID] not in self.state.refunds:
            self._kept = self.made(**self._all_fields())
        return self._kept

    def scene(self, name: str, make: Callable[["Session"], list[Json]]) -> list[Json]:
        """Refunds that several laws look at and none changes, made on first use."""
        if name not in self._scenes:
            self._scenes[name] = make(self)
        return self._scenes[name]

    def breaches_in_full(self) -> dict[str, Breach]:
        """The breaches by law, each with everything that was sent up to now."""
        sent = tuple(self.exchanges)
        return {
            law_id: Breach(breach.expected, breach.received, sent, breach.law)
            for law_id, breach in self.breaches.items()
        }

    def clean_up(self) -> int:
        """Delete what this session made and still stands, newest first; the number deleted.

        What the transport would not touch turned out not to be ours.
        """
        left = [key for key in reversed(self.made_ids) if key in self.state.refunds]
        vetoed = 0
        for refund_id in left:
            try:
                self.target.send(Request("DELETE", _item(refund_id)))
            except Blocked:
                vetoed += 1
        return len(left) - vetoed

    def _all_fields(self) -> Json:
        invoices = sorted(self.organization.invoices)
        return {
            "refund_timestamp": "2023-11-05T10:15:30.25Z",
            "refund_note": "Overpaid twice \u2013 see letter",
            "refund_reason": "OVERCHARGED",
            "invoice_id": invoices[0] if invoices else None,
        }

    def _learn(self, exchange: Exchange) -> None:
        prediction, answer = exchange.prediction, exchange.answer
        if exchange.status != 200:
            return
        if prediction.allows(200):
            self.state = prediction.next_state(self.state, 200, answer)
        elif prediction.operation in {"create", "update"}:
            self.state = self.state.keeping(answer)
        elif prediction.operation == "delete" and prediction.target:
            self.state = self.state.without(prediction.target.lower())
        if prediction.operation == "create" and isinstance(answer, dict):
            self.made_ids.append(str(answer.get(ID)).lower())

    def _watch(self, exchange: Exchange) -> None:
        for law, watch in self._watches:
            complaint = watch(exchange)
            if complaint is not None and law.id not in self.breaches:
                self.breaches[law.id] = Breach(
                    complaint.expected, complaint.received, (exchange,), law
                )


_JSON: Pairs = (("content-type", "application/json"),)


def _item(refund_id: str) -> str:
    return f"{REFUNDS}/{path_segment(refund_id)}"


def _pairs(query: Query) -> Pairs | str:
    if not isinstance(query, Mapping):
        return query
    lists = {name: v if isinstance(v, list | tuple) else [v] for name, v in query.items()}
    return tuple((name, str(value)) for name, values in lists.items() for value in values)
