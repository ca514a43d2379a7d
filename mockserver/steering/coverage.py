"""Which parts of the contract calls have met, kept as the bits of one number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from mockserver.state.journal import Entry
from mockserver.steering.contract import Contract
from mockserver.steering.schemas import Member

__all__ = ["Coverage", "as_markdown", "as_text"]

Report = Mapping[str, Any]
PARTS = ("statuses", "rules", "members")


class Item(NamedTuple):
    """One thing that a client can meet: a status with its error, a rule, a member of a union."""

    operation: str
    part: str
    name: str


class Marks(NamedTuple):
    """The bits of one operation: by status with what the answer then holds, by rule, by member."""

    outcomes: dict[int, list[tuple[bytes, int]]]
    rules: dict[str, int]
    members: dict[Member, int]
    all_members: int


class Coverage:
    """Counts calls against the contract.

    A call costs a few look-ups: its body is decoded only while it may hold a member that was not
    met before. What was met is a number, so it never grows, however many calls there are.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Everything that can be met; the place of an item is its bit."""
        return tuple(self._listed())

    def _listed(self) -> Iterator[Item]:
        for operation, facts in self._contract.operations.items():
            for status, error in facts.outcomes:
                yield Item(operation, "statuses", f"{status} {error}".strip())
            for rule in facts.rules:
                yield Item(operation, "rules", rule)
            for member in facts.members:
                yield Item(operation, "members", ".".join(member))

    @cached_property
    def _marks(self) -> dict[str | None, Marks]:
        bits = {item: 1 << place for place, item in enumerate(self.items)}
        found = dict[str | None, Marks]()
        for operation, facts in self._contract.operations.items():
            outcomes = dict[int, list[tuple[bytes, int]]]()
            for status, error in facts.outcomes:
                bit = bits[Item(operation, "statuses", f"{status} {error}".strip())]
                mark = f'"{error}"'.encode() if error else b""
                outcomes.setdefault(status, []).append((mark, bit))
            rules = {rule: bits[Item(operation, "rules", rule)] for rule in facts.rules}
            members = {m: bits[Item(operation, "members", ".".join(m))] for m in facts.members}
            found[operation] = Marks(outcomes, rules, members, sum(members.values()))
        return found

    def met(self, entry: Entry, before: int) -> int:
        """The bits that a call meets, of members only those that are not among `before`."""
        marks = self._marks.get(entry.operation)
        if marks is None:
            return 0
        met, answer = 0, entry.answer
        for mark, bit in marks.outcomes.get(entry.status, ()):
            if mark in answer if mark else entry.lost is None:
                met |= bit
        for rule in entry.rules:
            met |= marks.rules.get(rule, 0)
        if entry.body and marks.all_members & ~before:
            met |= self._members(entry, marks.members, before)
        return met

    def _members(self, entry: Entry, members: Mapping[Member, int], before: int) -> int:
        body, operation = entry.body, entry.operation
        is_coded = body[:1] not in b"{ \t\r\n"
        for member, bit in members.items():
            if not bit & before and (is_coded or f'"{member.kind}"'.encode() in body):
                assert operation is not None
                return sum(members[m] for m in self._contract.members(operation, entry))
        return 0

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
