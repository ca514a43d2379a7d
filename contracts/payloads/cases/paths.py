"""Payloads of get, update and delete that bend the id in the path, or ask twice."""

from collections.abc import Iterator
from urllib.parse import quote

from contracts.model import REFUNDS
from contracts.payloads.baseline import DEAD_ID, ITEM, Ground, made, update
from contracts.payloads.cases import edges
from contracts.payloads.draft import Draft
from contracts.payloads.record import Bent, Kind, Sent, Step

METHODS = {"get": "GET", "update": "PATCH", "delete": "DELETE"}
_AT = "{non_insurance_payer_refund_id}"


def drafts(ground: Ground, operation: str) -> Iterator[Draft]:
    """Every such payload of an operation on one refund."""
    create = made(ground.body())
    for word, kind, bent, path, why in _known():
        yield _draft(ground, operation, f"id.{word}", kind, bent, path, why, setup=(create,))
    for word, text in (("unknown", DEAD_ID), ("nil", _NIL), ("capitals", DEAD_ID.upper())):
        bent, why = Bent(_AT, rule="refund-exists"), f"No refund has the id {text}."
        path = f"{REFUNDS}/{text}"
        yield _draft(ground, operation, f"id.{word}-gone", "invalid-semantic", bent, path, why)
    for word, text in {**edges.UUID_OUT, **_HOSTILE}.items():
        # Nothing says whether an encoded slash divides a path, nor what a last line feed is.
        if text and "/" not in text and "\n" not in text:
            bent, why = Bent(_AT, "format", "out", "path-id-shape"), "This is no uuid."
            path, slug = f"{REFUNDS}/{quote(text, safe='')}", f"id.not-{word}"
            yield _draft(ground, operation, slug, "invalid-schema", bent, path, why)
    gone = (create, Step(Sent("DELETE", ITEM)))
    bent, why = Bent(_AT, rule="refund-exists"), "The refund was deleted before."
    yield _draft(ground, operation, "id.deleted", "invalid-semantic", bent, ITEM, why, setup=gone)
    if ground.payer:
        path, why = f"{REFUNDS}/{ground.payer}", "This is the id of a payer, not of a refund."
        yield _draft(ground, operation, "id.payer", "invalid-semantic", bent, path, why)


def _known() -> Iterator[tuple[str, Kind, Bent, str, str]]:
    same = Bent(_AT, "format", "in")
    yield "lower", "valid", same, ITEM, "The id as the create answered it."
    yield "required", "valid", Bent(_AT, "required", "in"), ITEM, "The id is in the path."
    yield "type", "valid", Bent(_AT, "type", "in"), ITEM, "The id is a text."
    path = f"{REFUNDS}/{{{{REFUND_ID}}}}"
    yield "capitals", "boundary", same, path, "A uuid is the same in capitals."
    encoded = Bent(_AT, law="path-may-be-encoded")
    path = f"{REFUNDS}/%7B{{{{refund_id}}}}%7D"
    out = Bent(_AT, "format", "out", "path-id-shape")
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
    ground: Ground,
    operation: str,
    slug: str,
    kind: Kind,
    bent: Bent,
    path: str,
    why: str,
    *,
    setup: tuple[Step, ...] = (),
) -> Draft:
    sent = Sent(METHODS[operation], path)
    if operation == "update":
        sent = update(ground.changes(), path)
    return Draft(f"{operation}.{slug}", operation, kind, (bent,), why, sent, setup)
