"""The reference model: what the contract allows as an answer to one request in one state; no I/O.

Written from the contract alone. `predict` is pure: it takes a request and a state and gives a
prediction, and the prediction gives the next state from the answer.
"""

from contracts.model.create import predict_create
from contracts.model.match import Difference
from contracts.model.page import predict_list
from contracts.model.prediction import ANYTHING, Prediction
from contracts.model.problems import UNAUTHORIZED, Outcome
from contracts.model.rules import profile
from contracts.model.state import ID, Refund, State, initial_state
from contracts.model.update import predict_delete, predict_get, predict_update
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Request

__all__ = [
    "ID",
    "REFUNDS",
    "Difference",
    "Outcome",
    "Prediction",
    "Refund",
    "State",
    "admits",
    "initial_state",
    "predict",
    "profile",
]

REFUNDS = "/api/non-insurance-payer-refunds/v1"
_COLLECTION = {"GET": predict_list, "POST": predict_create}
_ITEM = {"GET": predict_get, "PATCH": predict_update, "DELETE": predict_delete}
_NOT_FOUND = Outcome(404, "NotFoundError")
_NOT_ALLOWED = Outcome(405, "MethodNotAllowedError")
# The token call is answered by what the server knows of its clients.
_TOKEN = tuple(map(Outcome, (200, 401, 415, 422, 429)))


def predict(request: Request, state: State) -> Prediction:
    """The answers that the contract allows to `request` in `state`."""
    path, _, segment = request.path.removeprefix(REFUNDS).partition("/")
    if request.path == TOKEN_PATH:
        posted = request.method == "POST"
        return Prediction("token", _TOKEN, ANYTHING) if posted else _elsewhere(_NOT_ALLOWED)
    if path or not request.path.startswith(REFUNDS) or "/" in segment:
        return _elsewhere(*_guarded(request, state, _NOT_FOUND))
    if segment == "" and request.path != REFUNDS:
        return _elsewhere(_NOT_FOUND, Outcome(307), Outcome(200))
    if (request.method in _ITEM) if segment else (request.method in _COLLECTION):
        return _predict_operation(request, segment, state)
    return _elsewhere(*_guarded(request, state, _NOT_ALLOWED))


def _predict_operation(request: Request, segment: str, state: State) -> Prediction:
    operation = OPERATIONS[request.method, bool(segment)]
    admitted = admits(request, state)
    if not admitted:
        outcomes = _ANY_WORLD if admitted is None else (UNAUTHORIZED,)
        return Prediction(operation, outcomes, ANYTHING, target=segment or None)
    if segment:
        return _ITEM[request.method](request, segment, state)
    return _COLLECTION[request.method](request, state)


OPERATIONS = {
    ("GET", False): "get_multi",
    ("POST", False): "create",
    ("GET", True): "get",
    ("PATCH", True): "update",
    ("DELETE", True): "delete",
}
# A token that any-mode lets in, but that may stand for another world than ours.
_ANY_WORLD = tuple(map(Outcome, (200, 404, 422)))


def admits(request: Request, state: State) -> bool | None:
    """Whether a request is let in; None where it is, but into a world that is not ours."""
    sent = request.header("authorization")
    if sent is None:
        return request.authorized
    scheme, _, token = sent.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        return False
    if token == state.bearer:
        return True
    return None if state.auth == "any" else False


def _elsewhere(*outcomes: Outcome) -> Prediction:
    return Prediction("other", outcomes, ANYTHING)


def _guarded(request: Request, state: State, outcome: Outcome) -> tuple[Outcome, ...]:
    return (outcome, UNAUTHORIZED) if admits(request, state) is False else (outcome,)
