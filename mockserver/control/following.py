"""The calls of a world as they come, under /_mock/worlds/{name}/journal/follow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mockserver.control.answers import ControlError, at
from mockserver.control.journal import read_after
from mockserver.control.lookup import Lookup
from mockserver.state.worlds import Worlds
from mockserver.steering.connection import is_served
from mockserver.steering.documents import Vocabulary
from mockserver.steering.reading import read_entry
from mockserver.steering.verifying import Filter, query_filter

__all__ = ["routes"]

_SILENCE_SECONDS = 15
"""How long nothing is sent before a comment shows that the connection is there."""


def routes(worlds: Worlds, known: Vocabulary) -> list[Route]:
    """The route that answers server-sent events, which end with the connection or the server."""
    lookup = Lookup(worlds)

    async def follow(request: Request) -> Response:
        journal = lookup.journal(request)
        asked = dict(request.query_params)
        last = asked.pop("after", request.headers.get("last-event-id"))
        after = journal.written if last is None else read_after(last)
        wanted = query_filter(asked, known.operations)
        if not is_served(request.receive):
            raise ControlError(409, "no port leads here, so calls cannot be followed; read them")
        events = _events(worlds, request.path_params["name"], after, wanted)
        headers = {"cache-control": "no-store"}
        return StreamingResponse(events, headers=headers, media_type="text/event-stream")

    return [at("/_mock/worlds/{name}/journal/follow", GET=follow)]


async def _events(worlds: Worlds, name: str, after: int, wanted: Filter) -> AsyncIterator[str]:
    woken = asyncio.Event()
    waiting = worlds.followers.setdefault(name, [])
    waiting.append(woken.set)
    journal, _ = worlds.noting(name)
    try:
        yield ": calls follow\n\n"
        while not worlds.is_ending:
            woken.clear()
            present, _ = worlds.noting(name)
            if present is not journal:  # the world was reset, and counts anew
                journal, after = present, 0
            new = journal.after(after)
            after = journal.written
            told = [_event(entry.number, read_entry(entry)) for entry in new
                    if not wanted.differences(entry)]  # fmt: skip
            if told:
                yield "".join(told)
            try:
                await asyncio.wait_for(woken.wait(), _SILENCE_SECONDS)
            except TimeoutError:
                yield ": no call\n\n"
    finally:
        waiting.remove(woken.set)
        if not waiting:
            worlds.followers.pop(name, None)


def _event(number: int, call: dict[str, object]) -> str:
    return f"id: {number}\nevent: call\ndata: {json.dumps(call)}\n\n"
