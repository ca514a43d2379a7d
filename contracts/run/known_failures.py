"""The file of known failures: broken laws that are expected, each with a reason and an end.

TOML, one table a law; JSON of the same shape is read too:

    [[known]]
    law = "limit-is-refused"
    reason = "staging answers 400 instead of 422; the vendor knows"
    expires = 2030-01-31
    pattern = "received: 400"     # optional: a regular expression that the breach must hold
    flaky = true                  # optional: some runs do not find it, which is no surprise
    requests = 1000               # optional: nor is that of runs that send fewer requests
"""

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from contracts.errors import KnownFailuresError
from contracts.kernel.findings import Finding

_FIELDS = frozenset({"law", "reason", "expires", "pattern", "flaky", "requests"})


_OF_TOOL = "schemathesis-"
"""How the names of Schemathesis's own checks begin, which are no laws of ours."""

RENAMED = {
    "never-stumbles": "no-server-error",
    "error-wears-envelope": "error-has-envelope",
}
"""Old ids of laws, which entries may still name."""


@dataclass(frozen=True, slots=True)
class Known:
    """One broken law that is expected until a day, that day included."""

    law: str
    reason: str
    expires: date
    pattern: re.Pattern[str] | None = None
    old_id: str = ""
    flaky: bool = False
    requests: int = 0

    @property
    def note(self) -> str:
        """What the reader should change in the file, or nothing."""
        return f"known failures: {self.old_id} is now called {self.law}" if self.old_id else ""

    def fits(self, finding: Finding) -> bool:
        """Whether a breach is the known one."""
        return self.pattern is None or bool(self.pattern.search(str(finding.breach or "")))


def load(path: Path, laws: Iterable[str]) -> tuple[Known, ...]:
    """The entries of a file.

    Args:
        path: TOML, or JSON where the name ends so.
        laws: every id that an entry may name.

    Raises:
        KnownFailuresError: the file or an entry cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise KnownFailuresError(f"{path}: cannot be read ({error})") from error
    rows = document.get("known") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise KnownFailuresError(f"{path}: expected [[known]] tables and nothing else")
    ids = set(laws)
    return tuple(_entry(f"{path}: known[{index}]", row, ids) for index, row in enumerate(rows))


def applied(
    findings: Sequence[Finding],
    entries: Iterable[Known],
    today: date,
    *,
    fuzzed: bool = False,
    sent: int = 0,
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings with known failures marked, and a sentence for each entry that is out of date.

    An entry stays valid if its law was not decided, or not asked for.

    Args:
        findings: of a run.
        entries: what is known.
        today: the day to compare their ends with.
        fuzzed: whether Schemathesis ran to its end; then its checks without a finding are kept.
        sent: how many requests the run sent.
    """
    by_law = {finding.law.id: finding for finding in findings}
    surprises = []
    for entry in entries:
        finding = by_law.get(entry.law)
        if finding is None:
            if fuzzed and not entry.flaky and entry.law.startswith(_OF_TOOL):
                surprises.append(_DISAPPEARED.format(entry.law))
            continue
        missed = finding.state == "kept" and (entry.flaky or sent < entry.requests)
        surprise = _surprise(entry, finding, today, missed=missed)
        if surprise:
            surprises.append(surprise)
        elif finding.state == "broken":
            by_law[entry.law] = replace(finding, known=entry.reason)
    return tuple(by_law[finding.law.id] for finding in findings), tuple(surprises)


_DISAPPEARED = "{}: the known failure disappeared; delete its entry"


def _surprise(entry: Known, finding: Finding, today: date, *, missed: bool) -> str:
    if today > entry.expires:
        return (
            f"{entry.law}: the known failure expired on {entry.expires}; fix it, or give it "
            "a new date and reason"
        )
    if finding.state == "kept" and not missed:
        return _DISAPPEARED.format(entry.law)
    if finding.state == "broken" and not entry.fits(finding):
        pattern = entry.pattern.pattern if entry.pattern else ""
        return f"{entry.law}: the known failure changed, its text no longer holds {pattern!r}"
    return ""


def _entry(where: str, row: Any, laws: set[str]) -> Known:
    if not isinstance(row, dict) or row.keys() - _FIELDS:
        raise KnownFailuresError(f"{where}: expected a table of {', '.join(sorted(_FIELDS))}")
    for name in ("law", "reason"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise KnownFailuresError(f"{where}.{name}: expected a text, found {row.get(name)!r}")
    old_id = row["law"] if row["law"] in RENAMED else ""
    law = str(RENAMED.get(row["law"], row["law"]))
    if law not in laws and not law.startswith(_OF_TOOL):
        raise KnownFailuresError(f"{where}.law: no law {law!r}; see `contracts laws`")
    flaky = row.get("flaky", False)
    if not isinstance(flaky, bool):
        raise KnownFailuresError(f"{where}.flaky: expected true or false, found {flaky!r}")
    requests = row.get("requests", 0)
    if type(requests) is not int or requests < 0:
        raise KnownFailuresError(f"{where}.requests: expected a number, found {requests!r}")
    known = Known(law, row["reason"], _day(where, row), _pattern(where, row), old_id)
    return replace(known, flaky=flaky, requests=requests)


def _day(where: str, row: dict[str, Any]) -> date:
    value = row.get("expires")
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError as error:
        raise KnownFailuresError(
            f"{where}.expires: expected a day like 2030-01-31, found {value!r}"
        ) from error


def _pattern(where: str, row: dict[str, Any]) -> re.Pattern[str] | None:
    value = row.get("pattern")
    if value is None:
        return None
    try:
        return re.compile(value)
    except (re.error, TypeError) as error:
        raise KnownFailuresError(f"{where}.pattern: {value!r} is no pattern ({error})") from error
