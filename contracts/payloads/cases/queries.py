"""Payloads of lists that change one parameter, by the published document and by rule."""

from collections.abc import Iterator
from urllib.parse import quote

from contracts.generate import values as edge_values
from contracts.model import REFUNDS
from contracts.model.openapi import Schema, operations, resolved
from contracts.model.rules import Evidence
from contracts.payloads.baseline import DEAD_ID, Baseline
from contracts.payloads.draft import Draft
from contracts.payloads.record import Kind, Sent, Site

_Row = tuple[str, Kind, str, str, str, str | None, str]
"""Word, class, raw value, keyword, side, rule, and why."""


def drafts(baseline: Baseline) -> Iterator[Draft]:
    """A payload of each mutation of each parameter."""
    yield _draft("defaults", "valid", Site("", law="sort-defaults"), "", "No parameter is needed.")
    for parameter in operations()["get_multi"]["parameters"]:
        name = parameter["name"]
        for word, kind, raw, keyword, side, rule, why in _rows(name, parameter["schema"], baseline):
            site = Site(f"?{name}", keyword, side, rule)
            yield _draft(f"{name}.{keyword.lower()}.{word}", kind, site, f"{name}={raw}", why)
    yield from _repeated(baseline)
    yield from _unknown()


def _draft(
    slug: str, kind: Kind, site: Site, query: str, why: str, evidence: Evidence | None = None
) -> Draft:
    sent = Sent("GET", REFUNDS, query)
    return Draft(f"get_multi.{slug}", "get_multi", kind, (site,), why, sent, evidence=evidence)


def _rows(name: str, schema: Schema, baseline: Baseline) -> Iterator[_Row]:
    schema = resolved(schema)
    if "enum" in schema:
        yield from _enum(name, schema["enum"])
    elif schema.get("format") == "uuid":
        yield from _uuid(name, baseline)
    elif "minimum" in schema:
        yield from _integer()
    elif name == "page_token":
        yield from _tokens()
    else:
        why = "Any text may be a check number, also one that no refund has."
        yield "no-utf-8", "boundary", "%FF%FE", "type", "in", None, "Bytes that are no text."
        yield (
            "no-utf-8-small",
            "boundary",
            "%ff%fe",
            "type",
            "in",
            None,
            "The same in small letters.",
        )
        yield "long", "boundary", "x" * 4_000, "type", "in", None, why
        yield "long-digits", "boundary", "9" * 4_000, "type", "in", None, why
        yield "plus", "boundary", "a+b", "type", "in", None, "A plus in a query is a blank."
        for word, text in edge_values.TEXTS.items():
            if len(text) < 5_000:
                yield word, "boundary", quote(text, safe=""), "type", "in", None, why


def _enum(name: str, members: list[str]) -> Iterator[_Row]:
    for member in members:
        yield member, "valid", member, "enum", "in", None, f"{member} is one of the words."
        why = f"The words of {name} are written in small letters."
        yield f"{member}-capitals", "invalid-schema", member.upper(), "enum", "out", _SHAPE, why
    for word, raw in (
        ("empty", ""),
        ("unknown", "created_at"),
        ("blank-after", f"{members[0]}%20"),
        ("two", ",".join(members)),
        ("number", "1"),
        ("nul", f"{members[0]}%00"),
        ("null", "null"),
        ("up", "up"),
        ("down", "down"),
        ("list", f"[{members[0]}]"),
        ("minus", f"-{members[0]}"),
    ):
        why = f"{name} takes {' or '.join(members)} alone."
        yield word, "invalid-schema", raw, "enum", "out", _SHAPE, why


_SHAPE = "query-shape"


def _uuid(name: str, baseline: Baseline) -> Iterator[_Row]:
    known = (
        baseline.payer if name == "non_insurance_payer_id" else (baseline.invoices or [DEAD_ID])[0]
    )
    for word, text in (
        ("known", known),
        ("capitals", known.upper()),
        ("unknown", DEAD_ID),
        ("encoded", "".join(f"%{ord(sign):02X}" for sign in known)),
    ):
        yield word, "boundary", text, "format", "in", None, "Any uuid may be asked for."
    for word, text in {**edge_values.UUID_OUT, "me": "me"}.items():
        why = f"{name} takes a uuid of 8-4-4-4-12 hexadecimal digits."
        yield f"not-{word}", "invalid-schema", quote(text, safe=""), "format", "out", _SHAPE, why


def _integer() -> Iterator[_Row]:
    for limit in (1, 2, 99, 100, 101, 500, 998, 999):
        keyword = "minimum" if limit < 500 else "maximum"
        why = f"{limit} is greater than 0 and less than 1000."
        yield str(limit), "boundary", str(limit), keyword, "in", None, why
    for text in ("0", "-1", "-999", "-2147483649"):
        yield text, "invalid-schema", text, "minimum", "out", _RANGE, "A limit is at least 1."
    for text in ("1000", "1001", "2147483647", "2147483648", "9223372036854775808", "9" * 30):
        yield text[:20], "invalid-schema", text, "maximum", "out", _RANGE, "A limit is below 1000."
    why = "A limit is a whole number in ASCII digits."
    for word, raw in _NO_INTEGERS:
        yield word, "invalid-schema", raw, "type", "out", _SHAPE, why
    for word, raw in (
        ("plus", "%2B1"),
        ("zeros", "007"),
        ("fraction", "1.0"),
        ("blanks", "%201%20"),
    ):
        why = "Some parsers read this as a number, others do not; nothing is documented."
        yield word, "boundary", raw, "type", "in", None, why
    yield "said", "valid", "100", "default", "in", None, "The default may be said."


_RANGE = "limit-range"
_NO_INTEGERS = (
    ("empty", ""),
    ("word", "ten"),
    ("fraction-half", "1.5"),
    ("exponent", "1e2"),
    ("underscore", "1_0"),
    ("wide-digits", "%EF%BC%91%EF%BC%90"),
    ("arabic-digits", "%D9%A1%D9%A0"),
    ("hexadecimal", "0x10"),
    ("comma", "1,0"),
    ("nan", "NaN"),
    ("infinity", "Infinity"),
    ("null", "null"),
    ("true", "true"),
    ("list", "[1]"),
    ("two-signs", "--1"),
    ("nul", "1%00"),
    ("superscript", "%C2%B2"),
)


def _tokens() -> Iterator[_Row]:
    why = "A page token is opaque; only one that an answer gave is good."
    for word, raw in (
        ("invented", "abc"),
        ("number", "2"),
        ("empty", ""),
        ("uuid", DEAD_ID),
        ("base64", "eyJwYWdlIjogMn0%3D"),
        ("nul", "%00"),
        ("accent", "%C3%A9"),
        ("no-utf-8", "%FF%FE"),
        ("long", "A" * 4_000),
        ("blank", "%20"),
        ("path", "..%2F..%2F"),
    ):
        yield word, "invalid-semantic", raw, "type", "in", "page-token-valid", why


def _repeated(baseline: Baseline) -> Iterator[Draft]:
    invoice = (baseline.invoices or [DEAD_ID])[0]
    for name, first, second in (
        ("limit", "1", "2"),
        ("limit", "5", "5"),
        ("sort", "amount_cents", "refund_timestamp"),
        ("sort_direction", "asc", "desc"),
        ("non_insurance_payer_id", baseline.payer, DEAD_ID),
        ("invoice_id", invoice, DEAD_ID),
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
        why = "The document has no such parameter; nobody says what comes of it."
        yield _draft(f"unknown.{word}", "boundary", site, query, why)
