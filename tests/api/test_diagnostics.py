"""The diagnostic headers of an answer stay within 2 KiB together, and count what they leave out."""

from __future__ import annotations

import pytest

from tests.api.conftest import Make
from tests.client import Answer, Client
from tests.organization import part, target, uuid

LONG = "x" * 400


def diagnostics(answer: Answer) -> list[tuple[str, str]]:
    """The headers that tell of rules, in order."""
    names = ("mock-refusal", "mock-warning")
    return [(name, line) for name in names for line in answer.all(name)]


def size(answer: Answer) -> int:
    """Their bytes on the wire."""
    return sum(len(f"{name}: {line}\r\n") for name, line in diagnostics(answer))


def counted(lines: list[str]) -> int:
    """How many breaches the lines tell of or count."""
    if lines and lines[-1].endswith(" more"):
        return len(lines) - 1 + int(lines[-1].split()[1])
    return len(lines)


def unknown(count: int) -> list[dict[str, object]]:
    """Allocations to targets that nobody has."""
    return [part(1, target("claim_by_id", uuid(0x404, n))) for n in range(count)]


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 20, 99, 100, 101, 500])
def test_many_refusals_are_counted(client: Client, count: int) -> None:
    """Each of many unknown targets is told or counted, whatever their number."""
    answer = client.create(amount_cents=count, allocations=unknown(count))
    lines = answer.all("mock-refusal")
    assert answer.status == 404
    assert counted(lines) == count
    assert size(answer) <= 2_048
    assert lines[0].startswith("target-exists: $.allocations[0].target")


@pytest.mark.parametrize("count", [1, 3, 4, 5, 20, 300])
def test_long_warnings_are_counted(client: Client, count: int) -> None:
    """Each of many unknown fields with long names is told, cut, or counted."""
    answer = client.create(**{f"{LONG}{n}": 1 for n in range(count)})
    assert answer.status == 200
    assert counted(answer.all("mock-warning")) == count
    assert size(answer) <= 2_048


def test_refusals_leave_room_for_warnings(make: Make) -> None:
    """With both, the first of each is told in full, and all of them fit together."""
    client = make(rules={"unknown-field": "warn"})
    fields = {f"{LONG}{n}": 1 for n in range(30)}
    answer = client.create(amount_cents=40, allocations=unknown(40), **fields)
    assert answer.status == 404
    for name, count in (("mock-refusal", 40), ("mock-warning", 30)):
        lines = answer.all(name)
        assert counted(lines) == count
        assert len(lines) > 1
    assert size(answer) <= 2_048
