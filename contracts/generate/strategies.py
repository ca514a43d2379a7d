"""Hypothesis strategies for the API's requests, as plural nouns.

`refund_creates` and `refund_updates` draw bodies that the vendor should accept; the strategies
whose name starts with `any_` also draw what it should refuse. Values shrink towards the
plainest. `generator` has what they have in common with turbo.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from contracts.generate.choices import DrawnChoices
from contracts.generate.generator import Generator, Pool
from contracts.generate.mutations import OPTIONAL, Json, spoiled
from contracts.generate.values import AUTHS, DEAD_ID, ELSEWHERE, HOSTILE_BODIES, OTHER_PARAMETERS
from contracts.kernel.terms import Terms
from contracts.model.organization import Organization
from contracts.targets.target import encode

Bodies = st.SearchStrategy[Json]
Queries = st.SearchStrategy[tuple[tuple[str, str], ...]]


def _drawn(terms: Terms, method: Callable[[Generator], Any]) -> st.SearchStrategy[Any]:
    """What a method of the generator gives."""
    pool = Pool(terms)

    @st.composite
    def drawn(draw: st.DrawFn) -> Any:
        return method(Generator(DrawnChoices(draw), pool))

    return drawn()


def refund_creates(organization: Organization) -> Bodies:
    """Bodies of creates that every profile accepts: amounts add up, targets differ."""
    return _drawn(Terms(organization), Generator.good_create)


def refund_updates(organization: Organization) -> Bodies:
    """Bodies of updates that are accepted: each field set, removed or left out."""
    return _drawn(Terms(organization), Generator.good_update)


def any_refund_creates(terms: Terms) -> Bodies:
    """Bodies of creates, good ones and ones that are wrong in one way."""
    nulls = refund_creates(terms.organization).map(lambda body: {**dict.fromkeys(OPTIONAL), **body})
    return _drawn(terms, Generator.create) | _drawn(terms, Generator.create) | nulls


def raw_creates(terms: Terms) -> st.SearchStrategy[bytes]:
    """Bytes of creates: good bodies spelled in another way or spoiled, and hostile ones."""
    bodies = any_refund_creates(terms)
    reordered = bodies.flatmap(lambda body: st.permutations(list(body.items()))).map(dict)
    respelled = reordered.map(lambda body: b" \n" + encode(body) + b"\t")
    broken = refund_creates(terms.organization).map(encode).map(spoiled).flatmap(st.sampled_from)
    return respelled | broken | hostile_bodies()


def any_refund_updates(organization: Organization) -> Bodies:
    """Bodies of updates, good ones and ones with one wrong change."""
    return _drawn(Terms(organization), Generator.update)


def hostile_bodies() -> st.SearchStrategy[bytes]:
    """Bytes that are no good body: broken JSON, wrong encodings, and any bytes at all."""
    return st.sampled_from(HOSTILE_BODIES) | st.binary(max_size=60)


def list_queries(organization: Organization) -> Queries:
    """Queries of lists that are accepted, without page tokens."""
    return _drawn(Terms(organization), Generator.good_query).map(_pairs)


def any_list_queries(organization: Organization) -> Queries:
    """Queries of lists, good ones and ones with one wrong parameter."""
    return _drawn(Terms(organization), Generator.query).map(_pairs)


def _pairs(query: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in query)


def other_queries() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """What changes in a query while tokens are followed: mostly nothing, or one parameter."""
    other = st.sampled_from(OTHER_PARAMETERS).map(lambda pair: (pair,))
    return st.just(()) | st.just(()) | st.just(()) | other


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
