"""The journal under /_mock/worlds/{name}/journal: read, exported, verified and cleared."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.bodies import read_object
from mockserver.control.lookup import Lookup
from mockserver.errors import shown
from mockserver.state.worlds import Worlds
from mockserver.steering.documents import Vocabulary
from mockserver.steering.reading import as_curl, as_har, as_json_lines, read_entry
from mockserver.steering.verifying import query_filter, read_filter, verify
from mockserver.version import __version__

__all__ = ["read_after", "routes"]

_EXAMPLE = '{"calls": [{"operation": "*.create", "status": 200, "times": 1}], "in_order": true}'
_LONGEST_NUMBER = 18
_FORMATS = ("json", "jsonl", "har", "curl")


def routes(worlds: Worlds, known: Vocabulary, max_body_bytes: int) -> list[Route]:
    """The route table of the journal."""
    control = _Control(worlds, known, max_body_bytes)
    journal = "/_mock/worlds/{name}/journal"
    return [
        at(journal, GET=control.read, DELETE=control.clear),
        at(journal + "/verify", POST=control.verify),
    ]


class _Control:
    def __init__(self, worlds: Worlds, known: Vocabulary, max_body_bytes: int) -> None:
        self.lookup = Lookup(worlds)
        self.known = known
        self.max_body_bytes = max_body_bytes

    async def read(self, request: Request) -> Response:
        journal, name = self.lookup.journal(request), request.path_params["name"]
        asked = dict(request.query_params)
        form, after = asked.pop("format", "json"), read_after(asked.pop("after", "0"))
        if form not in _FORMATS:
            raise ControlError(422, f"format is {shown(form)}; use one of {', '.join(_FORMATS)}")
        wanted = query_filter(asked, self.known.operations)
        entries = [entry for entry in journal.after(after) if not wanted.differences(entry)]
        root = request.scope.get("root_path", "")
        base = f"{request.url.scheme}://{request.url.netloc}{root}/_mock/w/{name}"
        if form == "jsonl":
            return Response(as_json_lines(entries), media_type="application/jsonl")
        if form == "curl":
            return Response(as_curl(entries, base), media_type="text/plain")
        if form == "har":
            return pretty(as_har(entries, base, __version__))
        return pretty({"written": journal.written, "calls": [read_entry(each) for each in entries]})

    async def clear(self, request: Request) -> Response:
        self.lookup.journal(request).clear()
        return Response(status_code=204)

    async def verify(self, request: Request) -> Response:
        journal = self.lookup.journal(request)
        asked = await read_object(request, ("calls", "in_order"), self.max_body_bytes, _EXAMPLE)
        calls, in_order = asked.get("calls"), asked.get("in_order", False)
        if not isinstance(calls, list) or not calls or not isinstance(in_order, bool):
            raise ControlError(422, f"the body is {shown(asked)}; expected it like {_EXAMPLE}")
        wanted = [self._expected(call) for call in calls]
        verdict = verify(tuple(journal), wanted, in_order)
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
