"""Makes a failing sequence of steps short and plain; the caller decides what fails."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from contracts.kernel.steps import Step

Breaks = Callable[[Sequence[Step]], bool]
_MOST_TRIES = 400


def shrink(steps: Sequence[Step], breaks: Breaks) -> Sequence[Step]:
    """A sequence that still breaks, from which no single step can be left out.

    First runs of steps are deleted, halving their length, then parts of the steps left. The
    sequence itself comes back where it does not break when tried again. `breaks` tries a sequence
    on a fresh world; it is asked at most 400 times.
    """
    tries = 0

    def still_breaks(attempt: Sequence[Step]) -> bool:
        nonlocal tries
        tries += 1
        return tries <= _MOST_TRIES and bool(attempt) and breaks(attempt)

    if not still_breaks(steps):
        return steps
    shorter = _without_runs(list(steps), still_breaks)
    return _without_runs(_plainer(shorter, still_breaks), still_breaks)


def _without_runs(steps: list[Step], breaks: Breaks) -> list[Step]:
    length = max(1, len(steps) // 2)
    while True:
        start = len(steps) - length
        while start >= 0:
            shorter = steps[:start] + steps[start + length :]
            if breaks(shorter):
                steps = shorter
            start -= length
        if length == 1:
            return steps
        length //= 2


def _plainer(steps: list[Step], breaks: Breaks) -> list[Step]:
    for index in range(len(steps)):
        plainer: list[Step] | None = steps
        while plainer is not None:
            steps = plainer
            attempts = ([*steps[:index], v, *steps[index + 1 :]] for v in _variants(steps[index]))
            plainer = next(filter(breaks, attempts), None)
    return steps


def _variants(step: Step) -> Iterator[Step]:
    """The step with one part left out or made plain."""
    if isinstance(step.get("body"), dict):
        for body in _plain_objects(step["body"]):
            yield {**step, "body": body}
    query = step.get("query")
    if isinstance(query, list | tuple):
        for index in range(len(query)):
            yield {**step, "query": [*query[:index], *query[index + 1 :]]}
    if "auth" in step:
        yield {key: value for key, value in step.items() if key != "auth"}


def _plain_objects(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in body:
        yield {key: value for key, value in body.items() if key != name}
    parts = body.get("allocations")
    if isinstance(parts, list) and len(parts) > 1:
        for part in parts:
            yield {**body, "allocations": [part]}
    plain = [{"amount_cents": 1, "target": {"type": "unattributed"}}]
    if parts not in (None, plain):
        yield {**body, "amount_cents": 1, "allocations": plain}
    for name, value in _PLAIN.items():
        if name in body and body[name] != value:
            yield {**body, name: value}


_PLAIN: dict[str, Any] = {
    "amount_cents": 1,
    "refund_note": "n",
    "check_number": "1",
    "refund_timestamp": "2024-01-15T09:30:00Z",
}
