"""The values that generators and scripts draw from, near every edge; no drawing here."""

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
BOUNDARY_AMOUNTS: Final = (1, 2, 2**31 - 1)
SMALL_AMOUNTS: Final = (1, 2, 3, 99, 100, 101)
BAD_AMOUNTS: Final = (0, -1, 2**31, 2**53 + 1, -(2**31) - 1)
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
