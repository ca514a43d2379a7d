"""Payloads that need refunds to be there first: lists, pages, updates, and gets after a change."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from contracts.generate.values import REASONS
from contracts.model import REFUNDS
from contracts.payloads.baseline import ITEM, Baseline, create, create_step, update
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site, Step

Json = dict[str, Any]
_STAMPS = (
    "2024-01-03T00:00:00.5Z",
    "2024-01-01T00:00:00Z",
    None,
    "2024-01-03T01:00:00.5+01:00",
    "2024-01-03T00:00:00Z",
    None,
)
_CENTS = (200, 1000, 90, 200, 300, 100)


def lists(baseline: Baseline) -> Iterator[Draft]:
    """Lists of six rows of one check number, two of them equal in every order."""
    sorts, directions = ("refund_timestamp", "amount_cents"), ("asc", "desc")
    for sort, direction, limit in product(sorts, directions, (1, 2, 5, 6, 999)):
        law = f"sort-by-{'amount' if sort == 'amount_cents' else 'timestamp'}"
        more = f"&sort={sort}&sort_direction={direction}&limit={limit}"
        why = f"Sorted by {sort} {direction}, {limit} rows a page; ties come oldest first."
        yield _list(baseline, f"scene.{sort}.{direction}.{limit}", law, more, why)
    yield _list(baseline, "scene.default-order", "sort-defaults", "", "The newest comes first.")
    for name, value, law in (
        ("non_insurance_payer_id", baseline.payer, "filter-payer"),
        ("non_insurance_payer_id", baseline.payer.upper(), "filter-reads-any-case"),
        ("non_insurance_payer_id", baseline.payers[-1], "filters-intersect"),
        ("invoice_id", (baseline.invoices or [baseline.payer])[0], "filter-invoice"),
        ("invoice_id", (baseline.invoices or [baseline.payer])[0].upper(), "filter-reads-any-case"),
        ("check_number", "{{run}}-other", "filter-check-number-repeats"),
    ):
        slug = f"scene.filter.{law}.{name}"
        why = f"Filtered by check number and by {name}: only rows that have both."
        yield _list(baseline, slug, law, f"&{name}={value}", why)
    yield from _pages(baseline)
    yield from _texts(baseline)
    gone = Step(Sent("DELETE", f"{REFUNDS}/{{{{refund_id_2}}}}"))
    why = "One of the rows was deleted before."
    yield _list(baseline, "scene.deleted-row", "delete-leaves-no-row", "", why, gone)
    slug = "scene.deleted-row-by-amount"
    yield _list(baseline, slug, "delete-leaves-no-row", "&sort=amount_cents", why, gone)
    path = f"{REFUNDS}/{{{{refund_id_2}}}}"
    moved = Step(update({"refund_timestamp": "2025-01-01T00:00:00Z"}, path))
    why = "The timestamp of a row was changed before, so it moves."
    yield _list(baseline, "scene.moved-row", "sort-follows-update", "", why, moved)
    noted = Step(update(NOTED, f"{REFUNDS}/{{{{refund_id_3}}}}"))
    why = "The note of a row was changed before; among its equals it stays the older one."
    yield _list(baseline, "scene.noted-row", "sort-ties-by-age", "", why, noted)
    yield from _many(baseline)


def _many(baseline: Baseline) -> Iterator[Draft]:
    """Lists of more rows than a page holds by default."""
    for word, limit, law, why in (
        ("default", "", "default-limit-is-100", "Of 101 rows a page holds 100 where none is said."),
        ("101", "&limit=101", "limit-is-kept", "A limit of 101 holds 101 rows."),
    ):
        slug = f"scene.many.{word}"
        number = f"{{{{run}}}}-{slug}"
        steps = (replace(create_step({**baseline.least(), "check_number": number}), times=101),)
        sent = Sent("GET", REFUNDS, f"check_number={number}{limit}")
        name, site = f"get_multi.{slug}", Site("?limit", law=law)
        yield Draft(name, "get_multi", "boundary", (site,), why, sent, steps)


def _rows(baseline: Baseline, number: str) -> tuple[Step, ...]:
    steps = []
    for at, (stamp, cents) in enumerate(zip(_STAMPS, _CENTS, strict=True)):
        body = {**baseline.least(cents=cents), "check_number": number}
        if stamp is not None:
            body["refund_timestamp"] = stamp
        if at % 2 and baseline.invoices:
            body["invoice_id"] = baseline.invoices[0]
        steps.append(create_step(body, f"refund_id_{at + 1}" if at else "refund_id"))
    return tuple(steps)


def _list(
    baseline: Baseline, slug: str, law: str, more: str, why: str, *steps: Step, kind: Kind = "valid"
) -> Draft:
    number = f"{{{{run}}}}-{slug}"
    query = f"check_number={number}{more}"
    rows = (*_rows(baseline, number), *steps)
    rule = law if law == "page-token-valid" else None
    site = Site("?", rule=rule) if rule else Site("?", law=law)
    name = f"get_multi.{slug}"
    return Draft(name, "get_multi", kind, (site,), why, Sent("GET", REFUNDS, query), rows)


def _page(slug: str, more: str = "&limit=2", save: str = "next") -> Step:
    query = f"check_number={{{{run}}}}-{slug}{more}"
    return Step(Sent("GET", REFUNDS, query), {"page_token": f"/{save}_page_token"})


_TOKEN = "&page_token={{page_token}}"


def _pages(baseline: Baseline) -> Iterator[Draft]:
    for word, first, more, law in (
        ("next", "&limit=2", "&limit=2", "pages-join"),
        ("last", "&limit=3", "&limit=3", "pages-end"),
        ("other-limit", "&limit=1", "&limit=999", "page-token-allows-limit"),
        ("no-limit", "&limit=1", "", "page-token-allows-limit"),
        ("sorted", "&limit=2&sort=amount_cents", "&limit=2&sort=amount_cents", "pages-join"),
        ("said-defaults", "&limit=2", "&limit=2&sort=refund_timestamp", "defaults-may-be-said"),
    ):
        slug, why = f"scene.page.{word}", "The page behind the first."
        yield _list(baseline, slug, law, more + _TOKEN, why, _page(slug, first))
    slug = "scene.page.back"
    second = _page(slug, f"&limit=2{_TOKEN}", "prev")
    steps: tuple[Step, ...] = (_page(slug), second)
    why = "Back from the second page to the first."
    yield _list(baseline, slug, "page-leads-back", f"&limit=2{_TOKEN}", why, *steps)
    slug = "scene.page.back-to-second"
    third = Step(
        Sent("GET", REFUNDS, f"check_number={{{{run}}}}-{slug}&limit=2{_TOKEN}"),
        {"page_token": "/next_page_token"},
    )
    steps = (_page(slug), third, _page(slug, f"&limit=2{_TOKEN}", "prev"))
    why = "Back from the third page to the second."
    yield _list(baseline, slug, "page-leads-back", f"&limit=2{_TOKEN}", why, *steps)
    slug, why = "scene.page.again", "A token may be used twice."
    used = Step(Sent("GET", REFUNDS, f"check_number={{{{run}}}}-{slug}&limit=2{_TOKEN}"))
    more = f"&limit=2{_TOKEN}"
    yield _list(baseline, slug, "page-token-repeats", more, why, _page(slug), used)
    slug, why = "scene.page.row-gone", "The row that the token stands behind was deleted."
    walked, left = _page(slug, "&limit=1"), Step(Sent("DELETE", ITEM))
    yield _list(
        baseline, slug, "page-token-survives-its-row", f"&limit=9{_TOKEN}", why, walked, left
    )
    slug, why = "scene.page.row-changed", "A row of the second page was changed after the first."
    changed = Step(update(NOTED, f"{REFUNDS}/{{{{refund_id_2}}}}"))
    yield _list(baseline, slug, "page-as-predicted", more, why, _page(slug), changed)
    slug, why = "scene.page.after-refusal", "A list was refused in between; the token still holds."
    refused = Step(Sent("GET", REFUNDS, "sort=nonsense"), status=422)
    yield _list(baseline, slug, "page-token-repeats", more, why, _page(slug), refused)
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
        slug, why = f"scene.page.not-{word}", "The token was not made for this query, or altered."
        kind: Kind = "invalid-semantic"
        yield _list(baseline, slug, "page-token-valid", more, why, _page(slug), kind=kind)


def _texts(baseline: Baseline) -> Iterator[Draft]:
    """Check numbers that are easily taken for each other."""
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
        slug = f"scene.number.{word}"
        number = f"{{{{run}}}}-{slug}-"
        body = {**baseline.least(), "check_number": number + _TEXT.get(kept, kept)}
        site = Site("?check_number", law="filter-check-number-is-text")
        why = f"Check numbers are compared as whole texts: {kept!r} asked for by {asked!r}."
        said = "limit=100&sort=refund_timestamp&sort_direction=desc&" if word == "last" else ""
        sent = Sent("GET", REFUNDS, f"{said}check_number={number}{asked}")
        name = f"get_multi.{slug}"
        yield Draft(name, "get_multi", "boundary", (site,), why, sent, (create_step(body),))
    for word, kept, asked in (("value", "0001", "1"), ("empty", "0001", "")):
        site = Site("?check_number", law="filter-check-number-is-text")
        why = f"A check number {kept!r} is not found by {asked!r}."
        step = create_step({**baseline.least(), "check_number": kept})
        sent, name = Sent("GET", REFUNDS, f"check_number={asked}"), f"get_multi.scene.plain.{word}"
        yield Draft(name, "get_multi", "boundary", (site,), why, sent, (step,))


_TEXT = {"%C3%A9": "\u00e9"}


NOTED: Json = {"refund_note": {"type": "set", "value": "Changed"}}
"""An update that leaves a refund where it is in every list."""


def gets(baseline: Baseline) -> Iterator[Draft]:
    """Gets of a refund after others were changed or made."""
    first, second = create_step(baseline.body()), create_step(baseline.body(), "refund_id_2")
    site, why = (
        Site("", law="update-touches-no-other"),
        "Of two equal refunds the other was changed.",
    )
    sent, steps = (
        Sent("GET", f"{REFUNDS}/{{{{refund_id_2}}}}"),
        (first, second, Step(update(NOTED))),
    )
    yield Draft("get.scene.twin-changed", "get", "valid", (site,), why, sent, steps, "implied")
    site, why = Site("", law="record-as-predicted"), "A refund is there though 20 came after it."
    many = (first, Step(create(baseline.least()), times=20))
    sent, name = Sent("GET", ITEM), "get.scene.oldest-of-many"
    yield Draft(name, "get", "valid", (site,), why, sent, many, "implied")


def updates(baseline: Baseline) -> Iterator[Draft]:
    """Updates of a full refund and of a bare one."""
    full, bare = baseline.body(), baseline.least()
    values: Json = {"refund_note": "New", "refund_reason": _other(baseline.reason)}
    if baseline.invoices:
        values["invoice_id"] = baseline.invoices[-1]
    for start, body in (("full", full), ("bare", bare)):
        for name, value in values.items():
            short = name.removeprefix("refund_").removesuffix("_id")
            change = {name: {"type": "set", "value": value}}
            yield _update(f"{start}.set-{short}", f"update-sets-{short}", change, body)
            change = {name: {"type": "remove"}}
            law = f"update-removes-{short}" if start == "full" else "update-removes-twice"
            yield _update(f"{start}.remove-{short}", law, change, body)
            yield _update(
                f"{start}.null-{short}", "update-of-nothing-is-identity", {name: None}, body
            )
        stamp = {"refund_timestamp": "2023-12-31T23:30:00-01:00"}
        yield _update(f"{start}.set-timestamp", "update-sets-timestamp", stamp, body)
        yield _update(f"{start}.nothing", "update-of-nothing-is-identity", {}, body)
        sent = Sent("PATCH", ITEM)
        site = Site("", law="update-of-nothing-is-identity")
        why = "The official SDKs send no body where there is nothing to change."
        name = f"update.{start}.no-body"
        yield Draft(name, "update", "boundary", (site,), why, sent, (create_step(body),), "implied")
        every = {key: {"type": "remove"} for key in values}
        yield _update(f"{start}.remove-all", "update-removes-twice", every, body)
    same = {"refund_note": {"type": "set", "value": baseline.note}}
    yield _update("full.same-note", "update-of-nothing-is-identity", same, full)
    mixed = {
        "refund_note": {"type": "remove"},
        "refund_reason": {"type": "set", "value": "TRANSFER"},
    }
    yield _update("full.mixed", "update-commutes", mixed, full)


def _other(reason: str) -> str:
    return next(other for other in REASONS if other != reason)


def _update(slug: str, law: str, change: Json, body: Json) -> Draft:
    words = {"full": "has every field", "bare": "has the required fields alone"}
    why = f"An update of a refund that {words[slug.partition('.')[0]]}."
    sent, steps = update(change), (create_step(body),)
    return Draft(f"update.{slug}", "update", "valid", (Site("", law=law),), why, sent, steps)
