"""How an answer is lost: on the client's socket where there is one, by an exception elsewhere."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Receive

from mockserver.steering.effects import Break

__all__ = ["client_left", "drain", "is_served", "lose", "loss", "pause"]

_SLICE_SECONDS = 0.25
"""How long a wait goes on before it looks whether the client is there."""

_LINGER = struct.pack("ii", 1, 0)
"""To close without a farewell: the client gets a reset."""

_RAISED: dict[str, tuple[str, type[Exception], str]] = {
    "reset": ("ReadError", ConnectionResetError, "the connection was reset"),
    "stall": ("ReadTimeout", TimeoutError, "no answer came"),
    "close": (
        "RemoteProtocolError",
        ConnectionError,
        "Server disconnected without sending a response.",
    ),
    "truncated": (
        "RemoteProtocolError",
        ConnectionError,
        "peer closed connection without sending complete message body",
    ),
}


def is_served(receive: Receive) -> bool:
    """Whether a connection is behind it, and not an app in this process."""
    return _transport(receive) is not None


async def lose(kind: Break, receive: Receive) -> None:
    """End a call without the rest of its answer, and return once the client is gone.

    In this process, where no socket is, raises what httpx would raise.
    """
    transport = _transport(receive)
    if transport is None:
        raise loss(kind)
    if kind == "reset":
        _reset(transport)
    elif kind != "stall":
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def pause(
    seconds: float, receive: Receive, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """Wait, but not for a client that is gone: neither it nor the end of the server should.

    A client in this process may say how it waits.
    """
    transport = _transport(receive)
    if transport is None:
        await (_found(receive, "wait") or sleep)(seconds)
        return
    while seconds > 0 and not transport.is_closing():
        await sleep(min(seconds, _SLICE_SECONDS))
        seconds -= _SLICE_SECONDS


async def client_left(receive: Receive) -> bool:
    """Whether the client went away while a fault waited; if so, once the server knows it too."""
    transport = _transport(receive)
    if transport is None or not transport.is_closing():
        return False
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


async def drain(receive: Receive) -> None:
    """Read the rest of a request that nobody reads.

    A client that still writes when its connection ends sees another error, or a reset by chance.
    """
    while (await receive()).get("more_body"):
        pass


def loss(kind: Break) -> Exception:
    """What httpx raises to its caller; Python's nearest where httpx is not imported."""
    name, plain, told = _RAISED[kind]
    httpx: Any = sys.modules.get("httpx")
    error: Exception = plain(told) if httpx is None else getattr(httpx, name)(told)
    return error


def _transport(receive: Any) -> Any:
    """The transport of the connection that `receive` reads, as uvicorn has it; None elsewhere."""
    return _found(receive, "transport")


def _found(receive: Any, name: str) -> Any:
    """What the object behind `receive` has under a name, or None.

    Middleware hands `receive` on as it is, and layers of ours show what they wrap.
    """
    while receive is not None:
        owner = getattr(receive, "__self__", None)
        found = getattr(owner, name, None)
        if found is not None:
            return found
        receive = getattr(owner, "wrapped_receive", None)
    return None


def _reset(transport: Any) -> None:
    found = transport.get_extra_info("socket")
    if found is not None and found.family != getattr(socket, "AF_UNIX", None):
        with socket.socket(fileno=os.dup(found.fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    transport.abort()
