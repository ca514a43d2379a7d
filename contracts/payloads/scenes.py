"""Payloads that need a story: lists of rows that were made first, and updates of what is there."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from contracts.model import REFUNDS
from contracts.payloads.draft import Draft
from contracts.payloads.ground import ITEM, Ground, made, update
from contracts.payloads.record import Bent, Kind, Sent, Step
from contracts.pools import REASONS

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


def lists(ground: Ground) -> Iterator[Draft]:
    """Lists of six rows of one check number, two of them equal in every order."""
    sorts, directions = ("refund_timestamp", "amount_cents"), ("asc", "desc")
    for sort, direction, limit in product(sorts, directions, (1, 2, 5, 6, 999)):
        law = f"sort-by-{'amount' if sort == 'amount_cents' else 'timestamp'}"
        more = f"&sort={sort}&sort_direction={direction}&limit={limit}"
        why = f"Sorted by {sort} {direction}, {limit} rows a page; ties come oldest first."
        yield _list(ground, f"scene.{sort}.{direction}.{limit}", law, more, why)
    yield _list(ground, "scene.default-order", "sort-defaults", "", "The newest comes first.")
    for name, value, law in (
        ("non_insurance_payer_id", ground.payer, "filter-payer"),
        ("non_insurance_payer_id", ground.payer.upper(), "filter-reads-any-case"),
        ("non_insurance_payer_id", ground.payers[-1], "filters-intersect"),
        ("invoice_id", (ground.invoices or [ground.payer])[0], "filter-invoice"),
        ("invoice_id", (ground.invoices or [ground.payer])[0].upper(), "filter-reads-any-case"),
        ("check_number", "{{run}}-other", "filter-check-number-repeats"),
    ):
        slug = f"scene.filter.{law}.{name}"
        why = f"Filtered by check number and by {name}: only rows that have both."
        yield _list(ground, slug, law, f"&{name}={value}", why)
    yield from _pages(ground)
    yield from _texts(ground)
    gone = Step(Sent("DELETE", f"{REFUNDS}/{{{{refund_id_2}}}}"))
    why = "One of the rows was deleted before."
    yield _list(ground, "scene.deleted-row", "delete-leaves-no-row", "", why, gone)
    slug = "scene.deleted-row-by-amount"
    yield _list(ground, slug, "delete-leaves-no-row", "&sort=amount_cents", why, gone)
    path = f"{REFUNDS}/{{{{refund_id_2}}}}"
    moved = Step(update({"refund_timestamp": "2025-01-01T00:00:00Z"}, path))
    why = "The timestamp of a row was changed before, so it moves."
    yield _list(ground, "scene.moved-row", "sort-follows-update", "", why, moved)


def _rows(ground: Ground, number: str) -> tuple[Step, ...]:
    steps = []
    for at, (stamp, cents) in enumerate(zip(_STAMPS, _CENTS, strict=True)):
        body = {**ground.least(cents=cents), "check_number": number}
        if stamp is not None:
            body["refund_timestamp"] = stamp
        if at % 2 and ground.invoices:
            body["invoice_id"] = ground.invoices[0]
        steps.append(made(body, f"refund_id_{at + 1}" if at else "refund_id"))
    return tuple(steps)


def _list(
    ground: Ground, slug: str, law: str, more: str, why: str, *steps: Step, kind: Kind = "valid"
) -> Draft:
    number = f"{{{{run}}}}-{slug}"
    query = f"check_number={number}{more}"
    rows = (*_rows(ground, number), *steps)
    rule = law if law == "page-token-valid" else None
    bent = Bent("?", rule=rule) if rule else Bent("?", law=law)
    name = f"get_multi.{slug}"
    return Draft(name, "get_multi", kind, (bent,), why, Sent("GET", REFUNDS, query), rows)


def _page(slug: str, more: str = "&limit=2", save: str = "next") -> Step:
    query = f"check_number={{{{run}}}}-{slug}{more}"
    return Step(Sent("GET", REFUNDS, query), {"page_token": f"/{save}_page_token"})


_TOKEN = "&page_token={{page_token}}"


def _pages(ground: Ground) -> Iterator[Draft]:
    for word, first, more, law in (
        ("next", "&limit=2", "&limit=2", "pages-join"),
        ("last", "&limit=3", "&limit=3", "pages-end"),
        ("other-limit", "&limit=1", "&limit=999", "page-token-allows-limit"),
        ("no-limit", "&limit=1", "", "page-token-allows-limit"),
        ("sorted", "&limit=2&sort=amount_cents", "&limit=2&sort=amount_cents", "pages-join"),
        ("said-defaults", "&limit=2", "&limit=2&sort=refund_timestamp", "defaults-may-be-said"),
    ):
        slug, why = f"scene.page.{word}", "The page behind the first."
        yield _list(ground, slug, law, more + _TOKEN, why, _page(slug, first))
    slug = "scene.page.back"
    second = _page(slug, f"&limit=2{_TOKEN}", "prev")
    steps: tuple[Step, ...] = (_page(slug), second)
    why = "Back from the second page to the first."
    yield _list(ground, slug, "page-leads-back", f"&limit=2{_TOKEN}", why, *steps)
    slug = "scene.page.back-to-second"
    third = Step(
        Sent("GET", REFUNDS, f"check_number={{{{run}}}}-{slug}&limit=2{_TOKEN}"),
        {"page_token": "/next_page_token"},
    )
    steps = (_page(slug), third, _page(slug, f"&limit=2{_TOKEN}", "prev"))
    why = "Back from the third page to the second."
    yield _list(ground, slug, "page-leads-back", f"&limit=2{_TOKEN}", why, *steps)
    slug, why = "scene.page.again", "A token may be used twice."
    used = Step(Sent("GET", REFUNDS, f"check_number={{{{run}}}}-{slug}&limit=2{_TOKEN}"))
    more = f"&limit=2{_TOKEN}"
    yield _list(ground, slug, "page-token-repeats", more, why, _page(slug), used)
    slug, why = "scene.page.row-gone", "The row that the token stands behind was deleted."
    steps = (_page(slug, "&limit=1"), Step(Sent("DELETE", ITEM)))
    yield _list(ground, slug, "page-token-survives-its-row", f"&limit=9{_TOKEN}", why, *steps)
    for word, more in (
        ("sort", f"&sort=amount_cents{_TOKEN}"),
        ("direction", f"&sort_direction=asc{_TOKEN}"),
        ("filter", f"&non_insurance_payer_id={ground.payer}{_TOKEN}"),
        ("number", f"&check_number=other{_TOKEN}"),
        ("longer", f"{_TOKEN}A"),
        ("doubled", f"{_TOKEN}{{{{page_token}}}}"),
        ("blank", f"{_TOKEN}%20"),
        ("padded", f"{_TOKEN}%3D"),
        ("prefixed", "&page_token=A{{page_token}}"),
    ):
        slug, why = f"scene.page.not-{word}", "The token was not made for this query, or altered."
        kind: Kind = "invalid-semantic"
        yield _list(ground, slug, "page-token-valid", more, why, _page(slug), kind=kind)


def _texts(ground: Ground) -> Iterator[Draft]:
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
        body = {**ground.least(), "check_number": number + _TEXT.get(kept, kept)}
        bent = Bent("?check_number", law="filter-check-number-is-text")
        why = f"Check numbers are compared as whole texts: {kept!r} asked for by {asked!r}."
        said = "limit=100&sort=refund_timestamp&sort_direction=desc&" if word == "last" else ""
        sent = Sent("GET", REFUNDS, f"{said}check_number={number}{asked}")
        name = f"get_multi.{slug}"
        yield Draft(name, "get_multi", "boundary", (bent,), why, sent, (made(body),))
    for word, kept, asked in (("value", "0001", "1"), ("empty", "0001", "")):
        bent = Bent("?check_number", law="filter-check-number-is-text")
        why = f"A check number {kept!r} is not found by {asked!r}."
        step = made({**ground.least(), "check_number": kept})
        sent, name = Sent("GET", REFUNDS, f"check_number={asked}"), f"get_multi.scene.plain.{word}"
        yield Draft(name, "get_multi", "boundary", (bent,), why, sent, (step,))


_TEXT = {"%C3%A9": "\u00e9"}


def updates(ground: Ground) -> Iterator[Draft]:
    """Updates of a full refund and of a bare one."""
    full, bare = ground.body(), ground.least()
    values: Json = {"refund_note": "New", "refund_reason": _other(ground.reason)}
    if ground.invoices:
        values["invoice_id"] = ground.invoices[-1]
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
        bent = Bent("", law="update-of-nothing-is-identity")
        why = "The official SDKs send no body where there is nothing to change."
        name = f"update.{start}.no-body"
        yield Draft(name, "update", "boundary", (bent,), why, sent, (made(body),), "implied")
        every = {key: {"type": "remove"} for key in values}
        yield _update(f"{start}.remove-all", "update-removes-twice", every, body)
    same = {"refund_note": {"type": "set", "value": ground.note}}
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
    sent, steps = update(change), (made(body),)
    return Draft(f"update.{slug}", "update", "valid", (Bent("", law=law),), why, sent, steps)
