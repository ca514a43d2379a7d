"""The faults of one world: in order, each with its conditions, its id and its hits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from mockserver.state.clock import Clock, later

__all__ = ["NOTHING", "Fault", "FaultSpec", "Faults", "Seen", "pointed"]

MOST_FAULTS = 10_000
"""The most faults of a world."""


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()
"""Stands for a value that is not there, or that no condition asks for."""


class Seen(NamedTuple):
    """What a fault looks at of one call; `body` is None where no fault asks for it."""

    operation: str | None
    method: str
    path: str
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FaultSpec:
    """When a fault acts, and what it does; all conditions must hold.

    `effect` belongs to the layer that acts: state keeps it and does not look inside. `document` is
    the fault as it was written.
    """

    effect: Any
    document: dict[str, Any]
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    header: tuple[bytes, bytes | None] | None = None
    pointer: tuple[str, ...] | None = None
    value: object = NOTHING
    first: int | None = None
    nth: int | None = None
    every: int | None = None
    probability: float | None = None
    seed: int = 0
    for_seconds: float | None = None
    order: int = 0

    def concerns(self, operation: str | None) -> bool:
        """Whether calls of this operation, or of none, may match."""
        return self.operation is None or (
            operation is not None and fnmatchcase(operation, self.operation)
        )

    def meets(self, method: str, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        """Whether the method and the headers of a call are as they must be."""
        if self.method is not None and self.method != method:
            return False
        if self.header is None:
            return True
        name, value = self.header
        for key, sent in headers:  # noqa: SIM110 – every call comes by here, any() takes twice as long
            if key == name and (value is None or sent == value):
                return True
        return False

    def matches(self, seen: Seen) -> bool:
        """Whether a call of such an operation meets every condition but the count and the time."""
        return (
            self.meets(seen.method, seen.headers)
            and (self.path is None or fnmatchcase(seen.path, self.path))
            and (self.pointer is None or self._is_pointed(seen.body))
        )

    def fires(self, count: int) -> bool:
        """Whether the matching call of this number, from 1, is one that the fault acts on."""
        if self.first is not None and count > self.first:
            return False
        if self.nth is not None and count != self.nth:
            return False
        if self.every is not None and count % self.every:
            return False
        return self.probability is None or drawn(self.seed, count) < self.probability

    def _is_pointed(self, body: bytes | None) -> bool:
        assert self.pointer is not None
        found = pointed(_decoded(body or b""), self.pointer)
        wanted = self.value
        if found is NOTHING or wanted is NOTHING:
            return found is not NOTHING
        return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


@dataclass(slots=True)
class Fault:
    """A fault that is set: `seen` counts the calls that matched, `hits` those it acted on.

    From the instant `until` on, by the clock of its world, it matches no call.
    """

    id: str
    spec: FaultSpec
    until: datetime | None = None
    seen: int = 0
    hits: int = 0

    def begin(self, now: datetime) -> None:
        """Count from 0, and time from now."""
        self.seen = self.hits = 0
        if self.spec.for_seconds is not None:
            self.until = later(now, self.spec.for_seconds)


@dataclass(slots=True)
class Faults:
    """All faults of a world, by `order` and then as they were set.

    Of those that would act on a call, the first does.
    """

    faults: dict[str, Fault] = field(default_factory=dict)
    drawn: int = 0
    _by_operation: dict[str | None, tuple[Fault, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(sorted(self.faults.values(), key=lambda fault: fault.spec.order))

    def add(self, spec: FaultSpec, now: datetime) -> Fault:
        """Set a fault."""
        self.drawn += 1
        fault = self.faults[f"f{self.drawn}"] = Fault(f"f{self.drawn}", spec)
        fault.begin(now)
        self._by_operation.clear()
        return fault

    def remove(self, fault_id: str) -> None:
        """Clear one fault."""
        del self.faults[fault_id]
        self._by_operation.clear()

    def clear(self) -> None:
        """Clear all; ids are not given again."""
        self.faults.clear()
        self._by_operation.clear()

    def concerning(self, operation: str | None) -> tuple[Fault, ...]:
        """The faults that calls of an operation may match, in order."""
        found = self._by_operation.get(operation)
        if found is None:
            found = tuple(fault for fault in self if fault.spec.concerns(operation))
            self._by_operation[operation] = found
        return found

    def reads_body(self, operation: str | None) -> bool:
        """Whether a fault that concerns the operation looks at the body."""
        return any(fault.spec.pointer is not None for fault in self.concerning(operation))

    def acting(self, seen: Seen, clock: Clock) -> Fault | None:
        """Count a call in every fault that it matches, and answer the one that acts on it."""
        acting = None
        for fault in self.concerning(seen.operation):
            is_over = fault.until is not None and clock() >= fault.until
            if not is_over and fault.spec.matches(seen):
                fault.seen += 1
                if acting is None and fault.spec.fires(fault.seen):
                    acting = fault
                    fault.hits += 1
        return acting


@lru_cache(1)
def _decoded(body: bytes) -> Any:
    """What a body holds, read once for all the faults that look at it; NOTHING if it is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return NOTHING


def drawn(seed: int, count: int) -> float:
    """A number from 0 up to 1 that depends on the seed and the count alone."""
    return Random(f"{seed}/{count}").random()


def pointed(document: object, pointer: tuple[str, ...]) -> object:
    """What a JSON pointer, in parts, leads to; NOTHING where there is no such place."""
    for part in pointer:
        if isinstance(document, dict):
            document = document.get(part, NOTHING)
        elif isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        else:
            return NOTHING
    return document
