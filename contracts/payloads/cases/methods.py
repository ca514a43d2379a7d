"""Payloads of methods and paths that the document does not have, and of types without a body."""

from collections.abc import Iterator

from contracts.model import REFUNDS
from contracts.payloads.baseline import DEAD_ID, ITEM, Ground, made
from contracts.payloads.draft import Draft
from contracts.payloads.record import Bent, Sent
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import JSON_HEADERS


def drafts(ground: Ground) -> Iterator[Draft]:
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
            bent, why = Bent("", law=law), f"{method} is not among the methods of this path."
            sent, name = Sent(method, path), f"{operation}.wire.method.{method.lower()}"
            yield Draft(name, operation, "malformed-wire", (bent,), why, sent, (), "assumed")
    step = made(ground.body())
    for operation, method, path, steps in (
        ("get_multi", "GET", REFUNDS, ()),
        ("get", "GET", ITEM, (step,)),
        ("delete", "DELETE", ITEM, (step,)),
    ):
        for word, media in (("text", "text/plain"), ("nonsense", "no type at all")):
            bent, why = (
                Bent("Content-Type", law="no-server-error"),
                "Without a body it is no matter.",
            )
            sent = Sent(method, path, headers=(("content-type", media),))
            name = f"{operation}.wire.type.{word}"
            yield Draft(name, operation, "boundary", (bent,), why, sent, steps, "assumed")
    bent, why = Bent("", rule="body-json"), "A create needs a body."
    sent = Sent("POST", REFUNDS, headers=JSON_HEADERS)
    yield Draft("create.wire.no-body", "create", "malformed-wire", (bent,), why, sent)
    for word, path in (
        ("parent", "/api/non-insurance-payer-refunds"),
        ("other-version", "/api/non-insurance-payer-refunds/v2"),
        ("capitals", REFUNDS.upper()),
        ("below", f"{item}/allocations"),
        ("joined", f"{REFUNDS}x"),
        ("two-slashes", REFUNDS.replace("/v1", "//v1")),
    ):
        bent, why = Bent("", law="unknown-path-is-404"), "Nothing is served under this path."
        sent, name = Sent("GET", path), f"get_multi.wire.path.{word}"
        yield Draft(name, "get_multi", "malformed-wire", (bent,), why, sent, (), "assumed")
