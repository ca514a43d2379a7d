"""A summary in GitHub's Markdown, for a pull request or a job's page; the whole is in the page."""

import re
from collections.abc import Iterator

from contracts.kernel.findings import Findings
from contracts.reports.coverage import coverage
from contracts.reports.diff import diff
from contracts.reports.failure import mark
from contracts.reports.groups import Group, groups
from contracts.reports.script import script_of
from contracts.reports.texts import clipped, counted, duration, printable
from contracts.reports.verdict import KEPT_FIRST, LABELS, counts, headline, topics

MOST_FAILURES = 25
"""More would be read by nobody, and a job's page takes one megabyte."""

_MOST_TEXT = 4_000
_MOST_LINE, _MOST_LINES = 500, 30
_SIGNS = {"broken": "❌", "assumption": "🔶", "known": "⚠️"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@$&])")


def render(findings: Findings) -> str:
    """The summary."""
    sign = "❌" if findings.exit_code else "✅"
    broken, shares = groups(findings), coverage(findings.exchanges).shares.items()
    parts = [
        f"## {sign} {plain(headline(findings))}",
        _about(findings),
        _listed("Known failures need a look", findings.surprises),
        _listed("Problems", findings.problems),
        _topics(findings),
        *(_failure(group, findings) for group in broken[:MOST_FAILURES]),
    ]
    if len(broken) > MOST_FAILURES:
        parts.append(f"… and {len(broken) - MOST_FAILURES} more, which the other reports show.")
    reached = [f"{name} {share.reached} of {share.possible}" for name, share in shares]
    parts += [_undecided(findings), f"Reached: {' · '.join(reached)}."]
    return "\n\n".join(filter(None, parts)) + "\n"


def plain(text: str) -> str:
    """Text on one line that Markdown leaves as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(printable(text).split()))


def code(text: str) -> str:
    """Text in a code span; backticks in it are no end."""
    line = " ".join(printable(text).split()).replace("|", "\\|")
    ticks = "`" * (_longest_run(line) + 1)
    gap = " " if line[:1] == "`" or line[-1:] == "`" or not line else ""
    return f"{ticks}{gap}{line}{gap}{ticks}"


def fenced(text: str, language: str = "") -> str:
    """Text in a fence that it cannot close."""
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{language}\n{printable(clipped(text, _MOST_TEXT))}\n{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _about(findings: Findings) -> str:
    return (
        f"{code(findings.target)} · seed {code(findings.seed)} · {plain(findings.began)} · "
        f"{duration(findings.seconds)} · {counted(findings.requests, 'request')} · "
        f"{plain(', '.join(findings.drivers))} · profile {plain(findings.profile)} · "
        f"{plain(findings.tier)}"
    )


def _listed(title: str, lines: tuple[str, ...]) -> str:
    return "\n".join([f"**{title}**\n", *(f"- {plain(line)}" for line in lines)]) if lines else ""


def _topics(findings: Findings) -> str:
    if not findings.findings:
        return ""
    used = [name for name in KEPT_FIRST if counts(findings)[name]]
    head = ["| topic |", *(f" {LABELS[name]} |" for name in used)]
    rows = ["".join(head), "|---|" + "--:|" * len(used)]
    for topic in topics(findings):
        tally = counts(findings, topic)
        cells = "".join(f" {tally[name] or ''} |" for name in used)
        rows.append(f"| {plain(topic)} |{cells}")
    return "\n".join(rows)


def _failure(group: Group, findings: Findings) -> str:
    law, words = group.first.law, LABELS[group.kind]
    start = f"{words}: " if group.kind != "broken" else ""
    parts = [f"### {_SIGNS[group.kind]} {plain(start + group.title)}"]
    parts += [f"{code(law.id)} · {plain(law.sentence)} · {law.evidence}: {plain(law.source)}"]
    parts += [f"Accepted for now: {plain(group.first.known)}"] if group.first.known else []
    exchange = group.exchange
    if exchange is not None:
        parts.append(fenced(exchange.request.curl(), "sh"))
    lines = [
        f"{one.sign} {clipped(one.text, _MOST_LINE)}" for one in diff(group.departure, exchange)
    ]
    parts.append(fenced("\n".join(lines[:_MOST_LINES]), "diff"))
    others = ", ".join(code(one.law.id) + mark(one, findings) for one in group.findings[1:])
    parts += [f"Also broken: {others}"] if others else []
    script = script_of(group, findings)
    if len(script) > _MOST_TEXT:
        parts.append("The script is long; the other reports have it.")
    elif script:
        summary = "<details><summary>A script of sh, curl and jq that shows it</summary>"
        parts.append(f"{summary}\n\n{fenced(script.rstrip(), 'sh')}\n\n</details>")
    return "\n\n".join([*parts, *_replay(findings.replay_of(group.shown))])


def _replay(command: str) -> Iterator[str]:
    if len(command) > _MOST_TEXT:
        yield "The replay token is long; the other reports have it."
    elif command:
        yield fenced(command, "sh")


def _undecided(findings: Findings) -> str:
    left = [f for f in findings.findings if f.state in {"undecided", "skipped"}]
    if not left:
        return ""
    rows = [f"- {code(f.law.id)} {f.state}: {plain(f.reason or 'no reason given')}" for f in left]
    summary = f"<details><summary>{counted(len(left), 'law')} not decided</summary>"
    return "\n".join([summary, "", *rows, "", "</details>"])
