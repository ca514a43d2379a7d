"""The layer that shows each call, once it is answered, to whoever watches; it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.state.journal import SAID_KEY, Headers
from mockserver.state.worlds import WORLD_KEY
from mockserver.steering.faults import FAULT_KEY
from mockserver.steering.reading import rules_in

__all__ = ["Show", "ShowLayer", "Shown"]


class Shown(NamedTuple):
    """One call: its path is behind all prefixes; `status` is 0 where no answer went out, `why` says
    what came of it in a few words, '' for what is plainly good.
    """

    method: str
    path: str
    query: str
    status: int
    why: str
    world: str
    seconds: float


Show = Callable[[Shown], None]

_TELLING = (b"mock-refusal", b"mock-nearest-path", b"mock-warning")
"""The headers that say what came of a call; of an answer with several, the first counts."""


class ShowLayer:
    """One app whose calls are shown.

    `world_name` names the world of a request that did not get into one, `path` its path.
    """

    def __init__(
        self,
        app: ASGIApp,
        world_name: Callable[[Scope], str],
        path: Callable[[Scope], str],
        show: Show,
    ) -> None:
        self.app = app
        self.world_name = world_name
        self.path = path
        self.show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, then show it, however it ended."""
        started = perf_counter()
        try:
            await self.app(scope, receive, send)
        finally:
            status, headers, refusal = _answered(scope.get(SAID_KEY))
            self.show(
                Shown(
                    scope["method"],
                    self.path(scope),
                    scope["query_string"].decode("latin-1"),
                    status,
                    _why(scope.get(FAULT_KEY), headers, refusal),
                    scope.get(WORLD_KEY) or self.world_name(scope),
                    perf_counter() - started,
                )
            )


def _answered(said: Sequence[Message] | None) -> tuple[int, Headers, bytes]:
    """The status, 0 where no answer went out; the headers; and the first piece of a refusal."""
    if not said:
        return 0, (), b""
    status = said[0]["status"]
    is_refusal = status >= 400 and len(said) > 1
    return status, said[0]["headers"], said[1].get("body", b"") if is_refusal else b""


def _why(fault: str | None, headers: Headers, refusal: bytes) -> str:
    """The fault that acted, the rules that refused or warned, or the message of the refusal."""
    if fault is not None:
        return f"fault {fault}"
    told = [pair for pair in headers if pair[0] in _TELLING]
    if not told:
        return _message(refusal) if refusal else ""
    name, value = told[0]
    if name == b"mock-nearest-path":
        return f"unknown path; the nearest is {value.decode('latin-1')}"
    rules = ", ".join(rules_in(told, name))
    return rules if name == b"mock-refusal" else f"warn {rules}"


def _message(refusal: bytes) -> str:
    """What the envelope says, if it is one."""
    try:
        return str(json.loads(refusal)["content"]["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
