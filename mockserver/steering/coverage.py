"""Which parts of the contract calls have met, kept as the bits of one number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakSet

from mockserver.state.journal import Headers, Journal
from mockserver.steering.contract import Contract
from mockserver.steering.schemas import Member

__all__ = ["Coverage", "as_markdown", "as_text"]

Report = Mapping[str, Any]
_MOST_RULES = 2
"""How many rules a call may have broken to be known again: their combinations are many."""

_MOST_WAITING = 64
_MOST_WAITING_BYTES = 2**20
_JSON_STARTS = b"{ \t\r\n"
"""The first byte of a body that has no content coding."""

PARTS = ("statuses", "rules", "members")


class Item(NamedTuple):
    """One thing that a client can meet: a status with its error, a rule, a member of a union."""

    operation: str
    part: str
    name: str


class Marks(NamedTuple):
    """The bits of one operation, by status, rule and member.

    Bytes beside a bit are in the answer that meets a status, or in the body that has a member.
    """

    outcomes: dict[int, list[tuple[bytes, int]]]
    rules: dict[str, int]
    members: dict[Member, int]
    quoted: tuple[tuple[bytes, int], ...]
    all_members: int


class Coverage:
    """Counts calls against the contract, in each journal and in all together.

    Bodies wait until there are some, and are then searched as one for members that were not met
    before; only those that have one are decoded. What was met is a number, so it never grows,
    however many calls there are.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._waiting = defaultdict[tuple[Journal, str], list[tuple[Headers, bytes]]](list)
        self._waiting_calls = 0
        self._waiting_bytes = 0
        self._met = 0
        self._journals = WeakSet[Journal]()
        """Those that know outcomes which have nothing to add."""

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Everything that can be met; the place of an item is its bit."""
        return tuple(self._listed())

    def _listed(self) -> Iterator[Item]:
        for operation, facts in self._contract.operations.items():
            for status, error in facts.outcomes:
                yield Item(operation, "statuses", _label(status, error))
            for rule in facts.rules:
                yield Item(operation, "rules", rule)
            for member in facts.members:
                yield Item(operation, "members", ".".join(member))

    @cached_property
    def _marks(self) -> dict[str, Marks]:
        bits = {item: 1 << place for place, item in enumerate(self.items)}
        found = dict[str, Marks]()
        for operation, facts in self._contract.operations.items():
            outcomes = dict[int, list[tuple[bytes, int]]]()
            for status, error in facts.outcomes:
                bit = bits[Item(operation, "statuses", _label(status, error))]
                mark = f'"{error}"'.encode() if error else b""
                outcomes.setdefault(status, []).append((mark, bit))
            rules = {rule: bits[Item(operation, "rules", rule)] for rule in facts.rules}
            members = {m: bits[Item(operation, "members", ".".join(m))] for m in facts.members}
            quoted = tuple((f'"{m.kind}"'.encode(), bit) for m, bit in members.items())
            found[operation] = Marks(outcomes, rules, members, quoted, sum(members.values()))
        return found

    def count(
        self, journal: Journal, operation: str, status: int, answer: bytes, rules: tuple[str, ...]
    ) -> None:
        """Count how a call ended: the status that went out, 0 for none, the body of an error, and
        the rules that it broke, by their ids.
        """
        self._meet(journal, self._bits(operation, status, answer, rules))
        if (rules or not answer) and len(rules) <= _MOST_RULES:
            # who broke a rule gets the error of that rule
            journal.known.add((operation, status, rules))
            self._journals.add(journal)

    def look_into(self, journal: Journal, operation: str, headers: Headers, body: bytes) -> None:
        """Count the members in the body of a call, soon."""
        self._waiting[journal, operation].append((headers, body))
        self._waiting_calls += 1
        self._waiting_bytes += len(body)
        if self._waiting_calls >= _MOST_WAITING or self._waiting_bytes > _MOST_WAITING_BYTES:
            self._look()

    def _look(self) -> None:
        for (journal, operation), bodies in self._waiting.items():
            self._read_bodies(journal, operation, bodies)
        self._waiting.clear()
        self._waiting_calls = self._waiting_bytes = 0

    def _bits(self, operation: str, status: int, answer: bytes, rules: Iterable[str]) -> int:
        """The bits of a status, with the error that its answer names, and of rules."""
        marks, met = self._marks[operation], 0
        for mark, bit in marks.outcomes.get(status, ()):
            if mark in answer:
                met |= bit
        for rule in rules:
            met |= marks.rules.get(rule, 0)
        return met

    def _meet(self, journal: Journal, met: int) -> None:
        journal.met |= met
        self._met |= met

    def _left(self, journal: Journal, operation: str) -> int:
        """The members of an operation that its journal, or all together, did not meet."""
        return self._marks[operation].all_members & ~(journal.met & self._met)

    def _read_bodies(
        self, journal: Journal, operation: str, sent: Sequence[tuple[Headers, bytes]]
    ) -> None:
        """Look for members that were not met in the bodies of an operation."""
        marks, left = self._marks[operation], self._left(journal, operation)
        whole = b"\n".join([body for _, body in sent]) if left else b""
        there = [(mark, bit) for mark, bit in marks.quoted if left & bit and mark in whole]
        for headers, body in sent if left else ():
            if body[0] not in _JSON_STARTS or (
                there and any(left & bit and mark in body for mark, bit in there)
            ):
                members = self._contract.members(operation, headers, body)
                self._meet(journal, sum(marks.members[member] for member in members))
                left = self._left(journal, operation)

    def met(self, journal: Journal | None = None) -> int:
        """What the calls of a journal met, or all calls."""
        self._look()
        return self._met if journal is None else journal.met

    def forget(self, journal: Journal | None = None) -> None:
        """Count a journal, or all together, from nothing."""
        self._look()
        if journal is None:
            self._met = 0
        else:
            journal.met = 0
        for each in self._journals if journal is None else (journal,):
            each.known.clear()

    def report(self, met: int, off: Collection[str] = ()) -> dict[str, Any]:
        """What was met and what was not, by operation; rules that are `off` do not count."""
        operations = dict[str, dict[str, Any]]()
        for place, item in enumerate(self.items):
            row = operations.setdefault(item.operation, _row(item.operation))
            if item.part == "rules" and item.name in off:
                row["rules"]["off"].append(item.name)
                continue
            is_met = bool(met >> place & 1)
            row[item.part]["met" if is_met else "not_met"].append(item.name)
            row["of"] += 1
            row["met"] += is_met
        rows = list(operations.values())
        counted, whole = (sum(row[name] for row in rows) for name in ("met", "of"))
        percent = 1_000 * counted // whole / 10
        return {"percent": percent, "met": counted, "of": whole, "operations": rows}


def _label(status: int, error: str) -> str:
    return f"{status} {error}".rstrip()


def _row(operation: str) -> dict[str, Any]:
    parts: dict[str, Any] = {part: {"met": [], "not_met": []} for part in PARTS}
    parts["rules"]["off"] = []
    return {"operation": operation, "met": 0, "of": 0, **parts}


def as_text(report: Report) -> str:
    """A line for each operation, then one for each of its parts that was not met whole."""
    lines = [f"{report['met']} of {report['of']} met: {report['percent']} %"]
    for row in report["operations"]:
        lines.append(f"{row['operation']}: {row['met']} of {row['of']}")
        lines += (
            f"  {part} not met: {', '.join(row[part]['not_met'])}"
            for part in PARTS
            if row[part]["not_met"]
        )
    return "\n".join(lines) + "\n"


def as_markdown(report: Report) -> str:
    """A heading and a table, for the summary of a job."""
    lines = [
        f"### Coverage of the contract: {report['percent']} % ({report['met']} of {report['of']})",
        "",
        "| operation | met | statuses not met | rules not met | members not met |",
        "|---|---|---|---|---|",
    ]
    for row in report["operations"]:
        cells = [", ".join(f"`{name}`" for name in row[part]["not_met"]) for part in PARTS]
        told = " | ".join((f"`{row['operation']}`", f"{row['met']} of {row['of']}", *cells))
        lines.append(f"| {told} |")
    return "\n".join(lines) + "\n"
