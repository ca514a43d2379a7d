"""Spellings of a number in JSON, each with what should come of it; no bodies."""

from typing import Final

from contracts.payloads.record import Kind

_Row = tuple[str, str, Kind, str | None, str]
"""Word, raw JSON, class, the rule it breaks, and why."""

_WHOLE = "JSON Schema's integer admits it: it has no fractional part."
_PART = "It has a fractional part."
_BIG = "It does not fit a signed 32-bit integer."
_LOW = "It is not greater than 0."

NUMBERS: Final[tuple[_Row, ...]] = (
    ("5.0", "5.0", "boundary", None, _WHOLE),
    ("100.0", "100.0", "boundary", None, _WHOLE),
    ("5.000", "5.000", "boundary", None, _WHOLE),
    ("1e2", "1e2", "boundary", None, _WHOLE),
    ("1E2", "1E+2", "boundary", None, _WHOLE),
    ("0.5e1", "0.5e1", "boundary", None, _WHOLE),
    ("500e-2", "500e-2", "boundary", None, _WHOLE),
    ("int32-as-float", "2147483647.0", "boundary", None, _WHOLE),
    ("1.5", "1.5", "invalid-schema", "body-shape", _PART),
    ("0.1", "0.1", "invalid-schema", "body-shape", _PART),
    ("1e-1", "1e-1", "invalid-schema", "body-shape", _PART),
    ("cents-as-dollars", "12.34", "invalid-schema", "body-shape", _PART),
    ("zero", "0", "invalid-semantic", "amount-positive", _LOW),
    ("minus-zero", "-0", "invalid-semantic", "amount-positive", _LOW),
    ("minus-zero-float", "-0.0", "invalid-semantic", "amount-positive", _LOW),
    ("minus", "-5.0", "invalid-semantic", "amount-positive", _LOW),
    ("2^31", "2147483648", "invalid-schema", "amount-int32", _BIG),
    ("2^31-float", "2147483648.0", "invalid-schema", "amount-int32", _BIG),
    ("2^32+1", "4294967297", "invalid-schema", "amount-int32", _BIG),
    ("2^53", "9007199254740992", "invalid-schema", "amount-int32", _BIG),
    ("2^53+1", "9007199254740993", "invalid-schema", "amount-int32", _BIG),
    ("2^63", "9223372036854775808", "invalid-schema", "amount-int32", _BIG),
    ("2^64+1", "18446744073709551617", "invalid-schema", "amount-int32", _BIG),
    ("1e10", "1e10", "invalid-schema", "amount-int32", _BIG),
    ("1e308", "1e308", "invalid-schema", "amount-int32", _BIG),
    ("300-digits", "9" * 300, "invalid-schema", "amount-int32", _BIG),
    ("5000-digits", "9" * 5_000, "invalid-schema", "amount-int32", _BIG),
    ("1e400", "1e400", "invalid-schema", "amount-int32", "A double cannot hold it at all."),
    ("minus-1e400", "-1e400", "invalid-schema", "amount-int32", "A double cannot hold it at all."),
    ("1e-400", "1e-400", "invalid-schema", "body-shape", "It is no whole number."),
)
_SIGNS = {"+": "plus-", ".": "point-", "-": "minus-"}


def spelled(token: str) -> str:
    """A token as a word for a name."""
    if token.endswith("."):
        return f"{token[:-1]}-point"
    lead = _SIGNS.get(token[0], "")
    return (lead + token.lstrip("+.-")).lower() if lead else token.lower()
