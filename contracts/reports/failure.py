"""One cause of broken laws as lines of text, the same for terminal, JUnit and Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.reports.diff import DiffLine, diff
from contracts.reports.groups import Group
from contracts.reports.texts import counted, printable
from contracts.reports.verdict import LABELS, label
from contracts.targets.target import JSON_HEADERS, Request

_MOST_NAMED, _MOST_BEFORE = 4, 6
_MOST_DIFF = 8
_SIDES = {"-": "- expected", "+": "+ received"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its label, its text, and for a line of the diff what differs."""

    name: str
    text: str
    diff: DiffLine | None = None

    def __str__(self) -> str:
        """The line as plain text."""
        return f"  {self.name:<10}  {self.text}".rstrip() if self.name != "title" else self.text


def failure_lines(group: Group, findings: Findings, *, verbose: bool = False) -> Iterator[Line]:
    """What the reader of a failure needs, the most important first; the script is elsewhere."""
    first, exchange = group.first, group.exchange
    known = f" ({first.known})" if first.known else ""
    words = f"{LABELS[group.kind]}{known}: " if group.kind != "broken" else ""
    yield Line("title", f"{words}{group.title}")
    yield Line("law", f"{first.law.id}: {first.law.sentence}")
    yield Line("evidence", f"{first.law.evidence}: {first.law.source}")
    if exchange is not None:
        yield from _requests(group, exchange, verbose=verbose)
    lines = diff(group.departure, exchange)
    most = len(lines) if verbose else _MOST_DIFF
    for line in lines[:most]:
        yield Line(_SIDES.get(line.sign, ""), printable(line.text), line)
    if len(lines) > most:
        yield Line("", f"… {counted(len(lines) - most, 'more line')}")
    yield from _others(group, findings, verbose=verbose)
    replay = findings.replay_of(group.shown) or findings.replay_of(first)
    if replay:
        yield Line("replay", replay)


def _requests(group: Group, exchange: Exchange, *, verbose: bool) -> Iterator[Line]:
    """What was sent before, and the request that departs."""
    breach = group.shown.breach
    before = breach.sequence[: group.departure.exchange] if breach is not None else ()
    if verbose:
        for number, one in enumerate(before, 1):
            yield Line("after", f"{number}. {printable(one.request.curl())}")
            yield Line("", f"   -> {printable(one.summary())}")
        yield Line("request", printable(exchange.request.curl()))
        yield Line("answer", printable(exchange.summary()))
    else:
        if before:
            yield Line("after", _listed(before))
        yield Line("request", printable(request_line(exchange.request)))


def _listed(before: Sequence[Exchange]) -> str:
    """The operations before, with their statuses."""
    texts = [f"{one.prediction.operation} {one.reply.status}" for one in before[-_MOST_BEFORE:]]
    more = len(before) - len(texts)
    return f"{counted(more, 'request')}, then {', '.join(texts)}" if more else ", ".join(texts)


def request_line(request: Request) -> str:
    """A request for people: the method, the path, what is odd in its headers, and its body."""
    query = f"?{request.query_text}" if request.query_text else ""
    odd = [pair for pair in request.headers if pair != JSON_HEADERS[0]]
    headers = [f"{name}: {value}" for name, value in odd]
    if not request.authorized and request.header("authorization") is None:
        headers.append("no Authorization")
    said = f" ({'; '.join(headers)})" if headers else ""
    body = (request.body or b"").decode("utf-8", "backslashreplace")
    return f"{request.method} {request.path}{query}{said} {body}".rstrip()


def _others(group: Group, findings: Findings, *, verbose: bool) -> Iterator[Line]:
    others = group.findings[1:]
    if not others:
        return
    if verbose:
        for finding in others:
            yield Line("also", f"{finding.law.id}: {finding.law.sentence}{mark(finding, findings)}")
        return
    names = [f"{one.law.id}{mark(one, findings)}" for one in others]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    yield Line("also", f"{', '.join(names[:_MOST_NAMED])}{more}")


def mark(finding: Finding, findings: Findings) -> str:
    """What a law of a group is beside broken, in brackets, or nothing."""
    kind = label(finding, findings)
    return f" ({LABELS[kind]})" if kind != "broken" else ""
