"""Hypothesis strategies for the API's requests, as plural nouns; sending them lies elsewhere.

`refund_creates` and `refund_updates` draw bodies that the vendor should accept; the strategies
whose name starts with `any_` also draw what it should refuse. Values shrink towards the
plainest.
"""

from typing import Any

from hypothesis import strategies as st

from contracts.generate.generator import BAD_PARAMETERS, EARMARKS, LIMITS
from contracts.generate.mutations import BAD_CHANGES, OPTIONAL, bends_for, spoiled
from contracts.generate.values import (
    AUTHS,
    BOUNDARY_AMOUNTS,
    CHECK_NUMBERS,
    DEAD_ID,
    ELSEWHERE,
    HOSTILE_BODIES,
    OTHER_PARAMETERS,
    PLAIN_TEXTS,
    REASONS,
    SMALL_AMOUNTS,
    TIMESTAMPS,
)
from contracts.kernel.terms import Terms
from contracts.model.organization import Organization, allocation_targets
from contracts.targets.target import encode

Json = dict[str, Any]
Bodies = st.SearchStrategy[Json]


def texts() -> st.SearchStrategy[str]:
    """Texts without lone surrogates: the pool's, and any other."""
    encodable = st.text(st.characters(codec="utf-8"), max_size=40)
    return st.sampled_from(PLAIN_TEXTS[1:]) | encodable


def check_numbers() -> st.SearchStrategy[str]:
    """Check numbers that collide often and are easily confused."""
    return st.sampled_from(CHECK_NUMBERS)


def timestamps() -> st.SearchStrategy[str]:
    """Date-times with an offset: the pool's, with ties and edges."""
    return st.sampled_from(TIMESTAMPS)


def amounts() -> st.SearchStrategy[int]:
    """Amounts in cents, from 1 to the largest 32-bit integer."""
    return st.sampled_from((*SMALL_AMOUNTS, *BOUNDARY_AMOUNTS)) | st.integers(1, 2**31 - 1)


def targets(organization: Organization) -> Bodies:
    """Allocation targets that exist, the unattributed one first."""
    return st.sampled_from(allocation_targets(organization)[::-1])


def allocations(organization: Organization) -> Bodies:
    """One allocation, with an earmark where it may have one."""
    earmarks = st.sampled_from(EARMARKS)

    def with_target(target: Json) -> Bodies:
        fields = {"amount_cents": st.sampled_from(SMALL_AMOUNTS), "target": st.just(target)}
        may = organization.earmarking and target["type"] == "unattributed"
        return st.fixed_dictionaries(fields, optional={"earmark": earmarks} if may else {})

    return targets(organization).flatmap(with_target)


def refund_creates(organization: Organization) -> Bodies:
    """Bodies of creates that every profile accepts: amounts add up, targets differ."""
    payers = organization.enabled_payers()[:3]
    parts = st.lists(
        allocations(organization),
        min_size=1,
        max_size=3,
        unique_by=lambda part: repr(part["target"]),
    )
    optional: dict[str, st.SearchStrategy[Any]] = {
        "refund_timestamp": timestamps(),
        "refund_note": texts(),
        "check_number": check_numbers(),
        "refund_reason": st.sampled_from(REASONS),
    }
    if organization.invoices:
        optional["invoice_id"] = st.sampled_from(sorted(organization.invoices))
    required = {"non_insurance_payer_id": st.sampled_from(payers), "allocations": parts}
    return st.fixed_dictionaries(required, optional=optional).map(_summed)


def _summed(body: Json) -> Json:
    return {**body, "amount_cents": sum(part["amount_cents"] for part in body["allocations"])}


def refund_updates(organization: Organization) -> Bodies:
    """Bodies of updates that are accepted: each field set, removed or left out."""
    optional: dict[str, st.SearchStrategy[Any]] = {
        "refund_timestamp": timestamps(),
        "refund_note": _changes(texts()),
        "refund_reason": _changes(st.sampled_from(REASONS)),
    }
    if organization.invoices:
        optional["invoice_id"] = _changes(st.sampled_from(sorted(organization.invoices)))
    return st.fixed_dictionaries({}, optional=optional)


def _changes(values: st.SearchStrategy[Any]) -> Bodies:
    sets = values.map(lambda value: {"type": "set", "value": value})
    return st.just({"type": "remove"}) | sets


