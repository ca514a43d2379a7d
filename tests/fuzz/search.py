"""The search: inputs at random, and more like those that cost most so far."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.fuzz.inputs import Recipe, drawn, mutated
from tests.fuzz.subject import Cost, Subject

__all__ = ["MOST_BYTES", "MOST_MILLISECONDS", "Find", "Search"]

MOST_MILLISECONDS = 50.0
MOST_BYTES = 20_000_000
"""What an input may cost."""

TIMES_FOR_FILES = 5
"""A file may cost more: a YAML parser takes 3 µs a value, and every wrong value is counted."""

KEPT = 24
RENEWED_EVERY = 200
TRACED_EVERY = 4
YARDSTICK_MILLISECONDS = 4.0
"""What the yardstick takes on the machine that the limits are meant for."""

CONFIRMED_BY = 4
"""How often an input must cost too much to count: the least time counts, as machines are busy."""


class Find(NamedTuple):
    """An input that costs too much."""

    recipe: Recipe
    cost: Cost

    def __str__(self) -> str:
        told = f"{self.cost.milliseconds:.0f} ms of CPU, {self.cost.peak_bytes / 1e6:.1f} MB"
        return f"{told}: {self.recipe}"


@dataclass
class Search:
    """Looks for inputs that cost too much; the seed decides what is drawn."""

    subject: Subject
    seed: int
    tried: int = 0
    finds: list[Find] = field(default_factory=list)
    dearest: dict[int, tuple[float, Recipe]] = field(default_factory=dict)
    """The dearest input of some templates, and its share of what it may cost."""

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def run(self, *, seconds: float = float("inf"), inputs: float = float("inf")) -> None:
        """Search for so long, or for so many inputs."""
        end = time.monotonic() + seconds
        while self.tried < inputs and time.monotonic() < end:
            self.try_one(self.next())

    def next(self) -> Recipe:
        """Another input."""
        if self.dearest and self.random.random() < 0.4:
            return mutated(self.random.choice([*self.dearest.values()])[1], self.random)
        return drawn(self.random)

    def try_one(self, recipe: Recipe) -> None:
        """Note what an input costs."""
        self.tried += 1
        if self.tried % RENEWED_EVERY == 0:
            self.subject.renew()
        cost = self.subject.cost(recipe)
        if self.tried % TRACED_EVERY == 0:
            peak = self.subject.cost(recipe, of_memory=True).peak_bytes
            cost = cost._replace(peak_bytes=peak)
        if share(cost, recipe) >= 1:
            cost = self.confirmed(recipe)
        if share(cost, recipe) >= 1:
            known = {find.recipe.template for find in self.finds}
            if recipe.template not in known:
                self.finds.append(Find(recipe, cost))
        if share(cost, recipe) > self.dearest.get(recipe.template, (0.0,))[0]:
            self.dearest[recipe.template] = share(cost, recipe), recipe
        if len(self.dearest) > KEPT:
            del self.dearest[min(self.dearest, key=lambda template: self.dearest[template][0])]

    def confirmed(self, recipe: Recipe) -> Cost:
        """What an input costs by itself, at its least."""
        costs, yardsticks = [], []
        for _ in range(CONFIRMED_BY):
            self.subject.renew()
            costs.append(self.subject.cost(recipe).milliseconds)
            yardsticks.append(yardstick())
        self.subject.renew()
        slower = max(1.0, min(yardsticks) / YARDSTICK_MILLISECONDS)
        return Cost(min(costs) / slower, self.subject.cost(recipe, of_memory=True).peak_bytes)


def yardstick() -> float:
    """How many milliseconds of CPU a fixed piece of work takes now."""
    before = time.process_time()
    total = 0
    for number in range(100_000):
        total += number % 7
    return 1_000 * (time.process_time() - before)


def share(cost: Cost, recipe: Recipe) -> float:
    """A cost as a share of what it may be."""
    times = TIMES_FOR_FILES if recipe.source.suffix else 1
    return max(cost.milliseconds / MOST_MILLISECONDS, cost.peak_bytes / MOST_BYTES) / times
