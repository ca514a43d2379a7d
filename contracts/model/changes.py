"""What kind of change leads from an expected value to the one received; the words are elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from contracts.model.match import (
    ABSENT,
    ANY_CENTS,
    ANY_INSTANT,
    ANY_UUID,
    Absent,
    Moment,
    Open,
    Perhaps,
    difference,
)
from contracts.model.values import instant_or_none, uuid_or_none


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change, with what measures it.

    Attributes:
        kind: such as `missing`, `cut` or `order`; `contracts.reports.words` has all of them.
        by: numbers and names that go into its sentence; never a value of an answer.
    """

    kind: str
    by: tuple[Any, ...] = ()


def change_of(expected: Any, received: Any) -> Change:
    """The change between two values that are not alike."""
    if received is ABSENT:
        return Change("missing")
    if isinstance(expected, Absent):
        return Change("null" if received is None else "extra")
    if isinstance(expected, Perhaps):
        return change_of(expected.expected, received)
    due, came = _type(expected), _type(received)
    return (
        _VALUES.get(due, _of_values)(expected, received)
        if due == came
        else Change("type", (came, due))
    )


def _of_values(_due: Any, _came: Any) -> Change:
    return Change("value")


def _of_texts(due: Any, came: str) -> Change:
    text = due.text if isinstance(due, Moment) else due
    return _text_change(text, came) if isinstance(text, str) else Change("value")


def _of_numbers(due: Any, came: Any) -> Change:
    if not isinstance(due, int) or not isinstance(came, int):
        return Change("value")
    return Change("off", (came - due, _factor(due, came)))


_TYPES = {str: "text", dict: "object", list: "list", tuple: "list", bool: "boolean", bytes: "bytes"}
_OPEN = {ANY_UUID.kind: "text", ANY_INSTANT.kind: "text", ANY_CENTS.kind: "number"}


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, Moment):
        return "text"
    if isinstance(value, Open):
        return _OPEN.get(value.kind, value.kind)
    return _TYPES.get(type(value), "number")


def _factor(expected: int, received: int) -> int:
    """By how much a number was multiplied, negative where it was divided; 0 for neither."""
    if expected and received and abs(received) > abs(expected):
        return received // expected if received % expected == 0 else 0
    if expected and received and expected % received == 0:
        return -(expected // received)
    return 0


def _text_change(due: str, came: str) -> Change:
    """The first kind that fits, the most special first."""
    one, other = instant_or_none(due), instant_or_none(came)
    if one is not None and other is not None:
        return Change("shifted", (float(other[0] - one[0]), other[1]))
    pairs = enumerate(zip(due, came, strict=False))
    first = next((at for at, (a, b) in pairs if a != b), min(len(due), len(came)))
    start = came.find(due) if due else -1
    forms = (form for form in ("NFC", "NFD", "NFKC", "NFKD") if came == normalize(form, due))
    form = next(forms, "")
    kinds: tuple[tuple[object, str, tuple[Any, ...]], ...] = (
        (uuid_or_none(due) and uuid_or_none(came), "id", ()),
        (came == due.strip(), "trimmed", (due[:1].isspace(), due[-1:].isspace())),
        (came == " ".join(due.split()), "blanks", ()),
        (came and due.startswith(came), "cut", (len(came), len(due))),
        (came.isdecimal() and came == due.lstrip("0"), "zeros", (len(due) - len(came),)),
        (came.casefold() == due.casefold(), "case", (came.islower(), came.isupper())),
        (form, "normalised", (form,)),
        (start >= 0, "padded", (start, len(came) - len(due) - start)),
    )
    fitting = (Change(kind, by) for fits, kind, by in kinds if fits)
    return next(fitting, Change("text", (first + 1, len(due), len(came))))


def list_change(due: Sequence[Any], came: Sequence[Any]) -> Change:
    """The change between two lists, whose items match as `difference` says.

    `by` holds how many items changed, how many were due, and how many came.
    """
    left = list(came)
    missing = 0
    for item in due:
        found = next((at for at, one in enumerate(left) if difference(item, one) is None), None)
        if found is None:
            missing += 1
        else:
            del left[found]
    counts = (len(due), len(came))
    if not missing and not left:
        return Change("order", (len(due), *counts))
    if not missing:
        again = all(any(difference(item, one) is None for item in due) for one in left)
        return Change("repeated" if again else "added", (len(left), *counts))
    return Change("dropped", (missing, *counts)) if not left else Change("rows", (missing, *counts))


_VALUES: Mapping[str, Callable[[Any, Any], Change]] = {
    "text": _of_texts,
    "number": _of_numbers,
    "list": list_change,
}
