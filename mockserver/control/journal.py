"""The journal under /_mock/worlds/{name}/journal: read, exported, verified and cleared."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.aside import Aside
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import shown
from mockserver.state.journal import Entry
from mockserver.state.names import in_path
from mockserver.state.worlds import Worlds
from mockserver.steering.documents import Vocabulary
from mockserver.steering.reading import as_curl, as_har, as_json_lines, read_entry
from mockserver.steering.verifying import MOST_CALLS, Filter, query_filter, read_filter, verify
from mockserver.version import __version__

__all__ = ["read_after", "routes"]

_EXAMPLE = '{"calls": [{"operation": "*.create", "status": 200, "times": 1}], "in_order": true}'
_LONGEST_NUMBER = 18
_FORMATS = ("json", "jsonl", "har", "curl")
_LARGE_BYTES = 1_048_576
"""How large a journal may be to be read at once, while other requests wait."""


def routes(worlds: Worlds, known: Vocabulary, aside: Aside, max_body_bytes: int) -> list[Route]:
    """The route table of the journal; `aside` does what takes long."""
    control = _Control(worlds, known, aside, max_body_bytes)
    journal = "/_mock/worlds/{name}/journal"
    return [
        at(journal, GET=control.read, DELETE=control.clear),
        at(journal + "/verify", POST=control.verify),
    ]


def _chosen(entries: Iterable[Entry], wanted: Filter) -> list[Entry]:
    return [entry for entry in entries if wanted.matches(entry)]


class _Control:
    def __init__(
        self, worlds: Worlds, known: Vocabulary, aside: Aside, max_body_bytes: int
    ) -> None:
        self.lookup = Lookup(worlds)
        self.known = known
        self.aside = aside
        self.max_body_bytes = max_body_bytes

    async def read(self, request: Request) -> Response:
        journal, name = self.lookup.journal(request), request.path_params["name"]
        asked = dict(request.query_params)
        form, after = asked.pop("format", "json"), read_after(asked.pop("after", "0"))
        if form not in _FORMATS:
            raise ControlError(422, f"format is {shown(form)}; use one of {', '.join(_FORMATS)}")
        wanted, entries = query_filter(asked, self.known.operations), journal.after(after)
        chosen = partial(_chosen, entries, wanted)
        root = request.scope.get("root_path", "")
        base = f"{request.url.scheme}://{request.url.netloc}{root}/_mock/w/{in_path(name)}"
        written = journal.written

        def answer() -> Response:
            if form == "jsonl":
                return Response(as_json_lines(chosen()), media_type="application/jsonl")
            if form == "curl":
                return Response(as_curl(chosen(), base), media_type="text/plain")
            if form == "har":
                return pretty(as_har(chosen(), base, __version__))
            return pretty({"written": written, "calls": [read_entry(each) for each in chosen()]})

        return await self.aside(answer, is_long=journal.bytes > _LARGE_BYTES)

    async def clear(self, request: Request) -> Response:
        self.lookup.journal(request).clear()
        return Response(status_code=204)

    async def verify(self, request: Request) -> Response:
        journal = self.lookup.journal(request)
        asked = await read_object(request, ("calls", "in_order"), self.max_body_bytes, _EXAMPLE)
        calls, in_order = asked.get("calls"), asked.get("in_order", False)
        if not isinstance(calls, list) or not calls or not isinstance(in_order, bool):
            raise ControlError(422, f"the body is {shown(asked)}; expected it like {_EXAMPLE}")
        if len(calls) > MOST_CALLS:
            raise ControlError(422, f"{len(calls)} calls are expected; use {MOST_CALLS} at most")
        wanted = [self._expected(call) for call in calls]
        judge = partial(verify, tuple(journal), wanted, in_order)
        verdict = await self.aside(judge, is_long=journal.bytes * len(calls) > _LARGE_BYTES)
        if verdict.problems:
            told = {"error": ". ".join(verdict.problems), "seen": verdict.seen}
            return pretty(told, 409)
        return pretty({"found": verdict.found})

    def _expected(self, call: object) -> tuple[Any, int | None]:
        if not isinstance(call, dict):
            raise ControlError(422, f"a call is {shown(call)}; expected one like in {_EXAMPLE}")
        times = call.get("times")
        is_count = isinstance(times, int) and not isinstance(times, bool) and times >= 0
        if times is not None and not is_count:
            raise ControlError(422, f"times is {shown(times)}; expected a number of calls")
        fields = {name: value for name, value in call.items() if name != "times"}
        return read_filter(fields, self.known.operations), times


def read_after(text: str) -> int:
    """The number of a call. Raises a ControlError (422)."""
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        raise ControlError(422, f"after is {shown(text)}; expected the number of a call")
    return int(text)
