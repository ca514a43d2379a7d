"""Requests of all kinds, many at a time on one connection, each with the status it should get."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH, TOKEN_PATH
from tests.limits.server import Server, read, request

__all__ = ["REFUND", "unexpected"]

TOGETHER = 50
RESET_EVERY = 5_000

REFUND: dict[str, Any] = {
    "non_insurance_payer_id": PAGE_EXAMPLE_ID,
    "amount_cents": 1,
    "allocations": [{"amount_cents": 1, "target": {"type": "unattributed"}}],
}
WORLD = "/_mock/w/mixed" + REFUNDS_PATH
NOWHERE = f"{WORLD}/0badc0de-0000-4000-8000-000000000000"


def _body(document: Any) -> bytes:
    return json.dumps(document).encode()


KINDS: tuple[tuple[int, int, bytes], ...] = (
    (20, 200, request("GET", f"{WORLD}?limit=5")),
    (5, 200, request("GET", f"{WORLD}?limit=100&sort=amount_cents&sort_direction=asc")),
    (20, 200, request("POST", WORLD, _body(REFUND))),
    (10, 422, request("POST", WORLD, _body({**REFUND, "amount_cents": "x"}))),
    (5, 404, request("POST", WORLD, _body({**REFUND, "invoice_id": NOWHERE[-36:]}))),
    (5, 422, request("POST", WORLD, b"{")),
    (10, 404, request("GET", NOWHERE)),
    (5, 404, request("PATCH", NOWHERE, b"{}")),
    (5, 404, request("DELETE", NOWHERE)),
    (5, 422, request("GET", f"{WORLD}?limit=1000")),
    (3, 404, request("GET", "/api/odd")),
    (3, 405, request("PUT", WORLD, b"{}")),
    (3, 401, request("GET", WORLD, b"", "Authorization: Basic x")),
    (3, 200, request("GET", "/_mock/health")),
    (1, 200, request("POST", TOKEN_PATH, b'{"client_id":"mixed","client_secret":"x"}')),
)
RESET = request("POST", "/_mock/worlds/mixed/reset")


def unexpected(server: Server, count: int, seed: int = 0) -> int:
    """How many of so many requests got another status than they should, or no answer."""
    random, wrong = Random(seed), 0
    weights = [weight for weight, _, _ in KINDS]
    with server.connect() as connection:
        for sent in range(0, count, TOGETHER):
            chosen = random.choices(KINDS, weights, k=min(TOGETHER, count - sent))
            expected = [status for _, status, _ in chosen]
            pieces = [data for _, _, data in chosen]
            if sent % RESET_EVERY == 0:
                expected, pieces = [200, *expected], [RESET, *pieces]
            connection.sendall(b"".join(pieces))
            got = read(connection, len(expected))
            wrong += sum(a != b for a, b in zip(got, expected, strict=False))
            wrong += len(expected) - len(got)
    return wrong
