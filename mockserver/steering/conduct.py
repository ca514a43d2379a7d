"""What a client does wrong: a table of kinds, and the report on one journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

from mockserver.errors import SettingsError, nearest, shown
from mockserver.state.journal import Journal
from mockserver.steering.calls import Calls
from mockserver.steering.contract import Contract
from mockserver.steering.misuse import (
    Found,
    early_retries,
    ignored_pages,
    repeated_creates,
    repeated_refusals,
    tokens_for_one_call,
    unread_fields,
)
from mockserver.steering.reading import line

__all__ = ["KINDS", "as_text", "conduct", "finding_lines", "read_kinds"]

ANY = "any"
"""Stands for every kind."""

_MOST_SHOWN = 20


class Kind(NamedTuple):
    """One thing that a client should not do: in one sentence, and what it leads to."""

    id: str
    what: str
    why: str
    check: Callable[[Calls, Contract], Iterable[Found]]


KINDS = (
    Kind(
        "early-retry",
        "A call is sent again earlier than its answer asked for.",
        "The server refuses it again, and may refuse a client that never waits for longer.",
        early_retries,
    ),
    Kind(
        "repeated-create",
        "A create is sent again after its answer was lost, and both were written.",
        "The vendor has no idempotency keys, so the same money is recorded twice. Look whether the"
        " first one was written before you send it again.",
        repeated_creates,
    ),
    Kind(
        "token-per-call",
        "A new token is fetched for each call, though the last one is still valid.",
        "Each call takes two requests, and the token call has a rate limit of its own.",
        tokens_for_one_call,
    ),
    Kind(
        "ignored-page",
        "A list that the client wants to its end has a next_page_token that no later call sends.",
        "The client never sees what is on the next page.",
        ignored_pages,
    ),
    Kind(
        "unread-field",
        "A body or a query has a field that the operation does not have.",
        "The vendor ignores it without an error, so a misspelt field has no effect.",
        unread_fields,
    ),
    Kind(
        "repeated-refusal",
        "A call that was refused with 422 is sent again unchanged.",
        "The same call breaks the same rule: only a changed one can succeed.",
        repeated_refusals,
    ),
)
"""Every kind, the order of reports."""


def conduct(journal: Journal, contract: Contract) -> dict[str, Any]:
    """What the calls of a journal show that a client did wrong; each finding names its calls."""
    calls = Calls(journal, contract)
    entries = {entry.number: entry for entry in journal}
    findings = [
        {
            "kind": kind.id,
            "message": found.message,
            "why": kind.why,
            "calls": found.numbers,
            "seen": [line(entries[number]) for number in found.numbers[:_MOST_SHOWN]],
        }
        for kind in KINDS
        for found in kind.check(calls, contract)
    ]
    return {"written": journal.written, "calls": len(journal), "findings": findings}


def read_kinds(names: Collection[str]) -> frozenset[str]:
    """The ids of kinds, `any` for all. Raises SettingsError for a name that is none."""
    known = [kind.id for kind in KINDS]
    for name in names:
        if name not in (*known, ANY):
            near = nearest(name, known)
            raise SettingsError(
                f"kind {shown(name)} is not known; did you mean {near}? use one of"
                f" {', '.join((*known, ANY))}"
            )
    return frozenset(known if ANY in names else names)


def as_text(report: dict[str, Any]) -> str:
    """The report for a person: each finding, its reason and the calls that prove it."""
    return "\n".join(_lines(report)) + "\n"


def finding_lines(finding: dict[str, Any]) -> Iterator[str]:
    """One finding of a report, its reason and the calls that prove it."""
    yield f"{finding['kind']}: {finding['message']}"
    yield f"  {finding['why']}"
    yield from (f"  {seen}" for seen in finding["seen"])
    left = len(finding["calls"]) - len(finding["seen"])
    if left:
        yield f"  and {left} more calls"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    for finding in report["findings"]:
        yield from finding_lines(finding)
    calls, forgotten = report["calls"], report["written"] - report["calls"]
    told = f" (the journal no longer has the {forgotten} before)" if forgotten else ""
    yield f"findings: {len(report['findings'])} in {calls} calls{told}"
