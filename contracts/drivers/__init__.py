"""The drivers, each a module that decides which requests are sent, and the one table of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Driver:
    """One row of the table.

    Attributes:
        name: as `--driver` takes it; the module of `contracts.drivers` that has its `drive`.
        sends: what it sends, as a phrase.
        share: how much of the remaining time it may use, unless it is the last.
        requests: how much of the remaining budget; as much as of the time by default.
        reads_only: whether it can run where nothing may be written.
        shares_data: whether it can run on an account with others' data.
        is_light: whether it starts at once, so that it also runs on a small budget.
        narrows: whether it can be narrowed to some laws.
        least_seconds: with less time it is left out, unless it was chosen by name. Without
            `--max-time` such a driver has no deadline.
        apart: whether it can run in a process beside those before it, as what they found changes
            none of its requests before its report.
    """

    name: str
    sends: str
    share: float = 0.5
    requests: float | None = None
    reads_only: bool = False
    shares_data: bool = False
    is_light: bool = False
    narrows: bool = True
    least_seconds: float = 0.0
    apart: bool = False

    @property
    def of_budget(self) -> float:
        """Its share of the remaining budget."""
        return self.share if self.requests is None else self.requests

    def load(self) -> Callable[[Any], None]:
        """Its `drive(context)`, imported when it is needed."""
        drive: Callable[[Any], None] = import_module(f"{__name__}.{self.name}").drive
        return drive


DRIVERS: tuple[Driver, ...] = (
    Driver(
        "directed",
        "the scripts of the laws, one after another",
        share=0.6,
        reads_only=True,
        shares_data=True,
        is_light=True,
    ),
    Driver("turbo", "random steps from a seed", requests=0.35, shares_data=True, is_light=True),
    Driver("hypothesis", "a Hypothesis state machine, then single requests", shares_data=True),
    Driver(
        "schemathesis",
        "what Schemathesis draws from the published document",
        shares_data=True,
        narrows=False,
        least_seconds=10.0,
        apart=True,
    ),
)
"""Every driver, in the order in which they run."""

BY_NAME = {driver.name: driver for driver in DRIVERS}


def shares(drivers: Sequence[Driver], budget: int) -> list[int]:
    """How many requests each driver may use, if those before it use all of theirs."""
    given: list[int] = []
    for driver in drivers:
        left = budget - sum(given)
        given.append(left if driver is drivers[-1] else int(left * driver.of_budget))
    return given
