"""uvicorn's HTTP protocol in plain Python, for where httptools is not installed."""

from __future__ import annotations

from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from mockserver.cli.refusing import (
    LONGEST_HEAD,
    LONGEST_URL,
    Refusing,
    head_refusal,
    origin_form,
    query_refusal,
    unreadable,
)

__all__ = ["PlainProtocol"]


class PlainProtocol(Refusing, H11Protocol):
    """Answers in the envelope what h11 cannot read."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn = _Connection(self)

    def data_received(self, data: bytes) -> None:
        """Read more bytes, unless the connection is given up."""
        if self.is_refused:
            self.pass_over(data)
        else:
            self.heard += 1
            super().data_received(data)

    def is_waiting(self) -> bool:
        """Whether a head or a body was begun and not ended, or nothing was ever sent."""
        if self.conn.their_state is h11.IDLE:
            return bool(self.conn.trailing_data[0]) or not self.heard
        return self.conn.their_state is h11.SEND_BODY and not self.cycle.response_complete


class _Connection(h11.Connection):
    """A connection whose protocol refuses what cannot be read."""

    def __init__(self, protocol: PlainProtocol) -> None:
        super().__init__(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        self._protocol = protocol

    def next_event(self) -> Any:
        """The next event; none after a refusal."""
        data, is_in_head = self.trailing_data[0], self.their_state is h11.IDLE
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == 431:
                url_bytes = len(data.partition(b"\n")[0]) if is_in_head else 0
                self._protocol.refuse(head_refusal(url_bytes))
            else:
                reason = str(error).partition(":")[0]
                self._protocol.refuse(unreadable(data, reason, in_url="line" in reason))
            return h11.NEED_DATA
        return self._judged(event) if isinstance(event, h11.Request) else event

    def _judged(self, request: h11.Request) -> Any:
        size = sum(len(name) + len(value) + 4 for name, value in request.headers)
        refusal = query_refusal(request.target)
        if len(request.target) > LONGEST_URL or size + len(request.target) > LONGEST_HEAD:
            refusal = head_refusal(len(request.target))
        elif request.method == b"PRI":
            refusal = unreadable(b"PRI * HTTP/2", "")
        if refusal is not None:
            self._protocol.refuse(refusal)
            return h11.NEED_DATA
        if request.target.startswith(b"/"):
            return request
        return h11.Request(
            method=request.method,
            headers=list(request.headers),
            target=origin_form(request.target),
            http_version=request.http_version,
        )
