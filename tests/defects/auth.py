"""Servers that let in whom they should not, or keep out whom they should let in."""

from collections.abc import Callable
from dataclasses import replace

from contracts.model import Outcome
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Reply, Request
from tests.defects.defect import Call, Defect, decided, headed, met, rewritten, said
from tests.reference_server import World

Worlds = dict[str, World]
Admit = Callable[[str, Worlds], str | None]


def _admits(
    name: str, sentence: str, admit: Admit, *methods: str, setting: str = "default"
) -> Defect:
    """A defect in how an Authorization header is read; None of `admit` leaves it as it is.

    Args:
        name: of the defect.
        sentence: of the defect.
        admit: from the header, empty where there is none, to the token that counts.
        methods: those that have the defect, all by default.
        setting: of the defect.
    """

    def met_otherwise(request: Request, worlds: Worlds) -> Request:
        if request.path == TOKEN_PATH or (methods and request.method not in methods):
            return request
        token = admit(request.header("authorization") or "", worlds)
        if token is None:
            return request
        rest = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
        return replace(request, headers=(*rest, ("authorization", f"Bearer {token}")))

    return met(name, sentence, setting)(met_otherwise)


def _last(worlds: Worlds) -> str | None:
    return next(reversed(worlds), None)


def _when(test: Callable[[str], object]) -> Admit:
    """Serve the last account, where a header passes a test."""
    return lambda header, worlds: _last(worlds) if test(header) else None


def _scheme(*names: str) -> Admit:
    def admit(header: str, worlds: Worlds) -> str | None:
        scheme, _, token = header.partition(" ")
        return token if scheme.lower() in names else None

    return admit


def _bare(header: str, worlds: Worlds) -> str | None:
    return header if header in worlds else None


def _begun(header: str, worlds: Worlds) -> str | None:
    token = header.removeprefix("Bearer ")
    return next((known for known in worlds if len(token) > 8 and known.startswith(token)), None)


def _nobody(header: str) -> bool:
    return header == ""


_ADMITTED = (
    _admits("strangers-may-list", "Serves a list to anyone.", _when(_nobody), "GET"),
    _admits("strangers-may-update", "Takes an update from anyone.", _when(_nobody), "PATCH"),
    _admits("strangers-may-delete", "Takes a delete from anyone.", _when(_nobody), "DELETE"),
    _admits(
        "scheme-alone-is-enough",
        "Lets in who names the scheme and no token.",
        _when(lambda header: header == "Bearer"),
    ),
    _admits(
        "blank-token-is-enough",
        "Lets in who sends blanks for a token.",
        _when(lambda header: header == "Bearer  "),
    ),
    _admits("basic-is-bearer", "Reads a token behind Basic.", _scheme("basic")),
    _admits("token-is-bearer", "Reads a token behind Token.", _scheme("token")),
    _admits("scheme-is-not-needed", "Reads a token without a scheme.", _bare),
    _admits(
        "any-token-is-good",
        "Lets any bearer token in.",
        lambda header, worlds: _last(worlds) if header == "Bearer invented" else None,
    ),
    _admits("beginning-of-token-is-enough", "Lets in who sends the start of a token.", _begun),
    _admits(
        "small-bearer-is-unknown",
        "Does not know the scheme in small letters.",
        lambda header, _: "" if header.startswith("bearer") else None,
    ),
)


def _unauthorized(name: str, sentence: str, change: Callable[[Reply], Reply]) -> Defect:
    def said_otherwise(request: Request, reply: Reply) -> Reply:
        return change(reply) if reply.status == 401 else reply

    return said(name, sentence)(said_otherwise)


_REFUSED = (
    _unauthorized(
        "stranger-is-403", "Answers a stranger with 403.", lambda reply: replace(reply, status=403)
    ),
    _unauthorized(
        "no-challenge",
        "Does not say with a 401 that a token is wanted.",
        lambda reply: headed(reply, www_authenticate=""),
    ),
    _unauthorized(
        "unauthorized-has-another-name",
        "Names a 401 AuthenticationError.",
        lambda reply: rewritten(
            reply, {"errorName": "AuthenticationError", "content": {"message": "no"}}
        ),
    ),
)


@decided("strangers-are-told-what-exists", "Looks for the refund before it looks at the token.")
def _told(call: Call, outcome: Outcome) -> Outcome:
    if outcome.status == 401 and call.operation in {"get", "update", "delete"}:
        return Outcome(404, "EntityNotFoundError", "refund-exists", call.prediction.target)
    return outcome


@decided("strangers-are-told-of-shapes", "Looks at the body before it looks at the token.")
def _shapes(call: Call, outcome: Outcome) -> Outcome:
    if outcome.status == 401 and call.operation == "create" and not call.request.body:
        return Outcome(422, "UnprocessableEntityError", "body-json")
    return outcome


def _token_call(name: str, sentence: str, change: Callable[[Request, Reply], Reply]) -> Defect:
    def said_otherwise(request: Request, reply: Reply) -> Reply:
        return change(request, reply) if request.path == TOKEN_PATH else reply

    return said(name, sentence)(said_otherwise)


def _answered(**fields: object) -> Callable[[Request, Reply], Reply]:
    """The answer of the token call with other fields, None leaving one out."""

    def change(request: Request, reply: Reply) -> Reply:
        if reply.status != 200:
            return reply
        answer = {**reply.json(), **fields}
        return rewritten(reply, {k: v for k, v in answer.items() if v is not None})

    return change


def _refuses_forms(request: Request, reply: Reply) -> Reply:
    form = "form" in (request.header("content-type") or "")
    answer = {"errorName": "InvalidContentTypeError", "content": {"message": "send JSON"}}
    return rewritten(replace(reply, status=415), answer) if form else reply


def _reads_all(request: Request, reply: Reply) -> Reply:
    answer = {"access_token": "text", "expires_in": 18_000, "token_type": "Bearer"}
    return rewritten(replace(reply, status=200), answer) if reply.status == 415 else reply


def _says_422(request: Request, reply: Reply) -> Reply:
    return replace(reply, status=422) if reply.status == 415 else reply


def _secretless(request: Request, reply: Reply) -> Reply:
    answer = {"access_token": "half", "expires_in": 18_000, "token_type": "Bearer"}
    half = reply.status == 422 and request.body == b'{"client_id":"half"}'
    return rewritten(replace(reply, status=200), answer) if half else reply


_TOKENS = (
    _token_call("token-lives-an-hour", "Gives tokens for an hour.", _answered(expires_in=3600)),
    _token_call(
        "lifetime-is-text", "Writes a token's lifetime as a text.", _answered(expires_in="18000")
    ),
    _token_call("token-has-no-type", "Leaves the token's type out.", _answered(token_type=None)),
    _token_call("token-reads-no-form", "Refuses a form in the token call.", _refuses_forms),
    _token_call("token-reads-any-type", "Reads any type of body in the token call.", _reads_all),
    _token_call("other-type-is-422", "Answers another type of body with 422.", _says_422),
    _token_call("secret-is-not-needed", "Gives a token without a secret.", _secretless),
)
DEFECTS: tuple[Defect, ...] = (*_ADMITTED, *_REFUSED, _told, _shapes, *_TOKENS)
