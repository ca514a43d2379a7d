"""What a client did wrong, under /_mock/worlds/{name}/conduct, and what it met of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.control.lookup import Lookup
from mockserver.errors import shown
from mockserver.state.journal import Journal
from mockserver.state.worlds import Worlds
from mockserver.steering import conduct, coverage
from mockserver.steering.contract import Contract
from mockserver.steering.coverage import Coverage

__all__ = ["routes"]

Writers = Mapping[str, Callable[[Any], str]]

_CONDUCT: Writers = {"text": conduct.as_text}
_COVERAGE: Writers = {"text": coverage.as_text, "markdown": coverage.as_markdown}


def routes(worlds: Worlds, contract: Contract, counted: Coverage) -> list[Route]:
    """The route table of conduct and coverage."""
    control = _Control(worlds, contract, counted)
    one = "/_mock/worlds/{name}"
    return [
        at(one + "/conduct", GET=control.conduct),
        at(one + "/coverage", GET=control.coverage, DELETE=control.forget),
        at("/_mock/coverage", GET=control.coverage_of_all, DELETE=control.forget_all),
    ]


class _Control:
    def __init__(self, worlds: Worlds, contract: Contract, counted: Coverage) -> None:
        self.worlds = worlds
        self.lookup = Lookup(worlds)
        self.contract = contract
        self.counted = counted

    async def conduct(self, request: Request) -> Response:
        journal = self._kept(self.lookup.journal(request))
        return _written(request, conduct.conduct(journal, self.contract), _CONDUCT)

    async def coverage(self, request: Request) -> Response:
        journal = self._kept(self.lookup.journal(request))
        name = request.path_params["name"]
        is_there = name in self.worlds
        verdicts = (self.worlds.get(name) if is_there else self.worlds.template).verdicts
        return self._report(request, self.counted.met(journal), verdicts)

    async def coverage_of_all(self, request: Request) -> Response:
        self._kept(self.worlds.template.journal())
        return self._report(request, self.counted.met(), self.worlds.template.verdicts)

    async def forget(self, request: Request) -> Response:
        self.counted.forget(self.lookup.journal(request))
        return Response(status_code=204)

    async def forget_all(self, _request: Request) -> Response:
        self.counted.forget()
        return Response(status_code=204)

    def _report(self, request: Request, met: int, verdicts: Any) -> Response:
        off = {rule for rule, level in verdicts.levels.items() if level == "off"}
        return _written(request, self.counted.report(met, off), _COVERAGE)

    def _kept(self, journal: Journal) -> Journal:
        if journal.most_calls == 0:
            told = "the journal is off (--journal-calls 0), so nothing is known of any call"
            raise ControlError(409, f"{told}; start with a number of calls to keep")
        return journal


def _written(request: Request, report: dict[str, Any], writers: Writers) -> Response:
    """The report in the format that the query asks for. Raises a ControlError (422)."""
    asked = dict(request.query_params)
    form = asked.pop("format", "json")
    if asked:
        raise ControlError(422, f"the query has {shown([*asked])}; expected format alone")
    if form == "json":
        return pretty(report)
    if form not in writers:
        raise ControlError(422, f"format is {shown(form)}; use one of json, {', '.join(writers)}")
    return Response(writers[form](report), media_type="text/plain")
