"""The request bodies of create and update as tables of fields; which ids exist is not asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.model.problems import Problems
from contracts.model.values import (
    INT32_MAX,
    date_or_none,
    instant_or_none,
    integer_or_none,
    uuid_or_none,
)

Reader = Callable[[Any, str, Problems], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field's reader and whether it must be there; a null optional field counts as omitted."""

    read: Reader
    required: bool = False


Fields = Mapping[str, Field]


def read_object(value: Any, fields: Fields, at: str, problems: Problems) -> dict[str, Any]:
    """The known fields of an object as values; every problem met goes to `problems`."""
    if not isinstance(value, dict):
        problems.add("body-shape", at, value)
        return {}
    read = {}
    for name, item in value.items():
        known = fields.get(name)
        if known is None:
            problems.add("unknown-field", f"{at}/{name}", item)
        elif item is not None or known.required:
            read[name] = known.read(item, f"{at}/{name}", problems)
    for name, known in fields.items():
        if known.required and name not in value:
            problems.add("body-shape", f"{at}/{name}", None)
    return read


def _reader(read: Callable[[Any], Any]) -> Reader:
    """A reader of what `read` gives; None there is a wrong shape."""
    return lambda value, at, problems: problems.unless_none("body-shape", at, value, read(value))


REASONS = ("OVERCHARGED", "ENTERED_IN_ERROR", "TRANSFER")

_uuid = _reader(uuid_or_none)
_date = _reader(date_or_none)
_text = _reader(lambda value: value if isinstance(value, str) else None)
_reason = _reader(lambda value: value if isinstance(value, str) and value in REASONS else None)


def _date_time(value: Any, at: str, problems: Problems) -> str | None:
    found = problems.unless_none("body-shape", at, value, instant_or_none(value))
    if found is not None and not found[1]:
        problems.add("timestamp-offset", at, value)
    return value if found is not None else None


def _amount(value: Any, at: str, problems: Problems) -> int | None:
    amount = problems.unless_none("body-shape", at, value, integer_or_none(value))
    if amount is None:
        return None
    if not -INT32_MAX - 1 <= amount <= INT32_MAX:
        problems.add("amount-int32", at, value)
    if amount <= 0:
        problems.add("amount-positive", at, value)
    return amount


def _union(branches: Mapping[str, Fields]) -> Reader:
    tagged = {
        name: {"type": Field(_text, required=True), **fields} for name, fields in branches.items()
    }

    def read(value: Any, at: str, problems: Problems) -> dict[str, Any]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in tagged:
            problems.add("body-shape", f"{at}/type", kind)
            return {}
        return read_object(value, tagged[kind], at, problems)

    return read


def _change(reader: Reader) -> Field:
    return Field(_union({"set": {"value": Field(reader, required=True)}, "remove": {}}))


def _list_of(fields: Fields) -> Reader:
    def read(value: Any, at: str, problems: Problems) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            problems.add("body-shape", at, value)
            return []
        return [
            read_object(item, fields, f"{at}/{index}", problems) for index, item in enumerate(value)
        ]

    return read


_ID = Field(_uuid, required=True)
_NAME = Field(_text, required=True)

TARGETS: Mapping[str, Fields] = {
    "service_line_by_id": {"value": _ID},
    "claim_by_id": {"value": _ID},
    "claim_by_encounter_external_id": {"value": _NAME},
    "billing_provider_by_id": {"value": _ID},
    "appointment_by_id_and_patient_external_id": {
        "appointment_id": _NAME,
        "patient_external_id": _NAME,
    },
    "unattributed": {},
}
EARMARKS: Mapping[str, Fields] = {
    "date_of_service": {"value": Field(_date, required=True)},
    "external_encounter_id": {"value": _NAME},
}
ALLOCATION: Fields = {
    "amount_cents": Field(_amount, required=True),
    "target": Field(_union(TARGETS), required=True),
    "earmark": Field(_union(EARMARKS)),
}
CREATE: Fields = {
    "non_insurance_payer_id": _ID,
    "amount_cents": Field(_amount, required=True),
    "allocations": Field(_list_of(ALLOCATION), required=True),
    "invoice_id": Field(_uuid),
    "refund_timestamp": Field(_date_time),
    "refund_note": Field(_text),
    "check_number": Field(_text),
    "refund_reason": Field(_reason),
}
UPDATE: Fields = {
    "refund_timestamp": Field(_date_time),
    "refund_note": _change(_text),
    "refund_reason": _change(_reason),
    "invoice_id": _change(_uuid),
}
