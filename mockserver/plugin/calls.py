"""Calls of a journal as the report of a test shows them, and those that a test can fail on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["KINDS", "known_kinds", "shown_call", "shown_conduct"]

CONDUCT = "conduct"
"""Stands for every kind of the report on conduct."""

Call = dict[str, Any]
"""A call as the journal shows it in JSON."""


def shown_call(call: Call) -> Iterator[str]:
    """A line for a call, and below it what the stand-in said of the call."""
    request, answer = call["request"], call["answer"]
    query = f"?{request['query']}" if request["query"] else ""
    status = "no answer" if answer is None else answer["status"]
    fault = f", fault {call['fault']}" if call["fault"] else ""
    where = f"{request['method']} {request['path']}{query}"
    yield f"{call['number']} {where}: {status}{fault} ({call['operation'] or 'no operation'})"
    if call.get("lost"):
        yield f"    lost: {call['lost']['status']}"
    for name in ("mock-refusal", "mock-warning"):
        if answer is not None and name in answer["headers"]:
            yield f"    {answer['headers'][name]}"
    if "nearest_path" in call:
        yield f"    the nearest path is {call['nearest_path']}"


def shown_conduct(report: dict[str, Any], kind: str) -> list[str]:
    """The lines of a report on conduct for one kind, or for any with `conduct`."""
    from mockserver.steering.conduct import finding_lines

    chosen = [each for each in report["findings"] if kind in (CONDUCT, each["kind"])]
    return [line for finding in chosen for line in finding_lines(finding)]


def known_kinds() -> tuple[str, ...]:
    """All that tests can be made to fail on."""
    from mockserver.steering.conduct import KINDS as OF_CONDUCT

    return (*KINDS, CONDUCT, *(kind.id for kind in OF_CONDUCT))


def _is_warned(call: Call) -> bool:
    return call["answer"] is not None and "mock-warning" in call["answer"]["headers"]


def _is_nowhere(call: Call) -> bool:
    return call["operation"] is None and (call["answer"] or {}).get("status") == 404


KINDS: dict[str, tuple[Callable[[Call], bool], str]] = {
    "warnings": (_is_warned, "calls break rules that only warn"),
    "unknown-paths": (_is_nowhere, "calls went to paths that the API does not have"),
}
"""What tests can be made to fail on: the calls that count, and what is said of them."""
