"""Payloads that change the Authorization header, of every operation."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256, sha512
from typing import Any

from contracts.generate.values import DEAD_ID
from contracts.model import REFUNDS
from contracts.payloads.baseline import ITEM, Baseline, create, update
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site, Step
from contracts.targets.target import JSON_HEADERS

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
_ANY_CASE = "auth-scheme-ignores-case"
_ACCEPTED = (
    ("usual", "Bearer {{token}}", _ANY_CASE, "As the vendor's page has it."),
    ("small", "bearer {{token}}", _ANY_CASE, "A scheme is read in any case."),
    ("capitals", "BEARER {{token}}", _ANY_CASE, "A scheme is read in any case."),
    ("mixed", "bEaReR {{token}}", _ANY_CASE, "A scheme is read in any case."),
)


def drafts(baseline: Baseline) -> Iterator[Draft]:
    """Each header with each operation; the refused ones also for a refund that is not there."""
    for operation, sent in (
        ("create", create(baseline.body())),
        ("get_multi", _LIST),
        ("get", Sent("GET", ITEM)),
        ("update", update(baseline.changes())),
        ("delete", Sent("DELETE", ITEM)),
    ):
        setup = baseline.setup(operation)
        for word, value, law, why in (*_REFUSED, *_ACCEPTED):
            kind: Kind = "valid" if law == _ANY_CASE else "auth"
            yield _draft(f"{operation}.auth.{word}", kind, value, law, why, sent, setup)
    why = "Who is not let in is not told what else is wrong."
    # These change nothing anywhere, in whatever account they may be let in.
    wrong_otherwise = {
        "get.auth.first": Sent("GET", _GONE),
        "update.auth.first": update(baseline.changes(), _GONE),
        "delete.auth.first": Sent("DELETE", _GONE),
        "create.auth.first": create({}),
        "create.auth.first-no-body": Sent("POST", REFUNDS, headers=JSON_HEADERS),
        "get_multi.auth.first": Sent("GET", REFUNDS, "limit=0"),
    }
    for name, sent in wrong_otherwise.items():
        for word, value, law, _ in _REFUSED[:3]:
            yield _draft(f"{name}.{word}", "auth", value, law, why, sent)
    for name, sent in {**wrong_otherwise, "get_multi.auth.any": _LIST}.items():
        for word, token, reason in strangers():
            value, law = f"Bearer {token}", "auth-token-is-issued"
            why = f"{reason} Only where any token is let in it may pass."
            yield _draft(f"{name}.token-{word}", "auth", value, law, why, sent)


_LIST = Sent("GET", REFUNDS, "limit=1")
_GONE = f"{REFUNDS}/{DEAD_ID}"


def _draft(
    name: str,
    kind: Kind,
    value: str | None,
    law: str,
    why: str,
    sent: Sent,
    setup: tuple[Step, ...] = (),
) -> Draft:
    headers = sent.headers if value is None else (*sent.headers, ("authorization", value))
    sent = replace(sent, headers=headers, authorized=False)
    return Draft(name, kind, (Site("Authorization", law=law),), why, sent, setup, "assumed")


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
    why = "A JWT that another key has signed, and that has expired."
    yield "jwt-expired", _signed(expired), why
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