def any_refund_creates(terms: Terms) -> Bodies:
    """Bodies of creates, good ones and ones that are wrong in one way."""
    payers = [*terms.organization.enabled_payers()[:3], *terms.organization.disabled_payers()[:1]]
    good = refund_creates(terms.organization)

    @st.composite
    def bent(draw: st.DrawFn) -> Json:
        body = dict(draw(good))
        bend = draw(st.sampled_from(bends_for(terms.rules)))
        bend(draw(st.randoms(use_true_random=False)), payers, body)
        return body

    nulls = good.map(lambda body: {**dict.fromkeys(OPTIONAL), **body})
    return good | good | bent() | nulls


def raw_creates(terms: Terms) -> st.SearchStrategy[bytes]:
    """Bytes of creates: good bodies spelled in another way or spoiled, and hostile ones."""
    bodies = any_refund_creates(terms)
    reordered = bodies.flatmap(lambda body: st.permutations(list(body.items()))).map(dict)
    respelled = reordered.map(lambda body: b" \n" + encode(body) + b"\t")
    broken = refund_creates(terms.organization).map(encode).map(spoiled).flatmap(st.sampled_from)
    return respelled | broken | hostile_bodies()


def any_refund_updates(organization: Organization) -> Bodies:
    """Bodies of updates, good ones and ones with one wrong change."""
    good = refund_updates(organization)
    return (
        good
        | good
        | st.builds(lambda body, bad: {**body, bad[0]: bad[1]}, good, st.sampled_from(BAD_CHANGES))
    )


def hostile_bodies() -> st.SearchStrategy[bytes]:
    """Bytes that are no good body: broken JSON, wrong encodings, and any bytes at all."""
    return st.sampled_from(HOSTILE_BODIES) | st.binary(max_size=60)


def list_queries(organization: Organization) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Queries of lists that are accepted, without page tokens."""
    one: dict[str, st.SearchStrategy[str]] = {
        "limit": st.sampled_from(LIMITS),
        "sort": st.sampled_from(("refund_timestamp", "amount_cents")),
        "sort_direction": st.sampled_from(("desc", "asc")),
        "non_insurance_payer_id": st.sampled_from([*organization.payers, DEAD_ID]),
        "invoice_id": st.sampled_from([*sorted(organization.invoices), DEAD_ID]),
    }
    numbers = st.lists(st.tuples(st.just("check_number"), check_numbers()), max_size=2)
    singles = st.fixed_dictionaries({}, optional=one)
    return st.builds(lambda pairs, more: (*pairs.items(), *more), singles, numbers)


def any_list_queries(
    organization: Organization,
) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Queries of lists, good ones and ones with one wrong parameter."""
    good = list_queries(organization)
    return (
        good
        | good
        | st.builds(lambda pairs, bad: (*pairs, bad), good, st.sampled_from(BAD_PARAMETERS))
    )


def other_queries() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """What changes in a query while tokens are followed: mostly nothing, or one parameter."""
    other = st.sampled_from(OTHER_PARAMETERS).map(lambda pair: (pair,))
    return st.just(()) | st.just(()) | st.just(()) | other


def dead_ids() -> st.SearchStrategy[str]:
    """Ids that stand for nothing: uuids, or no uuids at all."""
    return st.sampled_from((DEAD_ID, DEAD_ID.upper(), "x", DEAD_ID[:-1]))


def odd_steps(terms: Terms) -> st.SearchStrategy[Json]:
    """Steps that are no ordinary calls; the `ref` of those that have one is to be replaced.

    Creates and updates with bytes of their own, any operation without a token that counts, and
    methods and paths near the API's own.
    """
    raws = raw_creates(terms).map(lambda raw: raw.decode("latin-1"))
    hostile = hostile_bodies().map(lambda raw: raw.decode("latin-1") or " ")
    auths = st.sampled_from(AUTHS)
    calls: tuple[Json, ...] = (
        *({"do": do, "ref": DEAD_ID} for do in ("get", "update", "delete")),
        {"do": "list"},
    )
    created = any_refund_creates(terms).map(lambda body: {"do": "create", "body": body})
    strangers = st.builds(
        lambda step, auth: {**step, "auth": auth}, st.sampled_from(calls) | created, auths
    )
    places = [{"do": "send", "method": method, "path": path} for method, path in ELSEWHERE]
    return st.one_of(
        raws.map(lambda raw: {"do": "create", "raw": raw}),
        hostile.map(lambda raw: {"do": "update", "ref": DEAD_ID, "raw": raw}),
        strangers,
        st.sampled_from(places),
    )
