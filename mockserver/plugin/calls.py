"""Calls of a journal as the report of a test shows them, and those that a test can fail on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["KINDS", "shown_call"]

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


def _is_warned(call: Call) -> bool:
    return call["answer"] is not None and "mock-warning" in call["answer"]["headers"]


def _is_nowhere(call: Call) -> bool:
    return call["operation"] is None and (call["answer"] or {}).get("status") == 404


KINDS: dict[str, tuple[Callable[[Call], bool], str]] = {
    "warnings": (_is_warned, "calls break rules that only warn"),
    "unknown-paths": (_is_nowhere, "calls went to paths that the API does not have"),
}
"""What tests can be made to fail on: the calls that count, and what is said of them."""
