"""Payloads of lists that change one parameter, by the published document and by rule."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from contracts.generate.values import DEAD_ID, TEXTS, UUID_OUT
from contracts.model import REFUNDS
from contracts.model.openapi import Schema, operations, resolved
from contracts.model.rules import Evidence
from contracts.payloads.baseline import Baseline
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site

_Group = tuple[Kind, str, str | None, str, Mapping[str, str]]
"""Class, keyword, rule that is broken, why, and raw values by word."""

_SHAPE = "query-shape"


def drafts(baseline: Baseline) -> Iterator[Draft]:
    """A payload of each mutation of each parameter."""
    yield _draft("defaults", "valid", Site("", law="sort-defaults"), "", "No parameter is needed.")
    for parameter in operations()["get_multi"]["parameters"]:
        name = parameter["name"]
        for kind, keyword, rule, why, values in _groups(name, parameter["schema"], baseline):
            site = Site(f"?{name}", keyword, "out" if kind == "invalid-schema" else "in", rule)
            for word, raw in values.items():
                query = f"{name}={raw}"
                told = f"The query has {query[:60]}: {why[0].lower()}{why[1:]}"
                yield _draft(f"{name}-is-{word}", kind, site, query, told)
    yield from _repeated(baseline)
    yield from _unknown()


def _draft(
    slug: str, kind: Kind, site: Site, query: str, why: str, evidence: Evidence | None = None
) -> Draft:
    sent = Sent("GET", REFUNDS, query)
    return Draft(f"get_multi.{slug}", kind, (site,), why, sent, evidence=evidence)


def _groups(name: str, schema: Schema, baseline: Baseline) -> Iterator[_Group]:
    schema = resolved(schema)
    if "enum" in schema:
        yield from _enum(name, schema["enum"])
    elif schema.get("format") == "uuid":
        yield from _uuid(name, baseline)
    elif "minimum" in schema:
        yield from _integer()
    elif name == "page_token":
        why = "A page token is opaque; only one that an answer gave is good."
        yield "invalid-semantic", "type", "page-token-valid", why, _TOKENS
    else:
        yield from _check_number()


def _check_number() -> Iterator[_Group]:
    any_text = "Any text may be a check number, also one that no refund has."
    texts = {word: quote(text, safe="") for word, text in TEXTS.items() if len(text) < 5_000}
    for why, values in (
        ("Bytes that are no text.", {"no-utf-8": "%FF%FE"}),
        ("The same in small letters.", {"no-utf-8-small": "%ff%fe"}),
        (any_text, {"long": "x" * 4_000, "long-digits": "9" * 4_000}),
        ("A plus in a query is a blank.", {"plus": "a+b"}),
        (any_text, texts),
    ):
        yield "boundary", "type", None, why, values


def _enum(name: str, members: list[str]) -> Iterator[_Group]:
    for member in members:
        yield "valid", "enum", None, f"{member} is one of the words.", {member: member}
        why = f"The words of {name} are written in small letters."
        yield "invalid-schema", "enum", _SHAPE, why, {f"{member}-capitals": member.upper()}
    others = {
        "empty": "",
        "unknown": "created_at",
        "blank-after": f"{members[0]}%20",
        "two": ",".join(members),
        "number": "1",
        "nul": f"{members[0]}%00",
        "null": "null",
        "up": "up",
        "down": "down",
        "list": f"[{members[0]}]",
        "minus": f"-{members[0]}",
    }
    yield "invalid-schema", "enum", _SHAPE, f"{name} takes {' or '.join(members)} alone.", others


def _uuid(name: str, baseline: Baseline) -> Iterator[_Group]:
    known = baseline.payer if name == "non_insurance_payer_id" else _invoice(baseline)
    good = {
        "known": known,
        "capitals": known.upper(),
        "unknown": DEAD_ID,
        "encoded": "".join(f"%{ord(sign):02X}" for sign in known),
    }
    yield "boundary", "format", None, "Any uuid may be asked for.", good
    why = f"{name} takes a uuid of 8-4-4-4-12 hexadecimal digits."
    bad = {f"not-{word}": quote(text, safe="") for word, text in UUID_OUT.items()}
    yield "invalid-schema", "format", _SHAPE, why, {**bad, "not-me": "me"}


def _invoice(baseline: Baseline) -> str:
    return (baseline.invoices or [DEAD_ID])[0]


def _integer() -> Iterator[_Group]:
    for limit in ("1", "2", "99", "100", "101", "500", "998", "999"):
        keyword = "minimum" if int(limit) < 500 else "maximum"
        why = f"{limit} is greater than 0 and less than 1000."
        yield "boundary", keyword, None, why, {limit: limit}
    low = {text: text for text in ("0", "-1", "-999", "-2147483649")}
    yield "invalid-schema", "minimum", "limit-range", "A limit is at least 1.", low
    large = ("1000", "1001", "2147483647", "2147483648", "9223372036854775808", "9" * 30)
    high = {text[:20]: text for text in large}
    yield "invalid-schema", "maximum", "limit-range", "A limit is below 1000.", high
    why = "A limit is a whole number in ASCII digits."
    yield "invalid-schema", "type", _SHAPE, why, _NO_INTEGERS
    why = "Some parsers read this as a number, others do not; nothing is documented."
    doubtful = {"plus": "%2B1", "zeros": "007", "fraction": "1.0", "blanks": "%201%20"}
    yield "boundary", "type", None, why, doubtful
    yield "valid", "default", None, "The default may be said.", {"said": "100"}


_NO_INTEGERS = {
    "empty": "",
    "word": "ten",
    "fraction-half": "1.5",
    "exponent": "1e2",
    "underscore": "1_0",
    "wide-digits": "%EF%BC%91%EF%BC%90",
    "arabic-digits": "%D9%A1%D9%A0",
    "hexadecimal": "0x10",
    "comma": "1,0",
    "nan": "NaN",
    "infinity": "Infinity",
    "null": "null",
    "true": "true",
    "list": "[1]",
    "two-signs": "--1",
    "nul": "1%00",
    "superscript": "%C2%B2",
}
_TOKENS = {
    "invented": "abc",
    "number": "2",
    "empty": "",
    "uuid": DEAD_ID,
    "base64": "eyJwYWdlIjogMn0%3D",
    "nul": "%00",
    "accent": "%C3%A9",
    "no-utf-8": "%FF%FE",
    "long": "A" * 4_000,
    "blank": "%20",
    "path": "..%2F..%2F",
}


def _repeated(baseline: Baseline) -> Iterator[Draft]:
    for name, first, second in (
        ("limit", "1", "2"),
        ("limit", "5", "5"),
        ("sort", "amount_cents", "refund_timestamp"),
        ("sort_direction", "asc", "desc"),
        ("non_insurance_payer_id", baseline.payer, DEAD_ID),
        ("invoice_id", _invoice(baseline), DEAD_ID),
        ("page_token", "a", "b"),
    ):
        site = Site(f"?{name}", rule=_SHAPE)
        query = f"{name}={first}&{name}={second}"
        slug = f"{name}.repeated.{'same' if first == second else 'other'}"
        yield _draft(slug, "invalid-schema", site, query, f"{name} comes once.", "assumed")
    site = Site("?check_number", law="filter-check-number-repeats")
    for count in (2, 3, 40):
        query = "&".join(f"check_number={number:04}" for number in range(count))
        slug = f"check_number.repeated.{count}"
        yield _draft(slug, "boundary", site, query, "A check number may be repeated.", "implied")


def _unknown() -> Iterator[Draft]:
    site = Site("?", rule="unknown-field")
    why = "The document has no such parameter; nobody says what comes of it."
    for word, query in (
        ("name", "page=2"),
        ("case", "LIMIT=1"),
        ("brackets", "check_number%5B%5D=1"),
        ("no-value", "surprise"),
        ("ampersands", "&&&"),
        ("empty-name", "=1"),
        ("dots", "refund.limit=1"),
        ("field", "amount_cents=1"),
    ):
        yield _draft(f"unknown.{word}", "boundary", site, query, why)
