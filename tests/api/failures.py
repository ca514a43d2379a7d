"""Calls that fail, one of each kind, for tests that nothing comes of them."""

from __future__ import annotations

import json
from collections.abc import Callable

from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from tests.api.operations import MEMBER
from tests.client import Answer, Client
from tests.organization import INVOICE, UNKNOWN, appointment, body, part, target

__all__ = ["FAILURES", "Fail"]

Fail = Callable[[Client], Answer]
GOOD = json.dumps(body()).encode()
TOO_LARGE = b" " * 1_048_577
LATE = part(aim=target("claim_by_id", UNKNOWN))
"""An allocation that fails only after others were found good."""


def sending(method: str, path: str, sent: bytes = b"", **headers: str | None) -> Fail:
    """Send these bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda client: client.send(method, path, body=sent, headers=named)


def as_token(token: str | None, method: str = "DELETE", path: str = MEMBER) -> Fail:
    """Send a request that would change something, with this token."""
    return lambda client: Client(client.app, token=token).send(method, path)


FAILURES: dict[str, Fail] = {
    "create: no body": sending("POST", REFUNDS_PATH),
    "create: empty object": sending("POST", REFUNDS_PATH, b"{}"),
    "create: half a body": sending("POST", REFUNDS_PATH, GOOD[:-1]),
    "create: two bodies": sending("POST", REFUNDS_PATH, GOOD + GOOD),
    "create: a list of bodies": sending("POST", REFUNDS_PATH, b"[%b]" % GOOD),
    "create: no UTF-8": sending("POST", REFUNDS_PATH, GOOD[:-1] + b',"refund_note":"\xff"}'),
    "create: a lone surrogate": sending("POST", REFUNDS_PATH, GOOD[:-1] + b',"x":"\\ud800"}'),
    "create: UTF-16": sending("POST", REFUNDS_PATH, GOOD.decode().encode("utf-16")),
    "create: too deep": sending("POST", REFUNDS_PATH, b"[" * 100_000),
    "create: too large": sending("POST", REFUNDS_PATH, TOO_LARGE),
    "create: a form": sending("POST", REFUNDS_PATH, b"amount_cents=1"),
    "create: unknown payer": lambda c: c.create(non_insurance_payer_id=UNKNOWN),
    "create: unknown invoice": lambda c: c.create(invoice_id=UNKNOWN),
    "create: the last target unknown": lambda c: c.create(allocations=[part()] * 20 + [LATE]),
    "create: unknown appointment": lambda c: c.create(allocations=[part(aim=appointment("x"))]),
    "create: the last amount of none": lambda c: c.create(allocations=[part()] * 20 + [part(0)]),
    "create: an earmark too many": lambda c: c.create(
        allocations=[
            part(aim=appointment(), earmark={"type": "external_encounter_id", "value": "x"})
        ]
    ),
    "create: no seconds": lambda c: c.create(refund_timestamp="2024-01-15T09:30Z"),
    "update: unknown refund": lambda c: c.update(UNKNOWN, {"refund_note": {"type": "remove"}}),
    "update: no uuid": lambda c: c.update("x", {"refund_note": {"type": "remove"}}),
    "update: half a body": sending("PATCH", MEMBER, b'{"refund_note":{"type":"remove"}'),
    "update: one good field, one bad": lambda c: c.update(
        MEMBER.rpartition("/")[2], {"refund_note": {"type": "remove"}, "invoice_id": 5}
    ),
    "update: good fields, unknown invoice": lambda c: c.update(
        MEMBER.rpartition("/")[2],
        {
            "refund_note": {"type": "remove"},
            "refund_timestamp": "2024-02-01T00:00:00Z",
            "invoice_id": {"type": "set", "value": UNKNOWN},
        },
    ),
    "update: too large": sending("PATCH", MEMBER, TOO_LARGE),
    "update: a lone surrogate": sending(
        "PATCH", MEMBER, b'{"refund_note":{"type":"set","value":"\\udfff"}}'
    ),
    "delete: unknown refund": lambda c: c.delete(UNKNOWN),
    "delete: no uuid": lambda c: c.delete("x"),
    "delete: an invoice": lambda c: c.delete(INVOICE),
    "delete: no token": as_token(None),
    "delete: an empty token": as_token(""),
    "get: unknown refund": lambda c: c.get(UNKNOWN),
    "get: no uuid": lambda c: c.get("x"),
    "list: limit": lambda c: c.list(limit=0),
    "list: page token": lambda c: c.list(page_token="x"),
    "list: sort": lambda c: c.list(sort="x"),
    "token: wrong secret": lambda c: c.send(
        "POST", TOKEN_PATH, {"client_id": "listed", "client_secret": "x"}
    ),
    "token: no fields": sending("POST", TOKEN_PATH, b"{}"),
    "token: no type": sending("POST", TOKEN_PATH, b"{}", content_type=None),
    "token: too large": sending("POST", TOKEN_PATH, TOO_LARGE),
    "a path that is not there": sending("POST", f"{REFUNDS_PATH}/", GOOD),
    "a world that cannot be": sending("POST", f"/_mock/w/%FF{REFUNDS_PATH}", GOOD),
    "a method that is not there": sending("PUT", MEMBER, GOOD),
    "a HEAD": sending("HEAD", REFUNDS_PATH),
}
