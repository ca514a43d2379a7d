"""Payloads that change the id in the path, ask twice, or use another method."""

from collections.abc import Iterator
from urllib.parse import quote

from contracts.generate.values import DEAD_ID, UUID_OUT
from contracts.model import REFUNDS
from contracts.payloads.baseline import ITEM, NIL_ID, Baseline, update
from contracts.payloads.draft import Draft, shown
from contracts.payloads.record import Kind, Sent, Site, Step
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import JSON_HEADERS

METHODS = {"get": "GET", "update": "PATCH", "delete": "DELETE"}
_AT = "{non_insurance_payer_refund_id}"
_NO_ID = Site(_AT, "format", "out", "path-id-shape")
_UNKNOWN = Site(_AT, rule="refund-exists")


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Every such payload of an operation on one refund."""

    def draft(word: str, kind: Kind, site: Site, path: str, why: str, *setup: Step) -> Draft:
        sent = Sent(METHODS[operation], path)
        if operation == "update":
            sent = update(baseline.changes(), path)
        return Draft(f"{operation}.id.{word}", kind, (site,), why, sent, setup)

    for word, kind, site, text, why in _known():
        yield draft(word, kind, site, f"{REFUNDS}/{text}", why, baseline.made)
    for word, text in (("unknown", DEAD_ID), ("nil", NIL_ID), ("capitals", DEAD_ID.upper())):
        path, why = f"{REFUNDS}/{text}", f"No refund has the id {text}."
        yield draft(f"{word}-gone", "invalid-semantic", _UNKNOWN, path, why)
    for word, text in {**UUID_OUT, **_HOSTILE}.items():
        # Nothing says whether an encoded slash divides a path, nor what a last line feed is.
        if text and "/" not in text and "\n" not in text:
            path = f"{REFUNDS}/{quote(text, safe='')}"
            yield draft(
                f"not-{word}",
                "invalid-schema",
                _NO_ID,
                path,
                f"The id is {shown(text)}, which is no uuid.",
            )
    gone, why = Step(Sent("DELETE", ITEM)), "The refund was deleted before."
    yield draft("deleted", "invalid-semantic", _UNKNOWN, ITEM, why, baseline.made, gone)
    if baseline.payer:
        path, why = f"{REFUNDS}/{baseline.payer}", "This is the id of a payer, not of a refund."
        yield draft("payer", "invalid-semantic", _UNKNOWN, path, why)


def _known() -> Iterator[tuple[str, Kind, Site, str, str]]:
    """Spellings of the id of a refund that is there."""
    same, own = Site(_AT, "format", "in"), "{{refund_id}}"
    yield "lower", "valid", same, own, "The id as the create answered it."
    yield "required", "valid", Site(_AT, "required", "in"), own, "The id is in the path."
    yield "type", "valid", Site(_AT, "type", "in"), own, "The id is a text."
    yield "capitals", "boundary", same, own.upper(), "A uuid is the same in capitals."
    braces, urn = f"%7B{own}%7D", f"urn:uuid:{own}"
    yield "braces-own", "invalid-schema", _NO_ID, braces, "The refund's id, but in braces."
    yield "urn-own", "invalid-schema", _NO_ID, urn, "The refund's id, but as a urn."
    yield "blank-own", "invalid-schema", _NO_ID, f"{own}%20", "The refund's id, then a blank."
    site, why = (
        Site(_AT, law="path-may-be-encoded"),
        "Every character of the id is percent-encoded.",
    )
    yield "encoded", "boundary", site, "{{refund_id_encoded}}", why


_HOSTILE = {
    "null": "null",
    "dots": "...",
    "percent": "%",
    "encoded-twice": "%64",
    "sql": "1' or '1'='1",
    "han": "\u65e5",
    "long": "a" * 300,
    "star": "*",
    "semicolon": "a;b=c",
    "collection": "v1",
}


def method_drafts(baseline: Baseline) -> Iterator[Draft]:
    """Methods and paths that are not in the document, and spellings of those that are."""
    site = Site("", law="other-method-is-405")
    for operation, path, methods in _OTHER_METHODS:
        for method in methods:
            name = f"{operation}.wire.method.{method.lower()}"
            why = f"{method} is not among the methods of this path."
            yield Draft(name, "malformed-wire", (site,), why, Sent(method, path), (), "assumed")
    site, why = Site("Content-Type", law="no-server-error"), "Without a body it is no matter."
    for operation, method, path in (
        ("get_multi", "GET", REFUNDS),
        ("get", "GET", ITEM),
        ("delete", "DELETE", ITEM),
    ):
        setup = baseline.setup(operation)
        for word, media in (("text", "text/plain"), ("nonsense", "no type at all")):
            sent = Sent(method, path, headers=(("content-type", media),))
            name = f"{operation}.wire.type.{word}"
            yield Draft(name, "boundary", (site,), why, sent, setup, "assumed")
    site, why = Site("", rule="body-json"), "A create needs a body."
    sent = Sent("POST", REFUNDS, headers=JSON_HEADERS)
    yield Draft("create.wire.no-body", "malformed-wire", (site,), why, sent)
    site, why = Site("", law="unknown-path-is-404"), "Nothing is served under this path."
    for word, path in _NO_PATHS.items():
        name, sent = f"get_multi.wire.path.{word}", Sent("GET", path)
        yield Draft(name, "malformed-wire", (site,), why, sent, (), "assumed")


_GONE = f"{REFUNDS}/{DEAD_ID}"
_ANYWHERE = ("OPTIONS", "TRACE", "PURGE", "QUERY")
_OTHER_METHODS = (
    ("get_multi", REFUNDS, ("PUT", "PATCH", "DELETE", *_ANYWHERE)),
    ("get", _GONE, ("PUT", "POST", *_ANYWHERE)),
    ("token", TOKEN_PATH, ("GET", "PUT", "DELETE", "PATCH", *_ANYWHERE)),
)
_NO_PATHS = {
    "parent": "/api/non-insurance-payer-refunds",
    "other-version": "/api/non-insurance-payer-refunds/v2",
    "capitals": REFUNDS.upper(),
    "below": f"{_GONE}/allocations",
    "joined": f"{REFUNDS}x",
    "two-slashes": REFUNDS.replace("/v1", "//v1"),
}
