"""One fault that acts on one call: what it lets happen, keeps back, changes and loses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.state.journal import SAID_KEY
from mockserver.state.world import World
from mockserver.steering.connection import client_left, drain, lose, pause
from mockserver.steering.effects import LOSSES, TOKEN_SECONDS_KEY, Canned, Effect, Headers
from mockserver.steering.evolution import Evolution

__all__ = ["LOST_KEY", "Act"]

LOST_KEY = "mockserver.lost"
"""Where the scope has the answer of an operation that ran, if the client did not get it whole."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a fault does to one call of an app; `told` are the headers that say so.

    `hit` is the number of the calls that the fault acted on; `sleep` waits seconds.
    """

    app: ASGIApp
    effect: Effect
    hit: int
    told: Headers
    operation: str | None
    evolution: Evolution
    sleep: Callable[[float], Awaitable[None]]

    async def on(self, world: World | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Do all that the fault does, in the order of time."""
        effect = self.effect
        if effect.tokens == "expire" and world is not None:
            world.token_epoch += 1
        elif effect.tokens is not None:
            scope[TOKEN_SECONDS_KEY] = effect.tokens
        if effect.moment == "before":
            await self._wait(receive)
        answer = await self._answer(scope, receive)
        if effect.moment == "after":
            await self._wait(receive)
        if answer is None:  # the client went away in the middle of its request
            return
        if effect.broken in LOSSES:
            await lose(effect.broken, receive)
        elif await client_left(receive):
            scope.setdefault(LOST_KEY, answer)
        else:
            await self._send(answer, scope, receive, send)

    async def _wait(self, receive: Receive) -> None:
        if self.effect.delay is not None:
            seconds = self.effect.delay.seconds(self.hit)
            await pause(seconds, receive, self.sleep)

    async def _answer(self, scope: Scope, receive: Receive) -> Canned | None:
        effect = self.effect
        replaces = effect.answer is not None or effect.broken in (*LOSSES, "empty")
        if effect.moment == "before" and replaces:
            await drain(receive)
            return _broken(effect.answer or Canned(200, (), b""), effect.broken)
        kept = _Kept()
        await self.app(scope, receive, kept.send)
        scope.pop(SAID_KEY, None)
        if kept.answer is None:
            return None
        if effect.answer is not None or effect.broken is not None:
            scope[LOST_KEY] = kept.answer
        answer = effect.answer if effect.answer is not None else kept.answer
        if effect.evolve is not None and self.operation is not None and answer.status == 200:
            body = self.evolution.evolved(self.operation, effect.evolve, answer.body)
            answer = answer._replace(body=body)
        return _broken(answer, effect.broken)

    async def _send(self, answer: Canned, scope: Scope, receive: Receive, send: Send) -> None:
        length = (b"content-length", b"%d" % len(answer.body))
        headers = [*answer.headers, *self.told]
        if answer.status not in (204, 304):
            headers.insert(0, length)
        start = {"type": "http.response.start", "status": answer.status, "headers": headers}
        said = scope[SAID_KEY] = [start]
        await send(start)
        if self.effect.broken == "truncated" and answer.body:
            half = answer.body[: len(answer.body) // 2]
            said.append({"type": "http.response.body", "body": half, "more_body": True})
            await send(said[-1])
            await lose("truncated", receive)
            return
        body, chunks = answer.body, self.effect.chunks
        while chunks is not None and len(body) > chunks.size:
            piece, body = body[: chunks.size], body[chunks.size :]
            said.append({"type": "http.response.body", "body": piece, "more_body": True})
            await send(said[-1])
            await pause(chunks.delay_ms / 1_000, receive, self.sleep)
        said.append({"type": "http.response.body", "body": body})
        await send(said[-1])


class _Kept:
    """What an app sends, kept back."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body: list[bytes] = []
        self.answer: Canned | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body.append(message.get("body", b""))
        if not message.get("more_body"):
            headers = tuple(
                (name, value)
                for name, value in self.start.get("headers", ())
                if name != b"content-length"
            )
            self.answer = Canned(self.start["status"], headers, b"".join(self.body))


def _broken(answer: Canned, how: str | None) -> Canned:
    """The answer with its body or its type broken."""
    body = answer.body
    if how == "empty":
        return answer._replace(body=b"")
    if how == "garbled":
        third = len(body) // 3
        noise = b"\xff" * (len(body) - 2 * third or 1)
        return answer._replace(body=body[:third] + noise + body[len(body) - third :])
    if how == "malformed-json":
        return answer._replace(body=body[:-1] if len(body) > 1 else b"{")
    if how == "wrong-content-type":
        others = tuple(pair for pair in answer.headers if pair[0] != b"content-type")
        return answer._replace(headers=((b"content-type", b"text/html"), *others))
    return answer
