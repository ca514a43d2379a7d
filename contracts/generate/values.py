"""The values that drivers and payloads draw from, near every edge; no drawing here."""

from collections.abc import Mapping
from typing import Any, Final

from contracts.model import REFUNDS

DEAD_ID: Final = "00000000-0000-4000-8000-00000000dead"
REASONS: Final = ("OVERCHARGED", "ENTERED_IN_ERROR", "TRANSFER")
CHECK_NUMBERS: Final = ("1", "0001", "01", " 1", "1 ", "A-7", "a-7", "\u00a01", "", "7" * 17)
PLAIN_TEXTS: Final = (
    "",
    "1",
    "note",
    "seventeen letters",
    "caf\u00e9 \u2013 \u65e5\u672c\u8a9e \U0001f4b8",
    "  both ends  ",
    "\u00a0no-break\u00a0",
    "line\none\r\n\ttwo \"quoted\" \\ <b>&amp;</b> 'x' ; --",
    "e\u0301 is not \u00e9",
    "x" * 300,
)
TEXT_SIZES: Final = (16, 17, 32, 33, 64, 100, 255, 256, 1_000, 4_000, 65_536)
"""Letters on either side of where servers and databases cut texts."""

LIST_SIZES: Final = (1, 2, 10, 11, 20, 21, 100)
"""Items on either side of where servers cut lists."""

SIZED_TEXTS: Final = tuple(("0123456789abcdef" * 4_096)[-size:] for size in TEXT_SIZES)
SEPARATORS: Final = (",", ";", "|", "%2C")
"""What a server may split one text at that it takes for several."""

ODD_CHECK_NUMBERS: Final = ("1,0001", "1;0001", "1|0001", "1%2C0001", "7" * 33, "7" * 256)
BOUNDARY_AMOUNTS: Final = (1, 2, 2**31 - 1)
SMALL_AMOUNTS: Final = (1, 2, 3, 99, 100, 101)
BAD_AMOUNTS: Final = (0, -1, 2**31, 2**53 + 1, -(2**31) - 1)
WRAPPING_AMOUNTS: Final = (2**31, 2**32 + 100, 2**64 + 100)
"""What a server may take for -2147483648 or 100 that counts in 32 or 64 bits."""

NOT_INTEGERS: Final[tuple[Any, ...]] = ("1", 1.5, True, None, [1], {"cents": 1}, "")
TIMESTAMPS: Final = (
    "2024-01-15T09:30:00Z",
    "2024-01-15T14:30:00+05:00",
    "2024-01-15T09:30:00.5Z",
    "2024-01-15T09:30:00.123456789Z",
    "2024-01-14T19:30:00-14:00",
    "2024-02-29T23:59:59.999999Z",
    "1969-12-31T23:59:59Z",
    "2024-01-15t09:30:00z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9Z",
)
BAD_TIMESTAMPS: Final = (
    "2024-01-15",
    "2024-02-30T00:00:00Z",
    "2024-01-15T24:00:00Z",
    "2024-01-15T23:59:60Z",
    "2024-01-15T09:30Z",
    "1705311000",
    "yesterday",
    "",
)
BAD_UUIDS: Final = (
    "d5e9c84fc2b24bf4b4b07ffd7a9ffc32",
    "{d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32}",
    "urn:uuid:d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
    "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc3",
    "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc3g",
    "",
)
BAD_REASONS: Final = ("overcharged", "OTHER", "")
GOOD_LIMITS: Final = (1, 2, 99, 100, 101, 998, 999)
OUT_OF_RANGE_LIMITS: Final = ("0", "1000", "-1", "2147483648")
NOT_LIMITS: Final = ("-0.5", "ten", "", "1e2", "\uff11")
HOSTILE_BODIES: Final = (
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"null",
    b"{}",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b'{"amount_cents": NaN}',
    b'{"amount_cents": Infinity}',
    b'{"amount_cents": 1,}',
    b'{"refund_note": "\\ud800"}',
    b'{"refund_note": "\xed\xa0\x80"}',
    b'{"amount_cents": 1e400}',
    b'{"amount_cents": ' + b"9" * 5000 + b"}",
    b'{"amount_cents": 1} trailing',
    "{}".encode("utf-16"),
    b"[" * 2000 + b"]" * 2000,
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
)
HOSTILE_IDS: Final = ("x", "...", "null", "%", "1' or '1'='1", "\u65e5", "a" * 300, "00000000")
AUTHS: Final = (None, "", "Bearer", "Bearer ", "Basic eDp5", "Token x")
"""Values of an Authorization header that lets nobody in, None for no header."""

OTHER_PARAMETERS: Final = (
    ("limit", "1"),
    ("limit", "4"),
    ("limit", "999"),
    ("sort", "amount_cents"),
    ("sort_direction", "asc"),
    ("check_number", "1"),
)
"""What a query may be changed to while a walk along page tokens goes on."""

