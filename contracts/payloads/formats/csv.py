"""Records as a table (CSV, RFC 4180), one a row, for spreadsheets and test plans.

It begins with a byte order mark, by which spreadsheets know UTF-8. No cell begins with what a
spreadsheet takes for a formula: such a cell, and one that begins with `'`, gets a `'` in front.
"""

import csv
import io
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence

from contracts.payloads.record import Record, Sent, Site

_FORMULA = ("=", "+", "-", "@", "'", "\t", "\r", "\n")
_NO_ANSWER = "none"
"""In the place of a status, where no answer may come."""

_LARGEST_CELL = 32_767
"""The most characters that the common spreadsheets take into a cell."""


def cannot(record: Record) -> str | None:
    """Why a table cannot hold a record, or None."""
    largest = max(len(str(cell)) for cell in _row(record))
    return "a cell takes 32,767 characters at most" if largest > _LARGEST_CELL else None


def render(records: Sequence[Record]) -> str:
    """The table with its head."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    csv.writer(text).writerows([list(_COLUMNS), *map(_row, records)])
    return text.getvalue()


def _row(record: Record) -> list[object]:
    return [_plain(cell(record)) for cell in _COLUMNS.values()]


def _plain(cell: object) -> object:
    formula = isinstance(cell, str) and cell.startswith(_FORMULA)
    return f"'{cell}" if formula else cell


def _bent(site: Site) -> str:
    word = f"{site.keyword} {site.side}" if site.keyword else site.rule or site.law
    return f"{site.pointer or '/'} {word}"


def _steps(record: Record) -> str:
    steps = [step.to_json() for step in record.setup]
    return json.dumps(steps, ensure_ascii=False) if steps else ""


def _body(sent: Sent) -> tuple[str, str]:
    """The body as text and in Base64, of which one is empty."""
    written = sent.to_json()
    text = written.get("body", "")
    plain = all(sign.isprintable() or sign in "\t\r\n" for sign in text)
    if plain and not text.startswith(("\t", "\r", "\n")):
        return text, written.get("body_base64", "")
    # Many a reader loses control characters, and takes what stands behind a tab for a formula.
    return "", b64encode(sent.body or b"").decode()


def _joined(words: Sequence[object]) -> str:
    return "|".join(map(str, dict.fromkeys(words)))


_COLUMNS: Mapping[str, Callable[[Record], object]] = {
    "id": lambda record: record.id,
    "operation": lambda record: record.operation,
    "class": lambda record: record.kind,
    "why": lambda record: record.why,
    "writes": lambda record: record.writes,
    "risk": lambda record: record.risk,
    "bends": lambda record: "; ".join(map(_bent, record.bends)),
    "method": lambda record: record.request.method,
    "path": lambda record: record.request.path,
    "query": lambda record: record.request.query,
    "headers": lambda record: json.dumps(record.request.headers) if record.request.headers else "",
    "body": lambda record: _body(record.request)[0],
    "body_base64": lambda record: _body(record.request)[1],
    "authorized": lambda record: str(record.request.authorized).lower(),
    "framing": lambda record: record.request.framing,
    "setup": _steps,
    "profile": lambda record: record.profile,
    "statuses": lambda record: _joined([status or _NO_ANSWER for status in record.statuses]),
    "errorNames": lambda record: _joined([answer.error_name or "" for answer in record.answers]),
    "effects": lambda record: _joined([answer.effect for answer in record.answers]),
    "evidence": lambda record: record.evidence,
    "seed": lambda record: record.seed,
}
