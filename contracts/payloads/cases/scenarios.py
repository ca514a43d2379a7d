"""Payloads that need refunds to be there first: lists, pages, updates, and gets after a change."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from contracts.generate.values import REASONS
from contracts.model import REFUNDS
from contracts.payloads.baseline import ITEM, MARK, Baseline, create, create_step, update
from contracts.payloads.draft import Draft
from contracts.payloads.record import Sent, Site, Step

Json = dict[str, Any]
_Scene = tuple[str, str, str, str, tuple[Step, ...]]
"""Slug, law, what the query holds beyond the check number, why, and steps after the creates."""

_STAMPS = (
    "2024-01-03T00:00:00.5Z",
    "2024-01-01T00:00:00Z",
    None,
    "2024-01-03T01:00:00.5+01:00",
    "2024-01-03T00:00:00Z",
    None,
)
_CENTS = (200, 1000, 90, 200, 300, 100)
_SECOND, _THIRD = REFUNDS + "/{{refund_id_2}}", REFUNDS + "/{{refund_id_3}}"
NOTED: Json = {"refund_note": {"type": "set", "value": "Changed"}}
"""An update that leaves a refund where it is in every list."""


def lists(baseline: Baseline) -> Iterator[Draft]:
    """Lists of six rows of one check number, two of them equal in every order."""
    for scene in (*_orders(), *_filters(baseline), *_pages(baseline)):
        yield _list(baseline, scene)
    yield from _texts(baseline)
    for scene in _changed():
        yield _list(baseline, scene)
    yield from _many(baseline)


def _list(baseline: Baseline, scene: _Scene) -> Draft:
    slug, law, more, why, steps = scene
    number = _number(slug)
    rows = []
    for at, (stamp, cents) in enumerate(zip(_STAMPS, _CENTS, strict=True)):
        body = {**baseline.least(cents=cents), "check_number": number}
        if stamp is not None:
            body["refund_timestamp"] = stamp
        if at % 2 and baseline.invoices:
            body["invoice_id"] = baseline.invoices[0]
        rows.append(create_step(body, f"refund_id_{at + 1}" if at else "refund_id"))
    sent, setup = _query(slug, more), (*rows, *steps)
    if law == "page-token-valid":
        site = Site("?", rule=law)
        return Draft(f"get_multi.{slug}", "invalid-semantic", (site,), why, sent, setup)
    return Draft(f"get_multi.{slug}", "valid", (Site("?", law=law),), why, sent, setup)


def _number(slug: str) -> str:
    """A check number that no other payload and no other run has."""
    return f"{{{{run}}}}-{slug}"


def _query(slug: str, more: str) -> Sent:
    return Sent("GET", REFUNDS, f"check_number={_number(slug)}{more}")


def _orders() -> Iterator[_Scene]:
    sorts, directions = ("refund_timestamp", "amount_cents"), ("asc", "desc")
    for sort, direction, limit in product(sorts, directions, (1, 2, 5, 6, 999)):
        law = f"sort-by-{'amount' if sort == 'amount_cents' else 'timestamp'}"
        more = f"&sort={sort}&sort_direction={direction}&limit={limit}"
        why = f"Sorted by {sort} {direction}, {limit} rows a page; ties come oldest first."
        yield f"scene.{sort}.{direction}.{limit}", law, more, why, ()
    yield "scene.default-order", "sort-defaults", "", "The newest comes first.", ()


def _filters(baseline: Baseline) -> Iterator[_Scene]:
    payer, invoice = baseline.payer, (baseline.invoices or [baseline.payer])[0]
    for name, value, law in (
        ("non_insurance_payer_id", payer, "filter-payer"),
        ("non_insurance_payer_id", payer.upper(), "filter-reads-any-case"),
        ("non_insurance_payer_id", baseline.payers[-1], "filters-intersect"),
        ("invoice_id", invoice, "filter-invoice"),
        ("invoice_id", invoice.upper(), "filter-reads-any-case"),
        ("check_number", "{{run}}-other", "filter-check-number-repeats"),
    ):
        why = f"Filtered by check number and by {name}: only rows that have both."
        yield f"scene.filter.{law}.{name}", law, f"&{name}={value}", why, ()


def _changed() -> Iterator[_Scene]:
    """Lists of rows of which one was changed or deleted."""
    gone, why = (Step(Sent("DELETE", _SECOND)),), "One of the rows was deleted before."
    law, by_amount = "delete-leaves-no-row", "&sort=amount_cents"
    yield "scene.deleted-row", law, "", why, gone
    yield "scene.deleted-row-by-amount", law, by_amount, why, gone
    moved = (Step(update({"refund_timestamp": "2025-01-01T00:00:00Z"}, _SECOND)),)
    why = "The timestamp of a row was changed before, so it moves."
    yield "scene.moved-row", "sort-follows-update", "", why, moved
    why = "The note of a row was changed before; among its equals it stays the older one."
    yield "scene.noted-row", "sort-ties-by-age", "", why, (Step(update(NOTED, _THIRD)),)


def _many(baseline: Baseline) -> Iterator[Draft]:
    """Lists of more rows than a page holds by default."""
    for word, limit, law, why in (
        ("default", "", "default-limit-is-100", "Of 101 rows a page holds 100 where none is said."),
        ("101", "&limit=101", "limit-is-kept", "A limit of 101 holds 101 rows."),
    ):
        slug, site = f"scene.many.{word}", Site("?limit", law=law)
        row = create_step({**baseline.least(), "check_number": _number(slug)})
        sent, setup = _query(slug, limit), (replace(row, times=101),)
        yield Draft(f"get_multi.{slug}", "boundary", (site,), why, sent, setup)


_TOKEN = "&page_token={{page_token}}"
_NEXT = f"&limit=2{_TOKEN}"


def _page(slug: str, more: str = "&limit=2", save: str = "next") -> Step:
    """A list whose token is kept."""
    return Step(_query(slug, more), {"page_token": f"/{save}_page_token"})


def _pages(baseline: Baseline) -> Iterator[_Scene]:
    why = "The page behind the first."
    for word, first, more, law in (
        ("next", "&limit=2", "&limit=2", "pages-join"),
        ("last", "&limit=3", "&limit=3", "pages-end"),
        ("other-limit", "&limit=1", "&limit=999", "page-token-allows-limit"),
        ("no-limit", "&limit=1", "", "page-token-allows-limit"),
        ("sorted", "&limit=2&sort=amount_cents", "&limit=2&sort=amount_cents", "pages-join"),
        ("said-defaults", "&limit=2", "&limit=2&sort=refund_timestamp", "defaults-may-be-said"),
    ):
        slug = f"scene.page.{word}"
        yield slug, law, more + _TOKEN, why, (_page(slug, first),)
    slug, why = "scene.page.back", "Back from the second page to the first."
    yield slug, "page-leads-back", _NEXT, why, (_page(slug), _page(slug, _NEXT, "prev"))
    slug, why = "scene.page.back-to-second", "Back from the third page to the second."
    steps: tuple[Step, ...] = (_page(slug), _page(slug, _NEXT), _page(slug, _NEXT, "prev"))
    yield slug, "page-leads-back", _NEXT, why, steps
    slug, why = "scene.page.again", "A token may be used twice."
    yield slug, "page-token-repeats", _NEXT, why, (_page(slug), Step(_query(slug, _NEXT)))
    slug, why = "scene.page.row-gone", "The row that the token stands behind was deleted."
    steps = (_page(slug, "&limit=1"), Step(Sent("DELETE", ITEM)))
    yield slug, "page-token-survives-its-row", f"&limit=9{_TOKEN}", why, steps
    slug, why = "scene.page.row-changed", "A row of the second page was changed after the first."
    yield slug, "page-as-predicted", _NEXT, why, (_page(slug), Step(update(NOTED, _SECOND)))
    slug, why = "scene.page.after-refusal", "A list was refused in between; the token still holds."
    refused = Step(Sent("GET", REFUNDS, "sort=nonsense"), status=422)
    yield slug, "page-token-repeats", _NEXT, why, (_page(slug), refused)
    why = "The token was not made for this query, or altered."
    for word, more in (
        ("cut", "&page_token={{page_token_cut}}"),
        ("altered", "&page_token={{page_token_altered}}"),
        ("sort", f"&sort=amount_cents{_TOKEN}"),
        ("direction", f"&sort_direction=asc{_TOKEN}"),
        ("filter", f"&non_insurance_payer_id={baseline.payer}{_TOKEN}"),
        ("number", f"&check_number=other{_TOKEN}"),
        ("longer", f"{_TOKEN}A"),
        ("doubled", f"{_TOKEN}{{{{page_token}}}}"),
        ("blank", f"{_TOKEN}%20"),
        ("padded", f"{_TOKEN}%3D"),
        ("prefixed", "&page_token=A{{page_token}}"),
    ):
        slug = f"scene.page.not-{word}"
        yield slug, "page-token-valid", more, why, (_page(slug),)


def _texts(baseline: Baseline) -> Iterator[Draft]:
    """Check numbers that are easily taken for each other."""
    site = Site("?check_number", law="filter-check-number-is-text")
    for word, kept, asked in (
        ("zeros", "01", "1"),
        ("case", "a", "A"),
        ("part", "12", "1"),
        ("wildcard", "ab", "a%25"),
        ("star", "ab", "a*"),
        ("same-letters", "%C3%A9", "e%CC%81"),
        ("plus", "a b", "a+b"),
        ("encoded-blank", "a b", "a%20b"),
        ("encoded-plus", "a+b", "a%2Bb"),
        ("ampersand", "a&b", "a%26b"),
        ("last", "a", "a"),
    ):
        number = _number(f"scene.number.{word}-")
        body = {**baseline.least(), "check_number": number + _TEXT.get(kept, kept)}
        why = f"Check numbers are compared as whole texts: {kept!r} asked for by {asked!r}."
        said = "limit=100&sort=refund_timestamp&sort_direction=desc&" if word == "last" else ""
        sent = Sent("GET", REFUNDS, f"{said}check_number={number}{asked}")
        name = f"get_multi.scene.number.{word}"
        yield Draft(name, "boundary", (site,), why, sent, (create_step(body),))
    plain = {**baseline.least(), "check_number": "0001", "refund_note": MARK}
    setup = (create_step(plain),)
    for word, asked in (("value", "1"), ("empty", "")):
        why = f"A check number '0001' is not found by {asked!r}."
        name, sent = f"get_multi.scene.plain.{word}", Sent("GET", REFUNDS, f"check_number={asked}")
        yield Draft(name, "boundary", (site,), why, sent, setup)


_TEXT = {"%C3%A9": "\u00e9"}


def gets(baseline: Baseline) -> Iterator[Draft]:
    """Gets of a refund after others were changed or made."""
    site = Site("", law="update-touches-no-other")
    why = "Of two equal refunds the other was changed."
    second = create_step(baseline.body(), "refund_id_2")
    sent, setup = Sent("GET", _SECOND), (baseline.made, second, Step(update(NOTED)))
    yield Draft("get.scene.twin-changed", "valid", (site,), why, sent, setup, "implied")
    site, why = Site("", law="record-as-predicted"), "A refund is there though 20 came after it."
    many = (baseline.made, Step(create(baseline.least()), times=20))
    yield Draft(
        "get.scene.oldest-of-many", "valid", (site,), why, Sent("GET", ITEM), many, "implied"
    )


def updates(baseline: Baseline) -> Iterator[Draft]:
    """Updates of a full refund and of a bare one."""
    other = next(reason for reason in REASONS if reason != baseline.reason)
    values: Json = {"refund_note": "New", "refund_reason": other}
    if baseline.invoices:
        values["invoice_id"] = baseline.invoices[-1]
    for start, step in (("full", baseline.made), ("bare", create_step(baseline.least()))):
        for name, value in values.items():
            short = name.removeprefix("refund_").removesuffix("_id")
            change = {name: {"type": "set", "value": value}}
            yield _update(f"{start}.set-{short}", f"update-sets-{short}", change, step)
            law = f"update-removes-{short}" if start == "full" else "update-removes-twice"
            yield _update(f"{start}.remove-{short}", law, {name: {"type": "remove"}}, step)
            yield _update(f"{start}.null-{short}", _SAME, {name: None}, step)
        stamp = {"refund_timestamp": "2023-12-31T23:30:00-01:00"}
        yield _update(f"{start}.set-timestamp", "update-sets-timestamp", stamp, step)
        yield _update(f"{start}.nothing", _SAME, {}, step)
        why = "The official SDKs send no body where there is nothing to change."
        name, site, sent = f"update.{start}.no-body", Site("", law=_SAME), Sent("PATCH", ITEM)
        yield Draft(name, "boundary", (site,), why, sent, (step,), "implied")
        every = {key: {"type": "remove"} for key in values}
        yield _update(f"{start}.remove-all", "update-removes-twice", every, step)
    same = {"refund_note": {"type": "set", "value": baseline.note}}
    yield _update("full.same-note", _SAME, same, baseline.made)
    transfer = {"type": "set", "value": "TRANSFER"}
    mixed = {"refund_note": {"type": "remove"}, "refund_reason": transfer}
    yield _update("full.mixed", "update-commutes", mixed, baseline.made)


_SAME = "update-of-nothing-is-identity"


def _update(slug: str, law: str, change: Json, step: Step) -> Draft:
    has = "every field" if slug.startswith("full") else "the required fields alone"
    why, site = f"An update of a refund that has {has}.", Site("", law=law)
    return Draft(f"update.{slug}", "valid", (site,), why, update(change), (step,))
