"""Verdicts as JUnit XML, one test case a payload."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence

from contracts.payloads.verifier.verdicts import Verdict
from contracts.reports.junit import case_of, document, end, fail, skip

_SUITE = "contracts.payloads"


def render(verdicts: Sequence[Verdict], seconds: float = 0.0, ended: str = "") -> str:
    """The JUnit document; valid XML 1.0 whatever the bodies hold.

    Args:
        verdicts: one a case.
        seconds: that they took.
        ended: why the run cannot pass for a good one; a case of its own with an error.
    """
    counts = Counter(verdict.status for verdict in verdicts)
    numbers = {
        "name": _SUITE,
        "tests": str(len(verdicts) + bool(ended)),
        "failures": str(counts["failed"]),
        "errors": str(int(bool(ended))),
        "skipped": str(counts["skipped"]),
        "time": f"{seconds:.3f}",
    }
    cases = [_case(verdict) for verdict in verdicts]
    if ended:
        cases.append(case_of(_SUITE, "the run"))
        end(cases[-1], ended)
    return document(numbers, cases)


def _case(verdict: Verdict) -> ET.Element:
    record, message = verdict.record, verdict.message
    case = case_of(f"{_SUITE}.{record.operation}.{record.kind}", record.id)
    if verdict.status == "failed":
        fail(case, record.evidence, message, f"{record.why}\n{message}\n{verdict.curl}")
    elif verdict.status == "skipped":
        skip(case, message)
    return case