ELSEWHERE: Final = (
    ("PUT", REFUNDS),
    ("DELETE", REFUNDS),
    ("OPTIONS", f"{REFUNDS}/{DEAD_ID}"),
    ("GET", f"{REFUNDS}s"),
    ("GET", f"{REFUNDS}/{DEAD_ID}/allocations"),
)
"""Methods and paths near the API's own, of which it has none."""


Values = Mapping[str, Any]
INT32_MAX: Final = 2**31 - 1

WRONG_TYPES: Final[Mapping[str, Values]] = {
    "string": {
        "integer": 5,
        "fraction": 1.5,
        "boolean": True,
        "array": ["text"],
        "empty-array": [],
        "object": {"text": 1},
    },
    "integer": {
        "digits": "1",
        "fraction": 1.5,
        "boolean": True,
        "array": [1],
        "object": {"cents": 1},
        "empty-text": "",
        "small-fraction": 1.0000000001,
        "thousands": "1,000",
        "currency": "$1",
    },
    "array": {
        "object": {},
        "index-object": {"0": {}},
        "text": "[]",
        "integer": 1,
        "fraction": 0.5,
        "boolean": False,
    },
    "object": {
        "fraction": 1.5,
        "array": [],
        "text": "{}",
        "integer": 1,
        "boolean": True,
        "pair-list": [["a", 1]],
    },
}

UUID_OUT: Final[Mapping[str, str]] = {
    "empty": "",
    "no-dashes": "d5e9c84fc2b24bf4b4b07ffd7a9ffc32",
    "braces": "{d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32}",
    "urn": "urn:uuid:d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
    "short": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc3",
    "long": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc321",
    "no-hex": "g5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
    "dash-moved": "d5e9c84fc-2b2-4bf4-b4b0-7ffd7a9ffc32",
    "underscores": "d5e9c84f_c2b2_4bf4_b4b0_7ffd7a9ffc32",
    "blank-before": " d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
    "blank-after": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32 ",
    "line-feed": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32\n",
    "nul": "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc3\0",
    "wide-digits": "ｄ5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc3２",
    "en-dashes": "d5e9c84f–c2b2–4bf4–b4b0–7ffd7a9ffc32",
    "base64": "1enIT8KyS/S0sH/9ep/8Mg==",
    "number": "283985674",
    "word": "not-a-uuid",
}

