"""Verdicts on payloads as JUnit XML, and as lines for people."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Sequence

from contracts.payloads.verifier.verdicts import Verdict
from contracts.reports.junit import case_of, document, fail, skip
from contracts.reports.texts import printable

_SUITE = "contracts.payloads"


def render(verdicts: Sequence[Verdict], seconds: float = 0.0) -> str:
    """The document; valid XML 1.0 whatever the bodies hold."""
    counts = Counter(verdict.word for verdict in verdicts)
    numbers = {
        "name": _SUITE,
        "tests": str(len(verdicts)),
        "failures": str(counts["failed"]),
        "errors": "0",
        "skipped": str(counts["skipped"]),
        "time": f"{seconds:.3f}",
    }
    return document(numbers, map(_case, verdicts))


def _case(verdict: Verdict) -> ET.Element:
    record = verdict.record
    case = case_of(f"{_SUITE}.{record.operation}.{record.kind}", record.id)
    if verdict.word == "failed":
        text = f"{record.why}\n{verdict.told}\n{verdict.curl}"
        fail(case, record.evidence, verdict.told, text)
    elif verdict.word == "skipped":
        skip(case, verdict.told)
    return case


def lines(verdicts: Iterable[Verdict], *, every: bool) -> Iterable[str]:
    """A line a verdict; those that passed only where `every` is asked for."""
    for verdict in verdicts:
        if every or verdict.word != "passed":
            status = verdict.status or "-"
            told = f"  {printable(verdict.told)}" if verdict.told else ""
            yield f"{verdict.word:7} {status:>3} {verdict.record.id}{told}"


def summary(verdicts: Sequence[Verdict], seconds: float) -> str:
    """The last line, such as `1,800 payloads: 1,799 passed, 1 failed, 0 skipped (1.2 s)`."""
    tally = Counter(verdict.word for verdict in verdicts)
    counted = ", ".join(f"{tally[word]:,} {word}" for word in ("passed", "failed", "skipped"))
    return f"{len(verdicts):,} payloads: {counted} ({seconds:.1f} s)"
