"""What a measurement is: some samples of one thing, with their median and spread."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """Samples of one thing; `small_print` may hold the absolute figure behind a ratio."""

    key: str
    samples: tuple[float, ...]
    small_print: str = ""

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    @property
    def low(self) -> float:
        """The smallest sample."""
        return min(self.samples)

    @property
    def high(self) -> float:
        """The largest sample."""
        return max(self.samples)

    def as_json(self) -> dict[str, object]:
        """The measure as plain data."""
        return {"median": self.median, "low": self.low, "high": self.high} | vars(self)


def ratios(
    key: str, ours: Iterable[float], base: Iterable[float], small_print: str = ""
) -> Measure:
    """Each sample as a share of the base's sample of the same round."""
    pairs = zip(ours, base, strict=True)
    return Measure(key, tuple(mine / theirs for mine, theirs in pairs), small_print)
