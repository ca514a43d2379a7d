"""Expected answers with open places, and how a real answer is held against them; no operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.model.values import instant_or_none, integer_or_none, same_instant, uuid_or_none


@dataclass(frozen=True, slots=True)
class Open:
    """A value that the server chooses, such as an id: its kind, and how it is recognized."""

    kind: str
    recognize: Callable[[Any], object]

    def __repr__(self) -> str:
        return f"<any {self.kind}>"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant that may be written in any way."""

    text: str

    def __repr__(self) -> str:
        return f"<instant {self.text}>"


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A member that may be missing; where it is there it matches."""

    expected: Any

    def __repr__(self) -> str:
        return f"<perhaps {repr(self.expected).strip('<>')}>"


class Absent:
    """A member that is not there."""

    def __repr__(self) -> str:
        return "<absent>"

    def __reduce__(self) -> str:
        """Stay the one object in another process."""
        return "ABSENT"


ABSENT = Absent()
ANY_UUID = Open("uuid", uuid_or_none)
ANY_INSTANT = Open("date-time", instant_or_none)
ANY_CENTS = Open("integer", integer_or_none)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an answer differs: the path in it, what was expected, what was received."""

    at: str
    expected: Any
    received: Any

    def __str__(self) -> str:
        return f"{self.at or '/'}: expected {self.expected!r}, received {self.received!r}"


def difference(expected: Any, received: Any, at: str = "") -> Difference | None:
    """The first place where a received value is not what was expected, or None.

    An object may hold more members than expected, as adding response fields breaks nobody.
    """
    if expected == received and type(expected) is type(received):
        return None
    if isinstance(expected, Mapping):
        return _object_difference(expected, received, at)
    if isinstance(expected, list | tuple):
        return _list_difference(expected, received, at)
    if _fits(expected, received, at):
        return None
    if isinstance(expected, Perhaps):
        return difference(expected.expected, received, at)
    return Difference(at, expected, received)


def _fits(expected: Any, received: Any, at: str) -> bool:
    if isinstance(expected, Open):
        return received is not None and expected.recognize(received) is not None
    if isinstance(expected, Moment):
        return same_instant(expected.text, received)
    if isinstance(expected, str) and at.endswith(INSTANTS):
        return same_instant(expected, received)
    if isinstance(expected, bool) or not isinstance(expected, int):
        return False
    return not isinstance(received, bool) and bool(expected == received)


INSTANTS = ("/refund_timestamp", "/allocated_on")


def _object_difference(expected: Mapping[str, Any], received: Any, at: str) -> Difference | None:
    if not isinstance(received, dict):
        return Difference(at, dict(expected), received)
    for key, item in expected.items():
        place = f"{at}/{key}"
        if key not in received:
            if isinstance(item, Absent | Perhaps):
                continue
            return Difference(place, item, ABSENT)
        if item is ABSENT:
            return Difference(place, ABSENT, received[key])
        found = difference(item, received[key], place)
        if found is not None:
            return found
    return None


def _list_difference(expected: Any, received: Any, at: str) -> Difference | None:
    if not isinstance(received, list) or len(expected) != len(received):
        return Difference(at, list(expected), received)
    pairs = enumerate(zip(expected, received, strict=True))
    found = (difference(item, other, f"{at}/{index}") for index, (item, other) in pairs)
    return next(filter(None, found), None)
