"""The table of defects by drivers, in text and in Markdown; what is in it was found elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.defects import BY_ID
from tests.defects.judge import SEED, STEPS, Row

ACCOUNT = "account"
Column = Mapping[str, int | bool | None]
"""By defect: requests until it was found, or whether it was; None or False where it was not."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One column of the table: a driver, how it was run, and what it found.

    `stopped` holds the defects that it found by stopping before it sent anything else.
    """

    name: str
    how: str
    found: Column
    stopped: frozenset[str] = frozenset()

    @property
    def hits(self) -> list[int | bool]:
        """What was found."""
        return [hit for hit in self.found.values() if hit]

    @property
    def requests(self) -> tuple[str, str]:
        """The median and the most requests until a defect was found, where they were counted."""
        counted = [hit for hit in self.hits if not isinstance(hit, bool)]
        return (str(round(median(counted))), str(max(counted))) if counted else ("", "")

    def cell(self, key: str) -> str:
        """What the table shows of one defect."""
        hit = self.found[key]
        if isinstance(hit, bool):
            return "yes" if hit else "-"
        return "-" if hit is None else f"{hit} canary" if key in self.stopped else str(hit)


def usual(rows: Mapping[str, Row]) -> tuple[Driver, ...]:
    """The columns of the drivers that every test run uses."""
    scripts = {key: row.directed for key, row in rows.items()}
    random = {key: row.turbo for key, row in rows.items()}
    either = {key: _less(row.directed, row.turbo) for key, row in rows.items()}
    return (
        Driver("directed", "every script once, the cheapest first", scripts),
        Driver("turbo", f"seed {SEED}, at most {STEPS:,} steps", random),
        Driver("directed and turbo", "whichever is the faster", either),
    )


def _less(*counts: int | None) -> int | None:
    return min((count for count in counts if count is not None), default=None)


def printed(rows: Mapping[str, Row], drivers: Sequence[Driver]) -> str:
    """The whole table as text, with a summary line a driver."""
    names = [driver.name for driver in drivers]
    head = ("class", "defect", *names, "first law")
    body = [
        (BY_ID[key].kind, key, *(driver.cell(key) for driver in drivers), row.first)
        for key, row in rows.items()
    ]
    return "\n".join([*_aligned((head, *body)), "", *(summary(driver) for driver in drivers)])


def summary(driver: Driver) -> str:
    """One line on a driver."""
    usual_count, most = driver.requests
    requests = f", after a median of {usual_count} requests, {most} at most" if most else ""
    return f"{driver.name}: {len(driver.hits)} of {len(driver.found)}{requests} ({driver.how})"


def in_markdown(drivers: Sequence[Driver]) -> list[str]:
    """The summary as the rows of a Markdown table."""
    return [
        f"| {driver.name} | {driver.how} | {len(driver.hits)} of {len(driver.found)} | "
        + " | ".join(part or "not counted" for part in driver.requests)
        + " |"
        for driver in drivers
    ]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    pad: Callable[[str, int], str] = str.ljust
    return [
        "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
