"""Verdicts as lines of text. `junit` writes them as XML."""

from collections import Counter
from collections.abc import Sequence

from contracts.payloads.verifier.verdicts import Verdict
from contracts.reports.texts import printable


def line(verdict: Verdict) -> str:
    """One verdict, such as `passed  200 create.valid.full`."""
    message = f"  {printable(verdict.message)}" if verdict.message else ""
    return f"{verdict.status:7} {verdict.http_status or '-':>3} {verdict.record.id}{message}"


def summary(verdicts: Sequence[Verdict], seconds: float) -> str:
    """The last line, such as `1,800 payloads: 1,799 passed, 1 failed, 0 skipped (1.2 s)`."""
    tally = Counter(verdict.status for verdict in verdicts)
    counted = ", ".join(f"{tally[word]:,} {word}" for word in ("passed", "failed", "skipped"))
    return f"{len(verdicts):,} payloads: {counted} ({seconds:.1f} s)"
