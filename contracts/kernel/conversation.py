"""One conversation with a target: send, predict, record, and let the watchers judge."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from contracts.errors import Blocked, BudgetSpent, Interference
from contracts.kernel.exchange import BodyCache, Exchange
from contracts.kernel.law import Breach, Complaint, Law
from contracts.kernel.terms import Terms
from contracts.model import ID, REFUNDS, initial_state, predict
from contracts.model.basis import basis_of_form
from contracts.model.rules import STRENGTH
from contracts.targets.content import unread_coding
from contracts.targets.strangers import REDIRECTS, advice_on, is_page
from contracts.targets.target import (
    NO_ANSWER_STATUS,
    Pairs,
    Reply,
    Request,
    Target,
    json_request,
    path_segment,
)
from contracts.targets.together import together

Query = Mapping[str, Any] | Pairs | str
Listener = Callable[[Exchange], None]
"""Is called with each exchange, before the watchers judge it."""


class Conversation:
    """Sends requests to one target and keeps the model's state in step with the answers.

    Args:
        target: where requests go.
        terms: what is known about it.
        watchers: laws that judge each exchange; what they find collects in `breaches`.
        listeners: are called with each exchange.
    """

    def __init__(
        self,
        target: Target,
        terms: Terms,
        watchers: Sequence[Law] = (),
        listeners: Sequence[Listener] = (),
    ) -> None:
        self.target = target
        self.terms = terms
        self.organization = terms.organization
        self.exchanges: list[Exchange] = []
        self.breaches: dict[str, Breach] = {}
        self.made_ids: list[str] = []
        self.sent = 0
        self.judged = 0
        self.state = initial_state(
            terms.organization,
            rules=terms.rules,
            exclusive=terms.exclusive,
            auth=terms.auth,
            bearer=target.bearer(),
        )
        self._watches = [(law, law.watch) for law in watchers if law.watch is not None]
        self._listeners = listeners
        self._bodies = BodyCache()

    @property
    def foreign_allowed(self) -> bool:
        """Whether lists may hold refunds that are not ours."""
        return not self.terms.exclusive

    def enforced(self, rule: str) -> bool | None:
        """Whether a rule is enforced; None where it is unknown."""
        level = self.terms.rules[rule]
        return None if level == "any" else level == "enforce"

    def send(self, request: Request) -> Exchange:
        """Send one request, judge the answer, and learn from it.

        Raises:
            BudgetSpent: the budget is used up.
            TargetError: no usable answer came.
            Interference: on a shared account, something else than the API answered.
        """
        if self.terms.budget is not None and self.sent >= self.terms.budget:
            raise BudgetSpent(f"the budget of {self.terms.budget} requests is used up")
        return self._received(request, self.target.send(request))

    def send_together(self, *requests: Request) -> list[Exchange]:
        """Send requests at once, and judge the answers in the order given.

        Raises:
            Blocked: the target cannot, or others' data lie there.
            BudgetSpent: they are more than the budget has left.
            TargetError: one of them got no usable answer.
        """
        if self.foreign_allowed:
            raise Blocked("this needs a world of our own")
        if self.terms.budget is not None and self.sent + len(requests) > self.terms.budget:
            raise BudgetSpent(f"the budget of {self.terms.budget} requests is used up")
        pairs = zip(requests, together(self.target, requests), strict=True)
        return [self._received(request, reply) for request, reply in pairs]

    def _received(self, request: Request, reply: Reply) -> Exchange:
        """Judge an answer, and learn from it."""
        prediction = predict(request, self.state)
        self.sent += 1
        exchange = Exchange.of(request, reply, prediction, self.state)
        self.exchanges.append(exchange)
        self._bodies.put(exchange)
        for listen in self._listeners:
            listen(exchange)
        why = self._interference(request, reply)
        if why is not None:
            if request.method not in {"GET", "HEAD", "OPTIONS"} and prediction.target:
                self.state = self.state.forgetting(prediction.target.lower())
            raise Interference(f"{request.method} {request.path} was answered {why}")
        self.judged += 1
        self._learn(exchange)
        self._watch(exchange)
        return exchange

    def create(self, body: object) -> Exchange:
        """POST a refund; bytes go as they are, anything else as JSON."""
        return self.send(json_request("POST", REFUNDS, body))

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
        return self.send(json_request("PATCH", _item(refund_id), body))

    def delete(self, refund_id: str) -> Exchange:
        """DELETE one refund."""
        return self.send(Request("DELETE", _item(refund_id)))

    def pages(self, query: Query = (), most: int = 10_000) -> Iterable[Exchange]:
        """Pages along the next tokens, until there is none or one is repeated."""
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

    def breaches_in_full(self) -> dict[str, Breach]:
        """The breaches by law, each with everything that was sent up to now."""
        sent = tuple(self.exchanges)
        return {
            law_id: Breach(b.expected, b.received, sent, b.law, None, b.difference, b.basis)
            for law_id, b in self.breaches.items()
        }

    def clean_up(self) -> int:
        """Delete the refunds that this session made, newest first, and return their number.

        A refund that a safety layer does not let through is not ours, and is not counted.
        """
        left = [key for key in reversed(self.made_ids) if key in self.state.refunds]
        vetoed = 0
        for refund_id in left:
            try:
                self.target.send(Request("DELETE", _item(refund_id)))
            except Blocked:
                vetoed += 1
        return len(left) - vetoed

    def _interference(self, request: Request, reply: Reply) -> str | None:
        if not self.foreign_allowed:
            return None
        why = interference(request, reply)
        spelt = reply.status == 401 and self.target.bearer() in str(request.header("authorization"))
        if why is not None or not spelt:
            return why
        # The same token in another spelling: only a plain request shows whether it still counts.
        self.sent += 1
        plain = Request("GET", REFUNDS, query="limit=1")
        return interference(plain, self.target.send(plain)) and _in_between(reply)

    def _learn(self, exchange: Exchange) -> None:
        prediction, answer = exchange.prediction, exchange.answer
        if exchange.status != 200:
            return
        if prediction.allows(200):
            self.state = prediction.next_state(self.state, 200, answer)
        elif prediction.operation in {"create", "update"}:
            self.state = self.state.with_record(answer)
        elif prediction.operation == "delete" and prediction.target:
            self.state = self.state.without(prediction.target.lower())
        if prediction.operation == "create" and isinstance(answer, dict):
            self.made_ids.append(str(answer.get(ID)).lower())

    def _watch(self, exchange: Exchange) -> None:
        for law, watch in self._watches:
            complaint = watch(exchange)
            if complaint is not None:
                self._note(law, complaint, exchange)

    def _note(self, law: Law, complaint: Complaint, exchange: Exchange) -> None:
        """Keep the first breach of a law, unless a later one is of a promise known better."""
        breach = Breach(
            complaint.expected,
            complaint.received,
            (exchange,),
            law,
            difference=complaint.difference,
            basis=complaint.basis or basis_of_form(exchange.prediction, exchange.status),
        )
        known = self.breaches.get(law.id)
        if known is None or STRENGTH[known.evidence] < STRENGTH[breach.evidence]:
            self.breaches[law.id] = breach


_IN_BETWEEN = frozenset({407, 429, 502, 503, 504, NO_ANSWER_STATUS})


def is_interference(request: Request, reply: Reply) -> bool:
    """Whether an answer comes from something between us and the API, or from nobody."""
    return interference(request, reply) is not None


def interference(request: Request, reply: Reply) -> str | None:
    """What shows that an answer comes from something between us and the API, or from nobody.

    A 401 is one where the request carried the run's own token. An HTML page is never the API's.
    None where the answer is the API's. What is said follows on "was answered".
    """
    own_token = request.authorized and request.header("authorization") is None
    if reply.status in REDIRECTS:
        return f"{reply.status}, a redirect; {advice_on('', request.path, reply)}"
    if reply.status in _IN_BETWEEN or is_page(reply) or (reply.status == 401 and own_token):
        return _in_between(reply)
    coding = unread_coding(reply)
    if coding is None:
        return None
    odd = "which the suite did not ask for and does not read; a gateway adds it"
    return f"{reply.status} in the content coding {coding!r}, {odd}"


def _in_between(reply: Reply) -> str:
    return (
        f"{reply.status} by a gateway, a quota, a refused token or a lost connection, which says "
        "nothing about the API"
    )


def _item(refund_id: str) -> str:
    return f"{REFUNDS}/{path_segment(refund_id)}"


def _pairs(query: Query) -> Pairs | str:
    if not isinstance(query, Mapping):
        return query
    lists = {name: v if isinstance(v, list | tuple) else [v] for name, v in query.items()}
    return tuple((name, str(value)) for name, values in lists.items() for value in values)
