"""How refusals look: the vendor's envelope, its error names, unknown paths and methods."""

from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import holds, not_found, refused
from contracts.kernel.law import Complaint
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, read_only, scoped, watcher
from contracts.model import ID, REFUNDS
from contracts.targets.target import Request

ENVELOPE = documented("vendor reference: Errors; errorName and content")


@watcher("Every refusal is an errorName with a content object.", ENVELOPE)
def error_has_envelope(exchange: Exchange) -> Complaint | None:
    """Watch every answer that is a client or server error."""
    answer = exchange.answer
    if exchange.status < 400 or exchange.request.method == "HEAD":
        return None
    if isinstance(answer, dict) and exchange.error_name and isinstance(answer.get("content"), dict):
        return None
    return Complaint('{"errorName": …, "content": {…}}', exchange.summary())


@watcher(
    "Every EntityNotFoundError says which id was not found.",
    documented("vendor reference: EntityNotFoundErrorMessage, id required"),
)
def not_found_names_id(exchange: Exchange) -> Complaint | None:
    """Watch the content of every EntityNotFoundError."""
    if exchange.error_name != "EntityNotFoundError" or isinstance(exchange.content.get("id"), str):
        return None
    return Complaint("content.id, a text", exchange.summary())


@watcher(
    "A 404 of an operation is an EntityNotFoundError, a 422 an UnprocessableEntityError.",
    documented("vendor reference: Errors of each operation"),
)
def error_name_fits_status(exchange: Exchange) -> Complaint | None:
    """Watch the name under the two documented statuses."""
    due = {404: "EntityNotFoundError", 422: "UnprocessableEntityError"}.get(exchange.status)
    if due is None or exchange.prediction.operation in {"other", "token"}:
        return None
    return None if exchange.error_name == due else Complaint(due, exchange.summary())


@watcher(
    "A refusal's message, if it has one, is text.",
    documented("vendor reference: UnprocessableEntityErrorMessage"),
)
def message_is_text(exchange: Exchange) -> Complaint | None:
    """Watch the message of every refusal."""
    message = exchange.content.get("message", "")
    return None if isinstance(message, str) else Complaint("a text", repr(message))


@read_only(
    "A path that does not exist is answered by 404 in the envelope.",
    assumed("the envelope is the only form of error that clients know"),
    cost=2,
)
def unknown_path_is_404(session: Session) -> None:
    """Ask for two paths near the real one."""
    for path in (REFUNDS.replace("v1", "v0"), REFUNDS + "/a/b"):
        exchange = session.send(Request("GET", path))
        refused(exchange, 404)
        holds(exchange.error_name, "an errorName", exchange.summary())


@scoped(
    "Another method on a known path is answered by 405 that names the allowed ones.",
    assumed("RFC 9110 wants Allow with a 405"),
    cost=4,
)
def other_method_is_405(session: Session) -> None:
    """Try methods that the two paths do not have."""
    item = f"{REFUNDS}/{session.shared_refund()[ID]}"
    for method, path, allowed in (
        ("PUT", item, {"GET", "PATCH", "DELETE"}),
        ("PUT", REFUNDS, {"GET", "POST"}),
        ("POST", item, {"GET", "PATCH", "DELETE"}),
    ):
        exchange = session.send(Request(method, path))
        refused(exchange, 405)
        named = {name.strip() for name in (exchange.reply.header("allow") or "").split(",")}
        holds(allowed <= named and method not in named, f"Allow: {sorted(allowed)}", sorted(named))


@read_only(
    "A random uuid is answered by 404 EntityNotFoundError with that id.",
    documented("vendor reference: get, Errors, Entity Not Found Error"),
    rule="refund-exists",
)
def unknown_id_is_404(session: Session) -> None:
    """Get a refund that never was."""
    unknown = session.unknown_id()
    not_found(session.get(unknown), unknown)


LAWS = (
    error_has_envelope,
    not_found_names_id,
    error_name_fits_status,
    message_is_text,
    unknown_id_is_404,
    unknown_path_is_404,
    other_method_is_405,
)
