"""Strategies for requests of every kind: near to good ones, and far from any; no test."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from tests.organization import (
    APPOINTMENT,
    CLAIM,
    DISABLED,
    ENCOUNTER_EXTERNAL_ID,
    INVOICE,
    LINE,
    MODEST,
    NOW,
    PATIENT,
    PAYER,
    PROVIDER,
    REFUND,
    UNKNOWN,
    Json,
)
from tests.rules.misfits import (
    CREATE,
    CREATE_MISFITS,
    UPDATE,
    UPDATE_MISFITS,
    Misfits,
    placed,
)

__all__ = ["Request", "requests"]

WORDS = (
    PAYER, DISABLED, MODEST, LINE, CLAIM, PROVIDER, INVOICE, REFUND, UNKNOWN, PAYER.upper(), NOW,
    APPOINTMENT, PATIENT, ENCOUNTER_EXTERNAL_ID, "1001", "set", "remove", "unattributed", "",
    "service_line_by_id", "claim_by_id", "claim_by_encounter_external_id", "billing_provider_by_id",
    "appointment_by_id_and_patient_external_id", "date_of_service", "external_encounter_id",
    "2024-01-15", "TRANSFER", "asc", "desc", "amount_cents", "refund_timestamp", "0", "1", "999",
)  # fmt: skip
NAMES = (
    "non_insurance_payer_id", "amount_cents", "allocations", "target", "type", "value", "earmark",
    "invoice_id", "refund_timestamp", "refund_note", "check_number", "refund_reason", "client_id",
    "client_secret", "appointment_id", "patient_external_id", "limit", "sort", "sort_direction",
    "page_token",
)  # fmt: skip


class Request(NamedTuple):
    """A request as it is sent."""

    method: str
    path: str
    query: bytes
    headers: dict[str, str | None]
    body: bytes


texts = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=20), st.text('\0\r\n"\\ü\ufffe😀', max_size=4)
)
numbers = st.one_of(
    st.integers(-2, 300),
    st.sampled_from([2**31 - 1, 2**31, 2**53 + 1, 2**63, 10**400, -0.0, 5.0, 1e300]),
    st.floats(),
)
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=5))
documents = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=6)),
    max_leaves=12,
)


@st.composite
def near_bodies(draw: st.DrawFn, document: Json, misfits: Misfits) -> Any:
    """A good body with anything at up to three of its places."""
    for place in draw(st.lists(st.sampled_from(sorted(misfits)), max_size=3)):
        try:
            document = placed(document, place, draw(st.one_of(documents, texts, numbers)))
        except (KeyError, IndexError, TypeError):
            continue
    return document


def encoded(document: Any) -> bytes:
    """The JSON, lone surrogates and NaN included, as some client might write it."""
    return json.dumps(document).encode("utf-8")


far_bodies = st.one_of(
    documents.map(encoded),
    st.binary(max_size=60),
    st.dictionaries(names, texts, max_size=3).map(lambda form: urlencode(form).encode()),
)
bodies = {
    "POST": st.one_of(near_bodies(CREATE, CREATE_MISFITS).map(encoded), far_bodies),
    "PATCH": st.one_of(near_bodies(UPDATE, UPDATE_MISFITS).map(encoded), far_bodies),
}
ids = st.one_of(
    st.sampled_from([REFUND, REFUND, UNKNOWN, REFUND.upper(), ".."]), st.text(max_size=9)
)
members = ids.map(lambda refund_id: f"{REFUNDS_PATH}/{quote(refund_id, safe='')}")
paths = st.one_of(
    members, st.text(min_size=1, max_size=10).map(lambda text: quote(f"/{text}", safe="/"))
)
methods = st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "?", ""])
operations = st.one_of(
    st.tuples(st.just("POST"), st.just(REFUNDS_PATH)),
    st.tuples(st.just("PATCH"), members),
    st.tuples(st.just("GET"), st.just(REFUNDS_PATH)),
    st.tuples(st.just("POST"), st.just(TOKEN_PATH)),
    st.tuples(methods, paths),
)
queries = st.one_of(
    st.just(b""),
    st.lists(st.tuples(names, texts), max_size=4).map(lambda pairs: urlencode(pairs).encode()),
    st.binary(max_size=30),
)
headers: st.SearchStrategy[dict[str, str | None]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {},
        optional={
            "content-type": st.sampled_from(
                [None, "text/plain", "application/x-www-form-urlencoded", "application/json; x"]
            ),
            "authorization": st.sampled_from(
                [None, "", "Bearer", "Basic x", "Bearer eyJ", "bearer é"]
            ),
            "content-length": st.sampled_from(["0", "99999999", "-1", "x"]),
        },
    ),
)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Any request, more often than not to an operation."""
    method, path = draw(operations)
    return Request(method, path, draw(queries), draw(headers), draw(bodies.get(method, far_bodies)))
