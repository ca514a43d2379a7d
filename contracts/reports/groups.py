"""Broken laws by their cause: the first exchange that departs from the model, and how."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracts.kernel.departure import Departure
from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.model.changes import Change
from contracts.model.rules import STRENGTH
from contracts.reports.verdict import LABELS, Label, label
from contracts.reports.words import sentence

_BY_MODEL = {"envelope": 1, "predicted": 1, "schema": 2}
"""Topics whose laws watch every answer, and so say less of what was tried."""


@dataclass(frozen=True, slots=True)
class Group:
    """Laws that break for one reason.

    Attributes:
        findings: the most specific law first, of those that fail the run before others.
        shown: the finding whose exchanges show the departure in the fewest requests.
        kind: the label of the first law.
        operations: that depart so.
    """

    findings: tuple[Finding, ...]
    shown: Finding
    kind: Label
    operations: tuple[str, ...]

    @property
    def first(self) -> Finding:
        """The most specific law."""
        return self.findings[0]

    @property
    def departure(self) -> Departure:
        """The departure as the exchanges that are shown have it."""
        return self.shown.departure

    @property
    def exchange(self) -> Exchange | None:
        """The exchange that departs."""
        at, breach = self.departure.exchange, self.shown.breach
        return None if at is None or breach is None else breach.sequence[at]

    @property
    def title(self) -> str:
        """The departure in one sentence."""
        departure = self.departure
        causes = {one.departure.cause for one in self.findings if _is_stale(one)}
        if departure.is_stale and len(causes) > 1:
            fields = {cause[1] for cause in causes}
            kind = "stale" if len(fields) > 1 else "unchanged"
            departure = replace(departure, change=Change(kind))
        return sentence(departure, self.operations, self.first.law.sentence)


def groups(findings: Findings) -> list[Group]:
    """The broken laws by cause: those that fail the run first, then the best known."""
    by_cause: dict[object, list[Finding]] = {}
    for finding in findings.findings:
        if finding.state == "broken":
            by_cause.setdefault(finding.departure.cause, []).append(finding)
    order, folded = list(LABELS), dict[object, list[Finding]]()
    stale = [cause for cause, members in by_cause.items() if all(map(_is_stale, members))]
    for cause in stale[1:]:
        by_cause[stale[0]] += by_cause.pop(cause)
    for cause, members in list(by_cause.items()):
        deeper = _deeper(members[0].departure)
        if deeper is not None and deeper in by_cause:
            folded.setdefault(deeper, []).extend(by_cause.pop(cause))
    found = [_group(own, folded.get(cause, []), findings) for cause, own in by_cause.items()]
    return sorted(
        found,
        key=lambda one: (
            order.index(one.kind),
            -STRENGTH[one.first.law.evidence],
            -len(one.findings),
        ),
    )


def _is_stale(finding: Finding) -> bool:
    return finding.departure.is_stale


def _deeper(departure: Departure) -> object:
    """What explains a departure, if it is there.

    A field that is dropped is not checked either, and a refund that is lost is in no list.
    """
    if departure.cause in {("rows", "dropped"), ("rows", "order")}:
        return ("lost",)
    if departure.at != "status" or departure.received != 200:
        return None
    steps = departure.expected[0].at.split("/")
    return ("body", steps[1], "missing") if len(steps) > 1 else None


def _group(members: list[Finding], folded: list[Finding], findings: Findings) -> Group:
    order = list(LABELS)
    ranked = sorted(
        members,
        key=lambda one: (
            not findings.fails(one),
            order.index(label(one, findings)),
            _BY_MODEL.get(one.law.topic, 0),
            -STRENGTH[one.law.evidence],
        ),
    )
    shown = min(ranked, key=_length)
    operations = dict.fromkeys(_operations(ranked, shown))
    return Group((*ranked, *folded), shown, label(ranked[0], findings), tuple(operations))


def _length(finding: Finding) -> tuple[bool, int, int]:
    """How much a reader of a finding's sequence reads; that of a script has what led to it."""
    departure, law = finding.departure, finding.law
    at = departure.exchange
    by_chance = law.script is None and finding.driver == "directed"
    return by_chance, (10**6 if at is None else at), len(str(departure.expected))


def _operations(members: list[Finding], shown: Finding) -> Iterator[str]:
    for finding in (shown, *members):
        yield finding.departure.operation or finding.law.topic
