"""The broken laws, each with what shows it and how to see it again; kept laws are elsewhere."""

from collections.abc import Iterator

from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Finding, Findings
from contracts.kernel.law import Breach
from contracts.reports.page.diff import diff
from contracts.reports.page.markup import Markup, box, evidence_badge, note, tag, verdict_badge
from contracts.reports.texts import body_text, clipped, counted
from contracts.reports.verdict import Label, failures, label

_MOST_TEXT = 20_000
_MOST_STEPS = 60
_MOST_PATH = 160


def failures_section(findings: Findings) -> Markup | None:
    """An article a broken law, the worst first; None where none is broken."""
    broken = failures(findings)
    if not broken:
        return None
    articles = [_article(finding, findings) for finding in broken]
    return tag("section", tag("h2", "What is broken"), articles, id="failures")


def _article(finding: Finding, findings: Findings) -> Markup:
    law, kind = finding.law, label(finding, findings)
    parts = [
        tag("p", verdict_badge(kind), " ", tag("code", law.id), class_="line"),
        tag("h3", law.sentence),
        tag("p", evidence_badge(law), class_="line source"),
        *_words(finding, kind),
        *(_breach(finding.breach) if finding.breach is not None else ()),
    ]
    if finding.token:
        command = tag("code", findings.replay_of(finding))
        parts += [tag("h4", "See it again"), box(command, "replay command", "wrap copy token")]
    return tag("article", parts, id=f"broken-{law.id}", class_=f"failure {kind}")


def _words(finding: Finding, kind: Label) -> Iterator[Markup]:
    if kind == "assumption":
        text = (
            "The vendor's API answers otherwise than we took for granted, and nothing it "
            "documents says that it should not. Mend the law and the stand-in."
        )
        yield tag("p", tag("strong", "Our assumption is wrong. "), text)
    if kind == "known":
        yield tag("p", tag("strong", "Accepted for now: "), finding.known)


def _breach(breach: Breach) -> Iterator[Markup]:
    yield tag("h4", "Expected and received")
    yield diff(breach)
    if not breach.exchanges:
        return
    yield tag("h4", "The request that shows it")
    yield from _shown(breach.exchanges[-1])
    if len(breach.exchanges) > 1:
        yield from _sequence(breach.exchanges)


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
