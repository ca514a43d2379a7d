"""Who is let in: the bearer token on every operation, and the call that gives one."""

from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import equal, holds, matches, refused, succeeded, text
from contracts.kernel.law import Complaint
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, implied, read_only, scoped, watcher
from contracts.model import ID, REFUNDS
from contracts.targets.credentials import TOKEN_PATH, Credentials, token_request
from contracts.targets.target import Request

REFUSED = assumed("the auth guide gives 401 for an expired token; the others are taken likewise")
TOKEN = documented("auth guide and SDK: POST /api/auth/v2/token")


def _refuse(session: Session, *values: str) -> None:
    """Expect a 401 of a list with each value of the Authorization header."""
    for value in values:
        headers = (("authorization", value),)
        refused(session.send(Request("GET", REFUNDS, headers=headers, authorized=False)), 401)


@scoped("Each operation without a token is 401, before any id is looked up.", REFUSED, cost=5)
def auth_is_needed(session: Session) -> None:
    """Send every operation without an Authorization header."""
    item = f"{REFUNDS}/{session.unknown_id()}"
    calls = (("GET", REFUNDS), ("POST", REFUNDS), ("GET", item), ("PATCH", item), ("DELETE", item))
    sent = [session.send(Request(method, path, authorized=False)) for method, path in calls]
    for exchange in sent:
        refused(exchange, 401)


@read_only("An Authorization without a token is 401.", REFUSED, cost=3)
def auth_needs_a_token(session: Session) -> None:
    """Send an empty header, a bare scheme, and a scheme with blanks."""
    _refuse(session, "", "Bearer", "Bearer  ")


@read_only("Another scheme, or none, is 401.", REFUSED, cost=3)
def auth_scheme_is_bearer(session: Session) -> None:
    """Send the good token under a wrong scheme."""
    token = session.target.bearer()
    _refuse(session, f"Basic {token}", f"Token {token}", token)


@scoped(
    "The scheme is read in any case.", implied("RFC 9110: the scheme is case-insensitive"), cost=3
)
def auth_scheme_ignores_case(session: Session) -> None:
    """Get a refund with the scheme in small letters and in capitals."""
    made = session.shared_refund()
    for scheme in ("bearer", "BEARER"):
        headers = (("authorization", f"{scheme} {session.target.bearer()}"),)
        exchange = session.send(Request("GET", f"{REFUNDS}/{made[ID]}", headers=headers))
        equal(succeeded(exchange), made)


@read_only(
    "A token that the API did not issue is 401, if only issued ones are accepted.",
    REFUSED,
    cost=2,
)
def auth_token_is_issued(session: Session) -> None:
    """Send an invented token, and the good one with its end cut off."""
    session.need([1] if session.terms.auth == "issued" else [], "an API that checks its tokens")
    _refuse(session, "Bearer invented", f"Bearer {session.target.bearer()[:-4]}")


@watcher("A 401 says that a bearer token is wanted.", REFUSED)
def unauthorized_says_how(exchange: Exchange) -> Complaint | None:
    """Watch the WWW-Authenticate header of every 401, and its errorName."""
    if exchange.status != 401:
        return None
    challenge = exchange.reply.header("www-authenticate") or "none"
    if challenge.lower().startswith("bearer") and exchange.error_name == "UnauthorizedError":
        return None
    return Complaint(
        "WWW-Authenticate: Bearer, UnauthorizedError", f"{challenge}, {exchange.summary()}"
    )


@read_only("The token call gives a bearer token with its lifetime.", TOKEN)
def token_is_given(session: Session) -> None:
    """Ask with a client id that nobody else uses."""
    _own_clients(session)
    answer = succeeded(session.send(token_request(Credentials(session.unique("cl"), "secret"))))
    text(answer, "access_token")
    equal(text(answer, "token_type").lower(), "bearer", "/token_type")
    matches(answer, {"expires_in": 18_000})


@read_only("The token call also reads a form.", TOKEN)
def token_reads_forms(session: Session) -> None:
    """Ask with a form."""
    _own_clients(session)
    body = f"client_id={session.unique('cl')}&client_secret=secret".encode()
    answer = succeeded(session.send(_token_call("application/x-www-form-urlencoded", body)))
    text(answer, "access_token")


@read_only("The token call answers other types by 415.", TOKEN)
def token_refuses_other_types(session: Session) -> None:
    """Ask with a text."""
    exchange = session.send(_token_call("text/plain", b'{"client_id":"a","client_secret":"b"}'))
    refused(exchange, 415)
    equal(exchange.error_name, "InvalidContentTypeError", "errorName")


@read_only("The token call wants a client id and a secret.", TOKEN, cost=2)
def token_needs_both(session: Session) -> None:
    """Ask with half, and with nothing."""
    for body in (b'{"client_id":"half"}', b"{}"):
        exchange = session.send(_token_call("application/json", body))
        holds(400 <= exchange.status < 500, "a refusal", exchange.summary())


def _own_clients(session: Session) -> None:
    """Inventing client ids is only right where nobody else's account is at stake."""
    session.need([] if session.foreign_allowed else [1], "an API of our own")


def _token_call(content_type: str, body: bytes) -> Request:
    headers = (("content-type", content_type),)
    return Request("POST", TOKEN_PATH, headers=headers, body=body, authorized=False)


LAWS = (
    unauthorized_says_how,
    auth_is_needed,
    auth_needs_a_token,
    auth_scheme_is_bearer,
    auth_scheme_ignores_case,
    auth_token_is_issued,
    token_is_given,
    token_reads_forms,
    token_refuses_other_types,
    token_needs_both,
)
