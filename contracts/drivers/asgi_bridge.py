"""A session as an ASGI app, for a tool that sends its requests to an app."""

import json
from dataclasses import replace
from threading import Lock
from typing import Any

from contracts.errors import Blocked, SendError, WriteVetoed
from contracts.generate.own_ids import OwnIds
from contracts.kernel.exchange import Exchange
from contracts.kernel.session import Session
from contracts.model import ID, REFUNDS
from contracts.targets.app import Message, Receive, SendMessage
from contracts.targets.json_body import lenient_object
from contracts.targets.target import Reply, Request, encode

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


_HELD_BACK = Reply(
    404, _JSON, b'{"errorName":"EntityNotFoundError","content":{"id":"","message":"not sent"}}'
)
"""The answer to a request that decides nothing; what the tool says of its case does not count."""
_PATIENCE_SECONDS = 30.0


class Bridge:
    """Passes each request to a session, which predicts, records and watches; answers the same.

    The bytes of the OpenAPI document are served under `DOCUMENT_PATH`. On an account with others'
    data a create gets a mark of the run, lists are answered without the rows of others, and what
    may not be sent, or was not answered by the API, is answered 404 and missing in `by_case`.

    Args:
        session: where requests go.
        document: the OpenAPI document.
        own: decides which refunds may be named; None where all are ours.

    Attributes:
        fault: the first error of the target or of a safety layer, which ends all further sending,
            or None.
        by_case: what the tool's cases sent and the API answered, by the id of the case.
    """

    def __init__(self, session: Session, document: bytes, own: OwnIds | None = None) -> None:
        self.session = session
        self._own = own
        self.fault: SendError | None = None
        self.by_case: dict[str, Exchange] = {}
        self._document = document
        self._bearer = session.target.bearer()
        self._sending = Lock()
        self._closed = False

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

    def close(self) -> None:
        """Send nothing more, once the request under way is answered."""
        self._closed = True
        if self._sending.acquire(timeout=_PATIENCE_SECONDS):
            self._sending.release()

    def _answer(self, scope: Message, body: bytes) -> Reply:
        if scope["path"] == DOCUMENT_PATH:
            return Reply(200, _JSON, self._document)
        case = dict(scope["headers"]).get(_CASE.encode(), b"").decode("latin-1")
        with self._sending:
            try:
                if self.fault is None and not self._closed:
                    exchange = self.session.send(self._fit(_request(scope, body)))
                    self.by_case[case] = exchange
                    return self._shown(_readable(exchange))
            except Blocked:
                self.by_case.pop(case, None)
                return _HELD_BACK
            except SendError as fault:
                self.fault = fault
        return Reply(503, _JSON, b"{}")

    def _fit(self, request: Request) -> Request:
        """The request as it may go to an account with others' data.

        Raises:
            WriteVetoed: it names a refund that is not ours.
        """
        if self._own is None:
            return request
        if not self._own.may_name(request.path.removeprefix(f"{REFUNDS}/")):
            raise WriteVetoed(f"{request.method} {request.path} was not sent: it is not ours")
        if request.header("authorization") == f"Bearer {self._bearer}":
            # The target adds its token itself, and renews it where it has to.
            headers = tuple(pair for pair in request.headers if pair[0] != "authorization")
            request = replace(request, headers=headers, authorized=True)
        marks, made = self.session.terms.marks, lenient_object(request.body or b"")
        if marks is None or made is None or (request.method, request.path) != ("POST", REFUNDS):
            return request
        first = "refund_note" if "check_number" in made else "check_number"
        return replace(request, body=json.dumps(marks.put(made, first)).encode())

    def _shown(self, reply: Reply) -> Reply:
        """A list without the rows of others, so that the tool learns no foreign id."""
        answer = lenient_object(reply.body) if self._own is not None else None
        rows = answer.get("items") if answer is not None else None
        if answer is None or not isinstance(rows, list):
            return reply
        ours = set(self.session.made_ids)
        kept = [row for row in rows if isinstance(row, dict) and _id_of(row) in ours]
        return replace(reply, body=encode({**answer, "items": kept}), _parsed=[])


def _id_of(row: dict[str, Any]) -> str:
    return str(row.get(ID)).lower()


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
