"""What a run says in words, the same in every report; no format of its own."""

from collections import Counter
from typing import Literal

from contracts.kernel.findings import Finding, Findings
from contracts.reports.texts import counted

Label = Literal["broken", "assumption", "known", "kept", "undecided", "skipped"]
LABELS: dict[Label, str] = {
    "broken": "broken",
    "assumption": "our assumption is wrong",
    "known": "known failure",
    "kept": "kept",
    "undecided": "undecided",
    "skipped": "skipped",
}
"""Every label with its words, the worst first."""

KEPT_FIRST: tuple[Label, ...] = ("kept", *(name for name in LABELS if name != "kept"))


def label(finding: Finding, findings: Findings) -> Label:
    """The label of one finding: on the vendor's API a broken assumption is ours, not its."""
    if finding.state != "broken":
        return finding.state
    if finding.known:
        return "known"
    assumed = findings.genuine and finding.law.evidence == "assumed"
    return "assumption" if assumed else "broken"


def counts(findings: Findings, topic: str | None = None) -> Counter[Label]:
    """How many laws have each label, of one topic or of all."""
    return Counter(
        label(finding, findings)
        for finding in findings.findings
        if topic is None or finding.law.topic == topic
    )


def headline(findings: Findings) -> str:
    """The whole verdict in one sentence."""
    tally = counts(findings)
    broken, wrong, kept = tally["broken"], tally["assumption"], tally["kept"]
    said = [f"{counted(broken, 'law is', 'laws are')} broken"] if broken else []
    if wrong:
        said.append(f"{counted(wrong, 'assumption of ours is', 'assumptions of ours are')} wrong")
    if said:
        return f"{' and '.join(said)}; {kept:,} kept."
    if findings.surprises:
        return "No law is newly broken, but the known failures are no longer as written."
    if findings.error:
        return f"The run ended before its end; {kept:,} kept until then."
    if not kept:
        return "Nothing was decided: no law was kept, and none was broken."
    rest = [f"{tally[key]:,} {LABELS[key]}" for key in ("undecided", "skipped") if tally[key]]
    known = f"{counted(tally['known'], 'known failure')}" if tally["known"] else ""
    after = ", ".join(filter(None, [known, *rest]))
    if after:
        return f"No law is broken: {kept:,} kept; {after}."
    return f"All {counted(kept, 'law')} kept."


def left_out(findings: Findings) -> list[str]:
    """What was not tried and why, a line a reason, the reason of most laws first."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for one in findings.findings:
        if one.state in {"skipped", "undecided"}:
            by_reason.setdefault((one.state, one.reason), []).append(one.law.id)
    ranked = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    return [
        f"{_named(laws)} {_LEFT[state]}: {reason or 'no reason given'}"
        for (state, reason), laws in ranked
    ]


_LEFT = {"skipped": "not tried", "undecided": "undecided"}
_MOST_NAMED = 2


def _named(laws: list[str]) -> str:
    return counted(len(laws), "law") if len(laws) > _MOST_NAMED else ", ".join(laws)


def topics(findings: Findings) -> list[str]:
    """The topics in the order of the laws."""
    return list(dict.fromkeys(finding.law.topic for finding in findings.findings))


def base(findings: Findings) -> str:
    """The base URL of the target; an app in this process has none, so a name that leads nowhere."""
    url = findings.target.startswith(("http://", "https://"))
    return findings.target.rstrip("/") if url else "http://app.invalid"
