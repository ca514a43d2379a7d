"""Records as a table (CSV, RFC 4180), one a row, for spreadsheets and test plans."""

import csv
import io
import json
from base64 import b64encode
from collections.abc import Sequence

from contracts.payloads.record import Record, Sent

COLUMNS = (
    "id",
    "operation",
    "class",
    "why",
    "bends",
    "method",
    "path",
    "query",
    "headers",
    "body",
    "body_base64",
    "authorized",
    "framing",
    "setup",
    "profile",
    "statuses",
    "errorNames",
    "effects",
    "evidence",
    "seed",
)


NO_ANSWER_WORD = "none"
"""In the place of a status, where no answer may come."""

_LARGEST_CELL = 32_767
"""The most characters that the common spreadsheets take into a cell."""


def cannot(record: Record) -> str | None:
    """Why a table cannot hold a record, or None."""
    largest = max(len(str(value)) for value in _row(record).values())
    return "a cell takes 32,767 characters at most" if largest > _LARGEST_CELL else None


def render(records: Sequence[Record]) -> str:
    """The table with its head."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_row(record) for record in records)
    return text.getvalue()


def _row(record: Record) -> dict[str, object]:
    steps = [step.to_json() for step in record.setup]
    names = dict.fromkeys(answer.error_name or "" for answer in record.answers)
    return {
        "id": record.id,
        "operation": record.operation,
        "class": record.kind,
        "why": record.why,
        "bends": "; ".join(_bent(record)),
        **_request(record.request),
        "setup": json.dumps(steps, ensure_ascii=False) if steps else "",
        "profile": record.profile,
        "statuses": "|".join(str(status or NO_ANSWER_WORD) for status in record.statuses),
        "errorNames": "|".join(names),
        "effects": "|".join(dict.fromkeys(answer.effect for answer in record.answers)),
        "evidence": record.evidence,
        "seed": record.seed,
    }


def _bent(record: Record) -> list[str]:
    found = []
    for site in record.bends:
        word = f"{site.keyword} {site.side}" if site.keyword else site.rule or site.law
        found.append(f"{site.pointer or '/'} {word}")
    return found


def _request(sent: Sent) -> dict[str, object]:
    written = sent.to_json()
    body = written.get("body", "")
    if not all(sign.isprintable() or sign in "\t\r\n" for sign in body):
        # A cell with control characters is lost on many a reader.
        written["body_base64"], body = b64encode(sent.body or b"").decode(), ""
    return {
        "method": sent.method,
        "path": sent.path,
        "query": sent.query,
        "headers": json.dumps(written["headers"]) if sent.headers else "",
        "body": body,
        "body_base64": written.get("body_base64", ""),
        "authorized": str(sent.authorized).lower(),
        "framing": sent.framing,
    }
