"""From a payload's request to the one that goes out, its places filled in; nothing is sent."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from contracts.payloads.placeholders import filled
from contracts.payloads.record import Sent
from contracts.targets.target import Request


def request_of(sent: Sent, saved: Mapping[str, str]) -> Request:
    """The request with its places filled in; what goes into a query is percent-encoded there.

    Raises:
        KeyError: nothing was saved under a name.
    """
    headers = tuple((name, filled(text, saved)) for name, text in sent.headers)
    body = sent.body
    if body is not None and b"{{" in body:
        body = filled(body.decode("latin-1"), saved).encode("latin-1")
    query = sent.query
    if "{{" in query:
        query = filled(query, {name: quote(text, safe="") for name, text in saved.items()})
    return Request(sent.method, filled(sent.path, saved), query, headers, body, sent.authorized)


def heard(request: Request, sent: Sent) -> Request:
    """The request as a server takes it, with only so much body as its length says."""
    return replace(request, body=(request.body or b"")[:-1]) if sent.framing == "short" else request


def framed(request: Request, sent: Sent) -> Request:
    """The request with the headers, and the bytes behind them, that make its framing."""
    body = request.body or b""
    if sent.framing == "chunked":
        half = len(body) // 2
        parts = (body[:half], body[half:])
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
        headers = (*request.headers, ("transfer-encoding", "chunked"))
        return replace(request, headers=headers, body=chunks + b"0\r\n\r\n")
    wrong = {"short": -1, "long": 1}.get(sent.framing)
    if wrong is None:
        return request
    extra = (("content-length", str(len(body) + wrong)), ("connection", "close"))
    return replace(request, headers=(*request.headers, *extra))
