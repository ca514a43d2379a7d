"""Payloads that bend the Authorization header, of every operation and before existence is told.

A token of the API's own that has expired cannot be made from outside: it takes five hours.
"""

from collections.abc import Iterator

from contracts.model import REFUNDS
from contracts.payloads.baseline import DEAD_ID, ITEM, Ground, create, made, update
from contracts.payloads.cases.foreign_tokens import strangers
from contracts.payloads.draft import Draft
from contracts.payloads.record import Bent, Kind, Sent, Step
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


def drafts(ground: Ground) -> Iterator[Draft]:
    """Each header with each operation; the refused ones also for a refund that is not there."""
    step = made(ground.body())
    for operation, sent, setup in _requests(ground, step):
        for word, value, law, why in _REFUSED:
            yield _draft(operation, word, "auth", value, law, why=why, sent=sent, setup=setup)
        for word, value, law, why in _ACCEPTED:
            yield _draft(operation, word, "valid", value, law, why=why, sent=sent, setup=setup)
    why = "Who is not let in is not told what else is wrong."
    for operation, slug, sent in _wrong_otherwise(ground):
        for word, value, law, _ in _REFUSED[:3]:
            yield _draft(operation, f"{slug}.{word}", "auth", value, law, why=why, sent=sent)
    for operation, slug, sent in (*_wrong_otherwise(ground), ("get_multi", "any", _LIST)):
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


def _wrong_otherwise(ground: Ground) -> Iterator[tuple[str, str, Sent]]:
    """Requests that change nothing anywhere, in whatever account they may be let in."""
    gone = f"{REFUNDS}/{DEAD_ID}"
    yield "get", "first", Sent("GET", gone)
    yield "update", "first", update(ground.changes(), gone)
    yield "delete", "first", Sent("DELETE", gone)
    yield "create", "first", create({})
    yield "create", "first-no-body", Sent("POST", REFUNDS, headers=JSON_HEADERS)
    yield "get_multi", "first", Sent("GET", REFUNDS, "limit=0")


def _requests(ground: Ground, step: Step) -> Iterator[tuple[str, Sent, tuple[Step, ...]]]:
    yield "create", create(ground.body()), ()
    yield "get_multi", _LIST, ()
    yield "get", Sent("GET", ITEM), (step,)
    yield "update", update(ground.changes()), (step,)
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
    return Draft(slug, operation, kind, (Bent(_NAME, law=law),), why, sent, setup, "assumed")
