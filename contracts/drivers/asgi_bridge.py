"""A session as an ASGI app, for a tool that sends its requests to an app."""

from contracts.errors import SendError
from contracts.kernel.exchange import Exchange
from contracts.kernel.session import Session
from contracts.targets.app import Message, Receive, SendMessage
from contracts.targets.target import Reply, Request

DOCUMENT_PATH = "/openapi.json"
_JSON = (("content-type", "application/json"),)
_SHOWN = 200
_FRAMING = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_BODILESS = frozenset({204, 205, 304})
_CASE = "x-schemathesis-testcaseid"
# The target adds these itself, or they name the tool and change from run to run.
_LEFT_OUT = frozenset(
    ("accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent")
) | {_CASE}


class Bridge:
    """Passes each request to a session, which predicts, records and watches; answers the same.

    The bytes of the OpenAPI document are served under `DOCUMENT_PATH`.

    Attributes:
        fault: the first error of the target or of a safety layer, which ends all further sending,
            or None.
        by_case: what the tool's cases sent, by the id of the case.
    """

    def __init__(self, session: Session, document: bytes) -> None:
        self.session = session
        self.fault: SendError | None = None
        self.by_case: dict[str, Exchange] = {}
        self._document = document

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Answer one request; 503 once the target has failed or the budget is spent."""
        if scope["type"] != "http":
            return
        body = await _whole_body(receive)
        reply = self._answer(scope, body)
        headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in reply.headers]
        start = {"type": "http.response.start", "status": reply.status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": reply.body})

    def _answer(self, scope: Message, body: bytes) -> Reply:
        if scope["path"] == DOCUMENT_PATH:
            return Reply(200, _JSON, self._document)
        try:
            if self.fault is None:
                exchange = self.session.send(_request(scope, body))
                case: bytes = dict(scope["headers"]).get(_CASE.encode(), b"")
                self.by_case[case.decode("latin-1")] = exchange
                return _readable(exchange)
        except SendError as fault:
            self.fault = fault
        return Reply(503, _JSON, b"{}")


def _readable(exchange: Exchange) -> Reply:
    """The reply without what Schemathesis cannot read; the laws have judged that already.

    That is JSON nested too deep or with half a surrogate pair, letters in headers that are no
    ASCII, a body where none may be, and headers on how the body was sent.
    """
    reply = exchange.reply
    headers = tuple(
        (name, value.encode("ascii", "replace").decode())
        for name, value in reply.headers
        if name not in _FRAMING
    )
    unread = isinstance(exchange.answer, bytes)
    body = b"no JSON: " + reply.body[:_SHOWN] if unread else reply.body
    return Reply(reply.status, headers, b"" if reply.status in _BODILESS else body)


async def _whole_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _request(scope: Message, body: bytes) -> Request:
    pairs = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in scope["headers"]]
    headers = tuple((name, value) for name, value in pairs if name not in _LEFT_OUT)
    written: bytes = scope.get("raw_path") or scope["path"].encode()
    path = written.decode("latin-1").partition("?")[0]
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], path, query, headers, body or None, authorized=False)
