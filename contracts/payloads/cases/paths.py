"""Payloads that change the id in the path, ask twice, or use another method."""

from collections.abc import Iterator
from urllib.parse import quote

from contracts.generate import values as edge_values
from contracts.model import REFUNDS
from contracts.payloads.baseline import DEAD_ID, ITEM, Baseline, create_step, update
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site, Step
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import JSON_HEADERS

METHODS = {"get": "GET", "update": "PATCH", "delete": "DELETE"}
_AT = "{non_insurance_payer_refund_id}"


def drafts(baseline: Baseline, operation: str) -> Iterator[Draft]:
    """Every such payload of an operation on one refund."""
    create = create_step(baseline.body())
    for word, kind, site, path, why in _known():
        yield _draft(baseline, operation, f"id.{word}", kind, site, path, why, setup=(create,))
    for word, text in (("unknown", DEAD_ID), ("nil", _NIL), ("capitals", DEAD_ID.upper())):
        site, why = Site(_AT, rule="refund-exists"), f"No refund has the id {text}."
        path = f"{REFUNDS}/{text}"
        yield _draft(baseline, operation, f"id.{word}-gone", "invalid-semantic", site, path, why)
    for word, text in {**edge_values.UUID_OUT, **_HOSTILE}.items():
        # Nothing says whether an encoded slash divides a path, nor what a last line feed is.
        if text and "/" not in text and "\n" not in text:
            site, why = Site(_AT, "format", "out", "path-id-shape"), "This is no uuid."
            path, slug = f"{REFUNDS}/{quote(text, safe='')}", f"id.not-{word}"
            yield _draft(baseline, operation, slug, "invalid-schema", site, path, why)
    gone = (create, Step(Sent("DELETE", ITEM)))
    site, why = Site(_AT, rule="refund-exists"), "The refund was deleted before."
    yield _draft(baseline, operation, "id.deleted", "invalid-semantic", site, ITEM, why, setup=gone)
    if baseline.payer:
        path, why = f"{REFUNDS}/{baseline.payer}", "This is the id of a payer, not of a refund."
        yield _draft(baseline, operation, "id.payer", "invalid-semantic", site, path, why)


def _known() -> Iterator[tuple[str, Kind, Site, str, str]]:
    same = Site(_AT, "format", "in")
    yield "lower", "valid", same, ITEM, "The id as the create answered it."
    yield "required", "valid", Site(_AT, "required", "in"), ITEM, "The id is in the path."
    yield "type", "valid", Site(_AT, "type", "in"), ITEM, "The id is a text."
    path = f"{REFUNDS}/{{{{REFUND_ID}}}}"
    yield "capitals", "boundary", same, path, "A uuid is the same in capitals."
    encoded = Site(_AT, law="path-may-be-encoded")
    path = f"{REFUNDS}/%7B{{{{refund_id}}}}%7D"
    out = Site(_AT, "format", "out", "path-id-shape")
    yield "braces-own", "invalid-schema", out, path, "The refund's id, but in braces."
    path = f"{REFUNDS}/urn:uuid:{{{{refund_id}}}}"
    yield "urn-own", "invalid-schema", out, path, "The refund's id, but as a urn."
    yield "blank-own", "invalid-schema", out, f"{ITEM}%20", "The refund's id, then a blank."
    path = f"{REFUNDS}/{{{{refund_id_encoded}}}}"
    yield "encoded", "boundary", encoded, path, "Every character of the id is percent-encoded."


_NIL = "00000000-0000-0000-0000-000000000000"
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


def _draft(
    baseline: Baseline,
    operation: str,
    slug: str,
    kind: Kind,
    site: Site,
    path: str,
    why: str,
    *,
    setup: tuple[Step, ...] = (),
) -> Draft:
    sent = Sent(METHODS[operation], path)
    if operation == "update":
        sent = update(baseline.changes(), path)
    return Draft(f"{operation}.{slug}", operation, kind, (site,), why, sent, setup)


def method_drafts(baseline: Baseline) -> Iterator[Draft]:
    """Methods and paths that are not in the document, and spellings of those that are."""
    item, law = f"{REFUNDS}/{DEAD_ID}", "other-method-is-405"
    for path, operation, methods in (
        (REFUNDS, "get_multi", ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "QUERY")),
        (item, "get", ("PUT", "POST", "OPTIONS", "TRACE", "PURGE", "QUERY")),
        (
            TOKEN_PATH,
            "token",
            ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE", "QUERY"),
        ),
    ):
        for method in methods:
            site, why = Site("", law=law), f"{method} is not among the methods of this path."
            sent, name = Sent(method, path), f"{operation}.wire.method.{method.lower()}"
            yield Draft(name, operation, "malformed-wire", (site,), why, sent, (), "assumed")
    step = create_step(baseline.body())
    for operation, method, path, steps in (
        ("get_multi", "GET", REFUNDS, ()),
        ("get", "GET", ITEM, (step,)),
        ("delete", "DELETE", ITEM, (step,)),
    ):
        for word, media in (("text", "text/plain"), ("nonsense", "no type at all")):
            site, why = (
                Site("Content-Type", law="no-server-error"),
                "Without a body it is no matter.",
            )
            sent = Sent(method, path, headers=(("content-type", media),))
            name = f"{operation}.wire.type.{word}"
            yield Draft(name, operation, "boundary", (site,), why, sent, steps, "assumed")
    site, why = Site("", rule="body-json"), "A create needs a body."
    sent = Sent("POST", REFUNDS, headers=JSON_HEADERS)
    yield Draft("create.wire.no-body", "create", "malformed-wire", (site,), why, sent)
    for word, path in (
        ("parent", "/api/non-insurance-payer-refunds"),
        ("other-version", "/api/non-insurance-payer-refunds/v2"),
        ("capitals", REFUNDS.upper()),
        ("below", f"{item}/allocations"),
        ("joined", f"{REFUNDS}x"),
        ("two-slashes", REFUNDS.replace("/v1", "//v1")),
    ):
        site, why = Site("", law="unknown-path-is-404"), "Nothing is served under this path."
        sent, name = Sent("GET", path), f"get_multi.wire.path.{word}"
        yield Draft(name, "get_multi", "malformed-wire", (site,), why, sent, (), "assumed")
