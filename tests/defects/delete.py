"""Servers that delete too little, too much, or the wrong thing."""

from dataclasses import replace
from typing import Any

from contracts.model import ID, Outcome, State
from contracts.targets.target import Request
from tests.defects.defect import Call, Defect, decided, heard, shown, stored
from tests.reference_server import World

DELETE = "delete"


def _missing(call: Call) -> bool:
    """Whether the call is about a refund that once was."""
    return (call.prediction.target or "").lower() in call.world.state.gone


@stored("delete-does-nothing", "Answers a delete and keeps the refund.")
def _nothing(call: Call, state: State) -> State:
    return call.world.state if call.operation == DELETE else state


@stored("gone-can-be-got", "Finds a deleted refund by its id, though in no list.")
def _found(call: Call, state: State) -> State:
    if call.operation == DELETE:
        call.memory[call.before[ID]] = call.before
    return state


@decided("", "")
def _served(call: Call, outcome: Outcome) -> Outcome:
    known = (call.prediction.target or "").lower() in call.memory
    return Outcome(200) if call.operation == "get" and known else outcome


@shown("", "")
def _body(call: Call, body: Any) -> Any:
    if call.operation == "get" and not call.before:
        return call.memory[(call.prediction.target or "").lower()]
    return body


_gone_can_be_got = replace(_found, decided=_served.decided, shown=_body.shown)


def _gone_is(name: str, sentence: str, operation: str, outcome: Outcome) -> Defect:
    def otherwise(call: Call, right: Outcome) -> Outcome:
        due = call.operation == operation and _missing(call) and right.status == 404
        return outcome if due else right

    return decided(name, sentence)(otherwise)


_GONE = (
    _gone_is("delete-twice-is-fine", "Answers a second delete with 200.", DELETE, Outcome(200)),
    _gone_is(
        "update-of-gone-is-refused-otherwise",
        "Answers an update of a deleted refund with 422.",
        "update",
        Outcome(422, "UnprocessableEntityError", "gone"),
    ),
    _gone_is(
        "gone-is-410",
        "Answers a get of a deleted refund with 410.",
        "get",
        Outcome(410, "GoneError"),
    ),
)


@decided("unknown-delete-is-fine", "Answers a delete of what never was with 200.")
def _unknown(call: Call, outcome: Outcome) -> Outcome:
    due = call.operation == DELETE and outcome.rule == "refund-exists" and not _missing(call)
    return Outcome(200) if due else outcome


@shown("", "")
def _no_page(call: Call, body: Any) -> Any:
    return None if call.operation == DELETE else body


_unknown_is_fine = replace(_unknown, shown=_no_page.shown)
_twice_is_fine = replace(_GONE[0], shown=_no_page.shown)


@shown("delete-answers-the-refund", "Answers a delete with the refund that was.")
def _answers(call: Call, body: Any) -> Any:
    return call.before if call.operation == DELETE else body


@shown("delete-answers-an-object", "Answers a delete with an empty object.")
def _object(call: Call, body: Any) -> Any:
    return {} if call.operation == DELETE else body


@stored("delete-takes-twins-along", "Deletes every refund of the same check number.")
def _twins(call: Call, state: State) -> State:
    number = call.before.get("check_number")
    if call.operation != DELETE or number is None:
        return state
    for refund in state.ordered():
        if refund.check_number == number:
            state = state.without(refund.id)
    return state


@stored("delete-takes-the-newest", "Deletes the newest refund, whichever was named.")
def _newest(call: Call, state: State) -> State:
    if call.operation != DELETE:
        return state
    before = call.world.state
    return before.without(before.ordered()[-1].id)


@stored("delete-leaves-its-row", "Leaves a deleted refund in lists by amount.")
def _row(call: Call, state: State) -> State:
    if call.operation == DELETE:
        call.memory.setdefault("rows", []).append(call.before)
    return state


@shown("", "")
def _haunted(call: Call, body: Any) -> Any:
    rows = [
        row
        for row in call.memory.get("rows", ())
        if row.get("check_number") == call.query.get("check_number")
    ]
    if call.operation != "get_multi" or call.query.get("sort") != "amount_cents" or not rows:
        return body
    return {**body, "items": [*body["items"], *rows]}


_leaves_row = replace(_row, shown=_haunted.shown)


@heard("delete-minds-capitals", "Does not find a refund to delete by its id in capitals.")
def _capitals(request: Request, world: World) -> Request:
    if request.method == "DELETE" and request.path != request.path.lower():
        return replace(request, path=f"{request.path}0")
    return request


DEFECTS: tuple[Defect, ...] = (
    _nothing,
    _gone_can_be_got,
    _twice_is_fine,
    *_GONE[1:],
    _unknown_is_fine,
    _answers,
    _object,
    _twins,
    _newest,
    _leaves_row,
    _capitals,
)
