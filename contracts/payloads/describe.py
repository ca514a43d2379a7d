"""One record told in words, for people; no format that a tool reads."""

import json

from contracts.model.rules import BY_ID
from contracts.payloads.record import Answer, Record, Site
from contracts.reports.texts import body_text, clipped, printable
from contracts.targets.target import Request


def describe(record: Record) -> str:
    """The record: what it bends, why, what is sent, and what should come back."""
    lines = [
        f"{record.id}  ({record.kind}, {record.evidence}, seed {record.seed})",
        "",
        f"{record.why}.",
        "",
        f"writes   {record.writes}; risk on shared data: {record.risk}",
        *(f"bends    {_bent(site)}" for site in record.bends),
    ]
    for number, step in enumerate(record.setup, 1):
        sent = step.request
        saved = ", ".join(f"{name} from {pointer}" for name, pointer in step.save.items())
        keeps = f"; keeps {saved}" if saved else ""
        times = f"; {step.times} times" if step.times > 1 else ""
        wants = f"; answered by {step.status}" if step.status != 200 else ""
        lines.append(f"first {number}  {sent.method} {sent.url}{times}{wants}{keeps}")
    sent = record.request
    lines += [f"request  {sent.method} {sent.url}"]
    lines += [f"         {name}: {value}" for name, value in sent.headers]
    if not sent.authorized:
        lines.append("         (no bearer token is added)")
    if sent.framing != "length":
        lines.append(f"         ({_FRAMINGS[sent.framing]})")
    if sent.body is not None:
        shown = clipped(body_text(sent.body) or "(empty)", 2_000).replace("\n", "\n         ")
        lines.append(f"         {shown}")
    lines += [f"answer   {_answer(answer)}" for answer in record.answers]
    tokens = " and with tokens" if any(site.law == _TOKENS for site in record.bends) else ""
    admitted = f"{tokens} {_ADMITTED[record.auth]}" if tokens else ""
    under = f"under the profile {record.profile}{admitted}"
    if sent.framing in {"short", "long"}:
        lines += ["", f"{under}; curl cannot send it"]
    else:
        request = Request(
            sent.method, sent.path, sent.query, sent.headers, sent.body, sent.authorized
        )
        lines += ["", f"{under}; with curl:", clipped(request.curl(), 2_000)]
    return "\n".join(printable(line) for line in lines)


_FRAMINGS = {
    "chunked": "in chunks, without a Content-Length",
    "short": "the Content-Length is one byte less than the body has",
    "long": "the Content-Length is one byte more than the body has; then the client ends its side",
}
_TOKENS = "auth-token-is-issued"
_ADMITTED = {
    "any": "of anybody let in",
    "issued": "of its own alone let in",
    "unknown": "of others let in or not",
}


def _bent(site: Site) -> str:
    place = site.pointer or "the whole"
    if site.keyword is not None:
        word = f"keyword {site.keyword}, {site.side}side"
    else:
        word = f"rule {site.rule}" if site.rule else f"law {site.law}"
    rule = f"; rule {site.rule} is {BY_ID[site.rule].evidence}" if site.rule else ""
    return f"{place}: {word}{rule}"


def _answer(answer: Answer) -> str:
    name = f" {answer.error_name}" if answer.error_name else ""
    rule = f", by rule {answer.rule}" if answer.rule else ""
    effect = f"; effect: {answer.effect}"
    body = clipped(json.dumps(answer.body, ensure_ascii=False), 600)
    return f"{answer.status or 'none at all'}{name}{rule}{effect}\n         {body}"
