"""The figures as plain text for a terminal; nothing is reckoned here."""

from collections.abc import Iterable, Mapping, Sequence

from contracts.reports.coverage.answers import Answer
from contracts.reports.coverage.points import Group, Point, Share
from contracts.reports.coverage.transitions import NO_ID, OPERATIONS, Transition


def text_of(
    shares: Mapping[str, Share],
    answers: Sequence[Answer],
    groups: Iterable[Group],
    transitions: Sequence[Transition],
) -> str:
    """All figures below each other, gaps marked by `never`."""
    lines = [f"{name:<12} {share.reached} of {share.possible}" for name, share in shares.items()]
    lines += ["", "answers", *(_answer(answer) for answer in answers)]
    for group in groups:
        lines += ["", group.name, *(_point(point) for point in group.points)]
    return "\n".join([*lines, "", *_transitions(transitions)])


def _answer(answer: Answer) -> str:
    name = f"{answer.status} {answer.error_name}".strip()
    seen = f"{answer.seen:,}" if answer.seen else "never"
    note = "" if answer.known else "  not in the contract's table"
    return f"  {answer.operation:<10} {name:<32} {seen:>9}{note}"


def _point(point: Point) -> str:
    told = [("accepted", point.accepted), ("refused", point.refused), ("failed", point.failed)]
    seen = ", ".join(f"{number:,} {word}" for word, number in told if number)
    return f"  {point.name:<43} {seen or 'never'}"


def _transitions(transitions: Sequence[Transition]) -> list[str]:
    cells = {(step.first, step.second): _cell(step) for step in transitions}
    head = f"{'':<11}" + "".join(f"{name:>17}" for name in OPERATIONS)
    rows = [
        f"  {first:<9}" + "".join(f"{cells[first, second]:>17}" for second in OPERATIONS)
        for first in OPERATIONS
    ]
    title = "transitions: the row, then the column, on live/deleted/unknown ids"
    return [title, head, *rows]


def _cell(step: Transition) -> str:
    names = step.possible
    return f"{step.none:,}" if names == (NO_ID,) else "/".join(str(step.count(n)) for n in names)
