"""What is broken, cause by cause: what shows it, and how to see it again."""

from collections.abc import Iterator

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.reports.diff import diff
from contracts.reports.groups import Group, groups
from contracts.reports.page.diff import render_diff
from contracts.reports.page.markup import Markup, box, evidence_badge, note, tag, verdict_badge
from contracts.reports.script import script_of
from contracts.reports.texts import body_text, clipped, counted
from contracts.reports.verdict import Label

_MOST_TEXT = 20_000
_MOST_STEPS = 60
_MOST_PATH = 160


def failures_section(findings: Findings) -> Markup | None:
    """An article a cause, the worst first; None where nothing is broken."""
    broken = groups(findings)
    if not broken:
        return None
    articles = [_article(group, findings) for group in broken]
    return tag("section", tag("h2", "What is broken"), articles, id="failures")


def _article(group: Group, findings: Findings) -> Markup:
    finding, kind = group.first, group.kind
    law = finding.law
    parts = [
        tag("p", verdict_badge(kind), " ", tag("code", law.id), class_="line"),
        tag("h3", group.title),
        tag("p", law.sentence),
        tag("p", evidence_badge(law), class_="line source"),
        *_words(finding, kind),
        *_shown_departure(group),
    ]
    others = [
        tag("li", tag("code", f.law.id), f": {f.law.sentence}", id=f"broken-{f.law.id}")
        for f in group.findings[1:]
    ]
    parts += [tag("h4", "Also broken"), tag("ul", others)] if others else []
    script, command = script_of(group, findings), findings.replay_of(group.shown)
    if script or command:
        parts.append(tag("h4", "See it again"))
    if command:
        parts.append(box(tag("code", command), "replay command", "wrap copy token"))
    if script:
        code = box(tag("code", script.rstrip()), "script of sh, curl and jq", "copy")
        parts.append(tag("details", tag("summary", "A script of sh, curl and jq"), code))
    return tag("article", parts, id=f"broken-{law.id}", class_=f"failure {kind}")


def _words(finding: Finding, kind: Label) -> Iterator[Markup]:
    if kind == "assumption":
        text = (
            "The vendor's API answers otherwise than we took for granted, and nothing it "
            "documents says that it should not. The law and the stand-in need a correction."
        )
        yield tag("p", tag("strong", "Our assumption is wrong. "), text)
    if kind == "known":
        yield tag("p", tag("strong", "Accepted for now: "), finding.known)


def _shown_departure(group: Group) -> Iterator[Markup]:
    exchange, breach = group.exchange, group.shown.breach
    yield tag("h4", "Expected and received")
    yield render_diff(diff(group.departure, exchange))
    if exchange is None or breach is None:
        return
    yield tag("h4", "The request that shows it")
    yield from _shown(exchange)
    if len(breach.sequence) > 1:
        yield from _sequence(breach.sequence)


def _sequence(exchanges: tuple[Exchange, ...]) -> Iterator[Markup]:
    total = len(exchanges)
    items = [
        tag("li", _step(exchange), value=number)
        for number, exchange in enumerate(exchanges, 1)
        if number > total - _MOST_STEPS
    ]
    yield tag("h4", f"The shortest sequence known, {counted(total, 'request')}")
    if total > _MOST_STEPS:
        yield note(f"The last {_MOST_STEPS} are shown; the JSON report has all.")
    yield tag("ol", items, class_="steps")


def _step(exchange: Exchange) -> Markup:
    request = exchange.request
    query = f"?{request.query_text}" if request.query_text else ""
    line = [
        tag("b", request.method),
        " ",
        tag("code", clipped(request.path + query, _MOST_PATH)),
        " ",
        tag("span", f"→ {exchange.status} {exchange.error_name or ''}".rstrip(), class_="status"),
    ]
    return tag("details", tag("summary", *line), _shown(exchange))


def _shown(exchange: Exchange) -> Iterator[Markup]:
    """The request, then the reply."""
    curl, reply = clipped(exchange.request.curl(), _MOST_TEXT), exchange.reply
    yield box(tag("code", curl), "request as curl", "wrap copy")
    allowed = " or ".join(map(str, exchange.prediction.outcomes))
    due = "" if exchange.prediction.allows(reply.status) else f", where {allowed} was due"
    head = tag("p", tag("strong", f"Answered {reply.status}"), f"{due}.")
    if not reply.body:
        yield tag("div", head, note("The body is empty."))
        return
    title = f"The body, {counted(len(reply.body), 'byte')}"
    body = box(tag("code", clipped(body_text(reply.body), _MOST_TEXT)), "body of the reply")
    yield tag("div", head, tag("details", tag("summary", title), body))
