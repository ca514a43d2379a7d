"""Verdicts as JUnit XML, one test case a record, and as lines for people; nothing is judged."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Sequence

from contracts.payloads.verifier.verdicts import Verdict
from contracts.reports.texts import clipped, printable

_SUITE = "contracts.payloads"


def render(verdicts: Sequence[Verdict], seconds: float = 0.0) -> str:
    """The document; valid XML 1.0 whatever the bodies hold."""
    tally = Counter(verdict.word for verdict in verdicts)
    numbers = {
        "name": _SUITE,
        "tests": str(len(verdicts)),
        "failures": str(tally["failed"]),
        "errors": "0",
        "skipped": str(tally["skipped"]),
        "time": f"{seconds:.3f}",
    }
    suites = ET.Element("testsuites", numbers)
    suite = ET.SubElement(suites, "testsuite", numbers)
    suite.extend(_case(verdict) for verdict in verdicts)
    ET.indent(suites)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(suites, 'unicode')}\n"


def _case(verdict: Verdict) -> ET.Element:
    record = verdict.record
    name = f"{_SUITE}.{record.operation}.{record.kind}"
    case = ET.Element("testcase", classname=name, name=printable(record.id))
    if verdict.word == "failed":
        told = printable(verdict.told)
        one_line = " ".join(clipped(told, 300).split())
        failure = ET.SubElement(case, "failure", type=record.evidence, message=one_line)
        lines = (record.why, told, printable(verdict.curl))
        failure.text = clipped("\n".join(lines), 20_000)
    elif verdict.word == "skipped":
        ET.SubElement(case, "skipped", message=printable(verdict.told))
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
