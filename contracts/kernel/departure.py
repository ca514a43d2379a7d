"""How an exchange departs from the model: the cause that broken laws share."""

import re
from dataclasses import dataclass
from typing import Any

from contracts.model.changes import Change
from contracts.model.match import ABSENT

_TEXTS = frozenset(
    {"trimmed", "blanks", "cut", "zeros", "case", "normalised", "padded", "text", "shifted", "id"}
)
_ITEMS = re.compile(r"^/items/\*(?=/|$)")


@dataclass(frozen=True, slots=True)
class Departure:
    """How one exchange departs from what the model allows.

    Attributes:
        exchange: its index in the sequence of the breach, or None where that is empty.
        operation: as the model names it, or the method for another.
        at: `status`, or the JSON pointer in the answer, an index of a row being `*`.
        change: the kind of change.
        expected: what was due there: for a status the outcomes, else the value, or the ids of rows.
        received: what came there.
        place: the JSON pointer with its indexes.
        is_own: whether only the law sees it, as the model allows each answer.
        is_stale: whether an update answers the refund as it was before.
    """

    exchange: int | None
    operation: str
    at: str
    change: Change
    expected: Any
    received: Any
    place: str = ""
    is_own: bool = False
    is_stale: bool = False

    @property
    def field(self) -> str:
        """The pointer within one refund, wherever in an answer that refund is."""
        return _ITEMS.sub("", self.at).removeprefix("/")

    @property
    def cause(self) -> tuple[Any, ...]:
        """What departures with one likely cause have in common."""
        kind = self.change.kind
        if self.is_own:
            return ("refusal",) if kind == "form" else ("own", self.operation, self.at)
        if kind in {"deleted", "lost", "no answer"}:
            return (kind,)
        if self.at == "status":
            return kind, self.received, *self._tried()
        if self.operation == "get_multi" and self.at == "/items":
            return "rows", "order" if kind == "window" else kind
        return "body", self.field, "text" if kind in _TEXTS else kind

    def _tried(self) -> tuple[Any, ...]:
        """What tells causes of one wrong status apart: nothing for a failure or a caller."""
        if self.change.kind == "status" and self.received < 500:
            return self.operation, *self.change.by
        return (self.operation,) * (self.change.kind == "spelled" and self.received < 300)


def value_at(value: Any, steps: list[str]) -> Any:
    """The value at the steps of a JSON pointer, or `ABSENT`."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step, ABSENT)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value
