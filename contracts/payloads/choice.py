"""Which payloads to take, by the terms of a test plan; nothing is made."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from contracts.payloads.record import Record


@dataclass(frozen=True, slots=True)
class Choice:
    """Which payloads to take; an empty filter lets all through, and all filters hold at once.

    Attributes:
        operations: names of operations.
        kinds: classes.
        rules: ids of rules that are probed, or behind a right refusal.
        count: how many; None for all. More than there are is filled up by drawn mixtures of
            mutations, less is a sample spread over operations and classes.
        fields: JSON pointers, which take what lies within them as well, or names of fields, of
            parameters or of headers, wherever they are.
        statuses: of right answers; None among them is no answer.
        safe: only payloads that read, so that no server writes for them.
    """

    operations: Collection[str] = ()
    kinds: Collection[str] = ()
    rules: Collection[str] = ()
    count: int | None = None
    fields: Collection[str] = ()
    statuses: Collection[int | None] = ()
    safe: bool = False

    def __str__(self) -> str:
        """The filters as options, such as `--operation token --rule payer-exists`."""
        chosen = {
            "operation": self.operations,
            "class": self.kinds,
            "rule": self.rules,
            "field": self.fields,
            "status": [status or "none" for status in self.statuses],
        }
        words = [f"--{name} {value}" for name, values in chosen.items() for value in values]
        return " ".join([*words, *(["--safe"] if self.safe else [])]) or "what was asked for"

    def asks_for(self, operation: str) -> bool:
        """Whether payloads of an operation are to be taken."""
        return not self.operations or operation in self.operations

    def takes(self, record: Record) -> bool:
        """Whether the filters let a record through."""
        return (
            self.asks_for(record.operation)
            and (not self.kinds or record.kind in self.kinds)
            and (not self.rules or not set(self.rules).isdisjoint(record.rules))
            and (not self.statuses or not set(self.statuses).isdisjoint(record.statuses))
            and (record.is_safe or not self.safe)
            and (not self.fields or any(_is_of(record, field) for field in self.fields))
        )


def field_names(records: Iterable[Record]) -> list[str]:
    """Every pointer and every name that `fields` may hold for some records, sorted."""
    found: set[str] = set()
    for pointer in {site.pointer for record in records for site in record.bends}:
        found.update(_names(pointer))
        if pointer.startswith("/"):
            found.add(pointer)
    return sorted(found)


def _is_of(record: Record, field: str) -> bool:
    pointers = (site.pointer for site in record.bends)
    if field.startswith("/"):
        return any(f"{pointer}/".startswith(f"{field.rstrip('/')}/") for pointer in pointers)
    return any(field.lower() in map(str.lower, _names(pointer)) for pointer in pointers)


def _names(pointer: str) -> Iterator[str]:
    """The names in a pointer; that of a parameter without its sign."""
    yield from (name for name in pointer.strip("?{}").split("/") if name and not name.isdigit())
