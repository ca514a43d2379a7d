"""Drives `Ownership` through each case of the tables in docs/safety.md; expects nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from contracts.errors import BudgetSpent, TargetTimeout, WriteVetoed
from contracts.model import ID, REFUNDS
from contracts.safety.ledger import Ledger
from contracts.safety.ownership import Ownership
from contracts.safety.sweep import sweep
from contracts.targets.target import Reply, Request, json_request
from tests.contracts.safety.answers import reply

__all__ = [
    "ID_EVENTS",
    "ID_STATES",
    "MARK_CASES",
    "MARK_STATES",
    "id_cell",
    "lists",
    "mark_state",
]

THE_ID = "11111111-1111-4111-8111-111111111111"
OTHER_ID = "22222222-2222-4222-8222-222222222222"
NONCE = "0123456"
REFUSED, CREATED, AGAIN = (f"c-{NONCE}{number:05x}" for number in range(3))
THEIRS = "theirs"
CLEAN_UP = "a clean-up runs, and the target shows it with the mark"


def body_of(mark: str) -> dict[str, Any]:
    """A create with this check number."""
    return {
        "non_insurance_payer_id": OTHER_ID,
        "amount_cents": 5,
        "allocations": [],
        "check_number": mark,
    }


class Account:
    """A target with at most one refund, and with set answers to creates.

    Attributes:
        mark: the check number of the refund with `THE_ID`; None where there is no such refund.
        created: what a create is answered, or the error that it raises.
        lists: whether lists can be read.
        hides: whether lists show nothing.
        got: what was asked, as method and path.
    """

    def __init__(self) -> None:
        self.mark: str | None = None
        self.created: Reply | Exception = reply(422)
        self.lists = True
        self.hides = False
        self.got: list[tuple[str, str]] = []

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        self.got.append((request.method, request.path))
        if request.path == REFUNDS and request.method == "POST":
            if isinstance(self.created, Exception):
                raise self.created
            return self.created
        rows = [] if self.mark is None else [{**body_of(self.mark), ID: THE_ID}]
        if request.path == REFUNDS:
            query = () if isinstance(request.query, str) else request.query
            asked = dict(query).get("check_number")
            shown = [] if self.hides else rows
            held = [row for row in shown if asked in {None, row["check_number"]}]
            return reply(200, {"items": held}) if self.lists else reply(503)
        if not rows or not request.path.endswith(THE_ID):
            return reply(404)
        if request.method == "DELETE":
            self.mark = None
        return reply(200, rows[0])


class Case:
    """One account, one ledger in memory, and the layer between them.

    A create with the mark `REFUSED` was refused before, so a refund with it is one that the
    target wrote nevertheless.
    """

    def __init__(self) -> None:
        self.account = Account()
        self.ledger = Ledger({"nonce": NONCE})
        self.owner = Ownership(self.ledger)
        self.mark = REFUSED

    def send(self, method: str, path: str = REFUNDS) -> None:
        """Send one request; a veto is no error."""
        with suppress(WriteVetoed):
            self.owner(Request(method, path), self.account)

    def item(self, method: str) -> None:
        """Send a request about the refund with `THE_ID`."""
        self.send(method, f"{REFUNDS}/{THE_ID}")

    def create(self, mark: str, answer: Reply | Exception) -> None:
        """Send a create that gets this answer."""
        self.account.created = answer
        with suppress(TargetTimeout, BudgetSpent):
            self.owner(json_request("POST", REFUNDS, body_of(mark)), self.account)

    def shown(self, mark: str | None, method: str, path: str = f"{REFUNDS}/{THE_ID}") -> None:
        """Send a request to a target whose refund has this check number."""
        self.account.mark = mark
        self.send(method, path)

    def clean_up(self) -> None:
        """Delete what is ours."""
        sweep(self.ledger, lambda request: self.owner(request, self.account), lambda _s: None)


def _answer(mark: str, refund_id: str = THE_ID) -> Reply:
    return reply(200, {**body_of(mark), ID: refund_id})


# --- the states of an id -------------------------------------------------------------------------


def _fresh() -> Case:
    case = Case()
    case.create(REFUSED, reply(422))
    return case


def _seen() -> Case:
    case = _fresh()
    case.shown(THEIRS, "GET", REFUNDS)
    return case


def _free() -> Case:
    case = _fresh()
    case.shown(None, "PATCH")
    return case


def _unconfirmed() -> Case:
    case = _fresh()
    case.mark = CREATED
    case.create(CREATED, _answer(CREATED))
    return case


def _listed() -> Case:
    case = _fresh()
    case.shown(REFUSED, "GET", REFUNDS)
    return case


def _ours() -> Case:
    case = _unconfirmed()
    case.shown(CREATED, "GET")
    return case


def _gone() -> Case:
    case = _ours()
    case.item("DELETE")
    return case


def _foreign() -> Case:
    case = _unconfirmed()
    case.shown(THEIRS, "GET")
    return case


ID_STATES: dict[str, Callable[[], Case]] = {
    "unknown": _fresh,
    "seen": _seen,
    "free": _free,
    "unconfirmed": _unconfirmed,
    "listed": _listed,
    "ours": _ours,
    "gone": _gone,
    "foreign": _foreign,
}
"""How each state is reached, by its name in the table."""


def _cleaned(case: Case) -> None:
    case.account.mark = case.mark
    case.clean_up()


ID_EVENTS: dict[str, Callable[[Case], None]] = {
    "a list shows it without a mark": lambda case: case.shown(THEIRS, "GET", REFUNDS),
    "a list shows it with the mark": lambda case: case.shown(case.mark, "GET", REFUNDS),
    "a GET shows it without a mark": lambda case: case.shown(THEIRS, "GET"),
    "a GET shows it with the mark": lambda case: case.shown(case.mark, "GET"),
    "a GET is answered 404": lambda case: case.shown(None, "GET"),
    "a create is answered with it and the mark": lambda case: case.create(AGAIN, _answer(AGAIN)),
    "a create is answered with it without a mark": lambda case: case.create(AGAIN, _answer(THEIRS)),
    "PATCH; the target shows it with the mark": lambda case: case.shown(case.mark, "PATCH"),
    "PATCH; the target shows it without a mark": lambda case: case.shown(THEIRS, "PATCH"),
    "PATCH; the target answers 404": lambda case: case.shown(None, "PATCH"),
    "DELETE; the target shows it with the mark": lambda case: case.shown(case.mark, "DELETE"),
    "DELETE; the target shows it without a mark": lambda case: case.shown(THEIRS, "DELETE"),
    "DELETE; the target answers 404": lambda case: case.shown(None, "DELETE"),
    CLEAN_UP: _cleaned,
}
"""What may happen to an id, by its name in the table."""


def id_cell(state: str, event: str) -> str:
    """What comes of an event in a state: the next state, and what was sent about this id."""
    case = ID_STATES[state]()
    assert id_state(case) == state
    case.account.got.clear()
    ID_EVENTS[event](case)
    sent = [method for method, path in case.account.got if path.endswith(THE_ID)]
    if event.startswith("a ") and event != CLEAN_UP:
        return id_state(case)
    return f"{id_state(case)}: {', '.join(sent) or 'nothing'}"


def id_state(case: Case) -> str:
    """The state of `THE_ID`."""
    ledger, owner = case.ledger, case.owner
    places = {
        "unconfirmed": ledger.unconfirmed,
        "listed": ledger.listed,
        "ours": ledger.owned,
        "gone": ledger.ever,
        "foreign": ledger.foreign,
        "free": owner._free,
        "seen": owner._seen,
    }
    return next((state for state, ids in places.items() if THE_ID in ids), "unknown")


# --- the states of a mark ------------------------------------------------------------------------


def _after(*steps: Callable[[Case], None]) -> Callable[[], Case]:
    """A case of one create, and what comes after it."""

    def play() -> Case:
        case = Case()
        for step in steps:
            step(case)
        return case

    return play


def _creating(answer: Reply | Exception) -> Callable[[Case], None]:
    return lambda case: case.create(CREATED, answer)


def _showing(mark: str | None) -> Callable[[Case], None]:
    return lambda case: case.shown(mark, "GET")


def _cleaning(mark: str | None, *, lists: bool = True) -> Callable[[Case], None]:
    def clean(case: Case) -> None:
        case.account.mark, case.account.lists = mark, lists
        case.clean_up()

    return clean


def _hiding(case: Case) -> None:
    case.account.mark, case.account.hides = AGAIN, True
    case.clean_up()


_MADE = _creating(_answer(CREATED))
_REFUSES = _creating(reply(422))
_SILENT = _creating(TargetTimeout("cut"))
_SEEN = _showing(THEIRS)

MARK_CASES: dict[tuple[str, str], Callable[[], Case]] = {
    ("new", "200 with the mark and a new id"): _after(_MADE),
    ("new", "200 with the mark and an id that was seen"): _after(_SEEN, _MADE),
    ("new", "200 without the mark"): _after(_creating(_answer(THEIRS))),
    ("new", "200 without an id"): _after(_creating(reply(200, {}))),
    ("new", "422, or another 4xx"): _after(_REFUSES),
    ("new", "408 or 429"): _after(_creating(reply(429))),
    ("new", "500, or another 5xx"): _after(_creating(reply(500))),
    ("new", "no answer"): _after(_SILENT),
    ("new", "a limit of the run stops it"): _after(_creating(BudgetSpent("used up"))),
    ("settled", "a read shows its id with the mark"): _after(_MADE, _showing(CREATED)),
    ("settled", "a read shows its id without the mark"): _after(_MADE, _SEEN),
    ("refused", "a read shows a new id with the mark"): _after(_REFUSES, _showing(CREATED)),
    ("pending", "a clean-up finds the mark"): _after(_SILENT, _cleaning(CREATED)),
    ("pending", "a clean-up finds nothing"): _after(_SILENT, _cleaning(None)),
    ("pending", "a clean-up finds nothing, and a list hides what a GET shows"): _after(
        _SILENT, lambda case: case.create(AGAIN, _answer(AGAIN)), _hiding
    ),
    ("pending", "a clean-up can read no list"): _after(_SILENT, _cleaning(None, lists=False)),
}
"""What may happen to a mark, by its state and what comes, as the table names them."""

MARK_STATES = {
    "pending": _after(_SILENT),
    "settled": _after(_MADE, _showing(CREATED)),
    "refused": _after(_REFUSES),
    "unsent": _after(_creating(BudgetSpent("used up"))),
}
"""How each state is reached."""


def mark_state(case: Case) -> str:
    """The state of the mark `CREATED`."""
    ledger = case.ledger
    if any(intent.marker == CREATED for intent in ledger.pending.values()):
        return "pending"
    if CREATED in ledger.refused_intents:
        return "refused"
    return "settled" if CREATED in ledger.quick else "unsent"


def lists(state: str) -> str:
    """How many lists a clean-up reads for the mark, where the target shows nothing of it."""
    case = MARK_STATES[state]()
    assert mark_state(case) == state
    case.account.mark = None
    case.account.got.clear()
    case.clean_up()
    return str(sum(call == ("GET", REFUNDS) for call in case.account.got))
