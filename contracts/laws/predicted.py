"""That every answer is one the reference model allows; what it allows is in `contracts.model`."""

from contracts.kernel.exchange import Exchange, shown
from contracts.kernel.law import Complaint
from contracts.laws.define import implied, watcher
from contracts.model.basis import basis_of_body, basis_of_status

MODEL = implied("the reference model, made of the vendor's reference; see the outcome's rule")


@watcher("Every status is one that the model allows in that state.", MODEL)
def status_as_predicted(exchange: Exchange) -> Complaint | None:
    """Watch the status."""
    if exchange.prediction.allows(exchange.status):
        return None
    basis = basis_of_status(exchange.prediction, exchange.status)
    return Complaint(_outcomes(exchange), exchange.summary(), basis=basis)


@watcher("Every errorName is the one that the model allows.", MODEL)
def error_as_predicted(exchange: Exchange) -> Complaint | None:
    """Watch the errorName of every refusal with a status that the model allows."""
    if exchange.status == 200:
        return None
    names = {o.error_name for o in exchange.prediction.outcomes if o.status == exchange.status}
    if not names or None in names or exchange.error_name in names:
        return None
    basis = basis_of_status(exchange.prediction, exchange.status)
    return Complaint(_outcomes(exchange), exchange.summary(), basis=basis)


@watcher("Every 404 names the id that leads nowhere.", MODEL)
def missing_id_as_predicted(exchange: Exchange) -> Complaint | None:
    """Watch the id of every EntityNotFoundError."""
    if exchange.status != 404 or exchange.error_name != "EntityNotFoundError":
        return None
    due = [o.missing for o in exchange.prediction.outcomes if o.missing is not None]
    named = exchange.content.get("id")
    if not due or (isinstance(named, str) and named.lower() in {text.lower() for text in due}):
        return None
    basis = basis_of_status(exchange.prediction, exchange.status)
    return Complaint(f"content.id {' or '.join(due)}", exchange.summary(), basis=basis)


@watcher("Every refund answered is the one that the model expects.", MODEL)
def record_as_predicted(exchange: Exchange) -> Complaint | None:
    """Watch the body of every create, get and update that succeeds."""
    return _difference(exchange) if exchange.prediction.operation != "get_multi" else None


@watcher("Every page holds the rows that the model expects, in order.", MODEL)
def page_as_predicted(exchange: Exchange) -> Complaint | None:
    """Watch the body of every list that succeeds."""
    return _difference(exchange) if exchange.prediction.operation == "get_multi" else None


def _difference(exchange: Exchange) -> Complaint | None:
    if exchange.status != 200 or not exchange.prediction.allows(200):
        return None
    found = exchange.prediction.expected.differs(exchange.answer)
    if found is None:
        return None
    expected = f"{found.at or 'the answer'} {shown(found.expected)}"
    basis = basis_of_body(exchange.prediction, found, exchange.answer)
    return Complaint(expected, shown(found.received), found, basis)


def _outcomes(exchange: Exchange) -> str:
    return " or ".join(str(outcome) for outcome in exchange.prediction.outcomes)


LAWS = (
    status_as_predicted,
    error_as_predicted,
    missing_id_as_predicted,
    record_as_predicted,
    page_as_predicted,
)