DATE_TIME_IN: Final[Mapping[str, str]] = {
    "utc": "2024-01-15T09:30:00Z",
    "zero-offset": "2024-01-15T09:30:00+00:00",
    "minus-zero": "2024-01-15T09:30:00-00:00",
    "plus-14": "2024-01-15T09:30:00+14:00",
    "minus-12": "2024-01-15T09:30:00-12:00",
    "half-hour": "2024-01-15T09:30:00+05:30",
    "quarter-hour": "2024-01-15T09:30:00+05:45",
    "widest-offset": "2024-01-15T09:30:00+23:59",
    "small-letters": "2024-01-15t09:30:00z",
    "blank": "2024-01-15 09:30:00Z",
    "tenths": "2024-01-15T09:30:00.5Z",
    "milliseconds": "2024-01-15T09:30:00.123Z",
    "microseconds": "2024-01-15T09:30:00.123456Z",
    "ticks": "2024-01-15T09:30:00.1234567Z",
    "nanoseconds": "2024-01-15T09:30:00.123456789Z",
    "zero-fraction": "2024-01-15T09:30:00.000Z",
    "leap-day": "2024-02-29T23:59:59Z",
    "last-second": "2024-12-31T23:59:59.999999Z",
    "midnight": "2024-01-01T00:00:00Z",
    "year-crossing": "2024-01-01T00:30:00+01:00",
    "before-1970": "1969-12-31T23:59:59Z",
    "after-2038": "2038-01-19T03:14:08Z",
    "year-1": "0001-01-01T00:00:00Z",
    "year-9999": "9999-12-31T23:59:59Z",
}
DATE_TIME_OUT: Final[Mapping[str, str]] = {
    "empty": "",
    "date": "2024-01-15",
    "no-seconds": "2024-01-15T09:30Z",
    "leap-second": "2016-12-31T23:59:60Z",
    "hour-24": "2024-01-15T24:00:00Z",
    "minute-60": "2024-01-15T09:60:00Z",
    "month-0": "2024-00-15T09:30:00Z",
    "month-13": "2024-13-15T09:30:00Z",
    "day-0": "2024-01-00T09:30:00Z",
    "april-31": "2024-04-31T09:30:00Z",
    "no-leap-day": "2023-02-29T09:30:00Z",
    "year-1900-leap": "1900-02-29T09:30:00Z",
    "year-0": "0000-01-01T00:00:00Z",
    "year-10000": "10000-01-01T00:00:00Z",
    "before-year-1": "0001-01-01T00:00:00+00:01",
    "after-year-9999": "9999-12-31T23:59:59-00:01",
    "offset-24": "2024-01-15T09:30:00+24:00",
    "offset-minutes": "2024-01-15T09:30:00+05:60",
    "offset-no-colon": "2024-01-15T09:30:00+0530",
    "offset-hours": "2024-01-15T09:30:00+05",
    "zone-name": "2024-01-15T09:30:00 UTC",
    "zone-region": "2024-01-15T09:30:00[Europe/Paris]",
    "basic-format": "20240115T093000Z",
    "week-date": "2024-W03-1T09:30:00Z",
    "ordinal-date": "2024-015T09:30:00Z",
    "short-parts": "2024-1-5T9:30:00Z",
    "slashes": "2024/01/15T09:30:00Z",
    "american": "01/15/2024 09:30 AM",
    "http-date": "Mon, 15 Jan 2024 09:30:00 GMT",
    "unix-seconds": "1705311000",
    "comma": "2024-01-15T09:30:00,5Z",
    "point-without-digits": "2024-01-15T09:30:00.Z",
    "two-blanks": "2024-01-15  09:30:00Z",
    "blank-before": " 2024-01-15T09:30:00Z",
    "line-feed": "2024-01-15T09:30:00Z\n",
    "wide-digits": "２０２４-01-15T09:30:00Z",
    "negative-year": "-2024-01-15T09:30:00Z",
    "word": "yesterday",
}
DATE_IN: Final[Mapping[str, str]] = {
    "usual": "2024-01-15",
    "leap-day": "2024-02-29",
    "century-leap-day": "2000-02-29",
    "first": "0001-01-01",
    "last": "9999-12-31",
    "future": "2099-12-31",
}
DATE_OUT: Final[Mapping[str, str]] = {
    "empty": "",
    "no-leap-day": "2023-02-29",
    "century-no-leap-day": "1900-02-29",
    "month-13": "2024-13-01",
    "month-0": "2024-00-01",
    "day-0": "2024-01-00",
    "day-32": "2024-01-32",
    "april-31": "2024-04-31",
    "year-0": "0000-01-01",
    "with-time": "2024-01-15T00:00:00Z",
    "basic-format": "20240115",
    "short-parts": "2024-1-5",
    "american": "01/15/2024",
    "two-digit-year": "24-01-15",
    "week-date": "2024-W03-1",
    "blank-after": "2024-01-15 ",
    "line-feed": "2024-01-15\n",
    "wide-digits": "２０２４-01-15",
    "word": "today",
}
TEXTS: Final[Mapping[str, str]] = {
    "empty": "",
    "one": "x",
    "blank": " ",
    "blank-ends": "  both ends  ",
    "no-break-space": "\u00a0no-break\u00a0",
    "seventeen": "seventeen letters",
    "255": "x" * 255,
    "256": "x" * 256,
    "long": "y" * 20_000,
    "lines": "one\ntwo\r\n\tthree",
    "nul": "before\0after",
    "control": "\u0001\u001f\u007f",
    "quotes": "\"double\" 'single' \\ back",
    "markup": "<b>&amp;</b><script>alert(1)</script>",
    "sql": "'; DROP TABLE refunds; --",
    "template": "${7*7} {7*7} %s %n",
    "accents": "café – naïve – Łódź",
    "han": "日本語の返金",
    "emoji": "\U0001f4b8",
    "emoji-joined": "\U0001f469\u200d\U0001f4bb",
    "combining": "e\u0301 is not \u00e9",
    "right-to-left": "\u05d4\u05d7\u05d6\u05e8 \u0627\u0644\u0645\u0628\u0644\u063a",
    "override": "\u202etxet desrever\u202c",
    "zero-width": "zero\u200bwidth\ufeff",
    "line-separator": "one\u2028two\u2029three",
    "non-character": "\uffff",
    "last-plane": "\U0010ffff",
    "digits": "0001",
    "null-word": "null",
    "true-word": "true",
}
AMOUNTS_IN: Final[Mapping[str, Any]] = {
    "one": 1,
    "two": 2,
    "most": INT32_MAX,
    "most-less": INT32_MAX - 1,
}
AMOUNTS_BELOW: Final[Mapping[str, Any]] = {
    "zero": 0,
    "minus-one": -1,
    "least-int32": -INT32_MAX - 1,
    "below-int32": -INT32_MAX - 2,
}
AMOUNTS_ABOVE: Final[Mapping[str, Any]] = {
    "int32": INT32_MAX + 1,
    "uint32": 2**32,
    "double": 2**53 + 1,
    "int64": 2**63,
    "uint64": 2**64,
    "googol": 10**100,
}
