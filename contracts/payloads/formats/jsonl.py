"""Records as JSON Lines: one record a line, of the published schema."""

import json
from collections.abc import Sequence

from contracts.payloads.record import Record

_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def render(records: Sequence[Record]) -> str:
    """One record a line."""
    return "".join(f"{_encoded(record.to_json())}\n" for record in records)


def _encoded(value: object) -> str:
    """Compact JSON on one line, by any reading of lines; what no UTF-8 can hold is escaped."""
    text = _ENCODER.encode(value).translate(_LINE_ENDS)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text
