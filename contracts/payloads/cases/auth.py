"""Payloads that change the Authorization header, of every operation."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256, sha512
from typing import Any

from contracts.model import REFUNDS
from contracts.payloads.baseline import DEAD_ID, ITEM, Baseline, create, create_step, update
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site, Step
from contracts.targets.target import JSON_HEADERS

_NAME = "Authorization"
_REFUSED: tuple[tuple[str, str | None, str, str], ...] = (
    ("none", None, "auth-is-needed", "Without the header nobody is let in."),
    ("empty", "", "auth-needs-a-token", "The header is empty."),
    ("bearer-alone", "Bearer", "auth-needs-a-token", "The scheme has no token behind it."),
    ("bearer-blank", "Bearer ", "auth-needs-a-token", "The token is a blank."),
    ("token-alone", "{{token}}", "auth-scheme-is-bearer", "The token has no scheme before it."),
    ("basic", "Basic dXNlcjpwYXNz", "auth-scheme-is-bearer", "Basic is another scheme."),
    ("basic-token", "Basic {{token}}", "auth-scheme-is-bearer", "Basic is another scheme."),
    ("bearer-two-blanks", "Bearer  ", "auth-needs-a-token", "The token is a blank."),
    ("bearer-blanks", "Bearer    ", "auth-needs-a-token", "The token is blanks."),
    ("token-scheme", "Token {{token}}", "auth-scheme-is-bearer", "Token is another scheme."),
    ("digest", 'Digest username="u"', "auth-scheme-is-bearer", "Digest is another scheme."),
    ("colon", "Bearer: {{token}}", "auth-scheme-is-bearer", "A colon belongs to no scheme."),
    ("joined", "Bearer{{token}}", "auth-scheme-is-bearer", "A blank is missing."),
)
_ACCEPTED = (
    ("usual", "Bearer {{token}}", "auth-scheme-ignores-case", "As the vendor's page has it."),
    ("small", "bearer {{token}}", "auth-scheme-ignores-case", "A scheme is read in any case."),
    ("capitals", "BEARER {{token}}", "auth-scheme-ignores-case", "A scheme is read in any case."),
    ("mixed", "bEaReR {{token}}", "auth-scheme-ignores-case", "A scheme is read in any case."),
)


def drafts(baseline: Baseline) -> Iterator[Draft]:
    """Each header with each operation; the refused ones also for a refund that is not there."""
    step = create_step(baseline.body())
    for operation, sent, setup in _requests(baseline, step):
        for word, value, law, why in _REFUSED:
            yield _draft(operation, word, "auth", value, law, why=why, sent=sent, setup=setup)
        for word, value, law, why in _ACCEPTED:
            yield _draft(operation, word, "valid", value, law, why=why, sent=sent, setup=setup)
    why = "Who is not let in is not told what else is wrong."
    for operation, slug, sent in _wrong_otherwise(baseline):
        for word, value, law, _ in _REFUSED[:3]:
            yield _draft(operation, f"{slug}.{word}", "auth", value, law, why=why, sent=sent)
    for operation, slug, sent in (*_wrong_otherwise(baseline), ("get_multi", "any", _LIST)):
        for word, token, reason in strangers():
            yield _draft(
                operation,
                f"{slug}.token-{word}",
                "auth",
                f"Bearer {token}",
                "auth-token-is-issued",
                why=f"{reason} Only where any token is let in it may pass.",
                sent=sent,
            )


_LIST = Sent("GET", REFUNDS, "limit=1")


def _wrong_otherwise(baseline: Baseline) -> Iterator[tuple[str, str, Sent]]:
    """Requests that change nothing anywhere, in whatever account they may be let in."""
    gone = f"{REFUNDS}/{DEAD_ID}"
    yield "get", "first", Sent("GET", gone)
    yield "update", "first", update(baseline.changes(), gone)
    yield "delete", "first", Sent("DELETE", gone)
    yield "create", "first", create({})
    yield "create", "first-no-body", Sent("POST", REFUNDS, headers=JSON_HEADERS)
    yield "get_multi", "first", Sent("GET", REFUNDS, "limit=0")


def _requests(baseline: Baseline, step: Step) -> Iterator[tuple[str, Sent, tuple[Step, ...]]]:
    yield "create", create(baseline.body()), ()
    yield "get_multi", _LIST, ()
    yield "get", Sent("GET", ITEM), (step,)
    yield "update", update(baseline.changes()), (step,)
    yield "delete", Sent("DELETE", ITEM), (step,)


def _draft(
    operation: str,
    word: str,
    kind: Kind,
    value: str | None,
    law: str,
    *,
    why: str,
    sent: Sent,
    setup: tuple[Step, ...] = (),
) -> Draft:
    headers = sent.headers if value is None else (*sent.headers, ("authorization", value))
    sent = Sent(sent.method, sent.path, sent.query, headers, sent.body, authorized=False)
    slug = f"{operation}.auth.{word}"
    return Draft(slug, operation, kind, (Site(_NAME, law=law),), why, sent, setup, "assumed")


_EARLIER, _LATER = 1_577_836_800, 4_102_444_800
"""The beginnings of 2020 and 2100, in seconds: past and to come, whenever this is sent."""

_CLAIMS: Mapping[str, Any] = {"sub": "payloads", "iat": _EARLIER, "exp": _LATER}


def strangers() -> Iterator[tuple[str, str, str]]:
    """A word, the token, and a sentence for each."""
    yield "invented", "invented", "Nobody issued this token."
    unsigned = _encoded({"alg": "RS256", "typ": "JWT"}, _CLAIMS)
    noise = b"".join(sha512(bytes([number])).digest() for number in range(4))
    yield "jwt", f"{unsigned}.{_text(noise)}", "A JWT of the usual form; no key made its signature."
    yield "jwt-other-key", _signed(_CLAIMS), "A JWT that another key than the API's has signed."
    expired = {**_CLAIMS, "exp": _EARLIER + 18_000}
    yield (
        "jwt-expired",
        _signed(expired),
        "A JWT that another key has signed, and that has expired.",
    )
    nothing = _encoded({"alg": "none", "typ": "JWT"}, _CLAIMS)
    yield "jwt-none", f"{nothing}.", "A JWT without a signature, that says it needs none."
    yield "altered", "{{token_altered}}", "One letter in the middle of the token is changed."
    yield "cut", "{{token_cut}}", "The right token without its last letter."
    yield "doubled", "{{token}}{{token}}", "The right token, twice."


def _signed(claims: Mapping[str, Any]) -> str:
    text = _encoded({"alg": "HS256", "typ": "JWT"}, claims)
    return f"{text}.{_text(hmac.digest(b'not the key of the API', text.encode(), sha256))}"


def _encoded(*parts: Mapping[str, Any]) -> str:
    return ".".join(_text(json.dumps(part, separators=(",", ":")).encode()) for part in parts)


def _text(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
