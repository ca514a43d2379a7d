"""What makes each choice of a generator: a seeded random source, or the draw of a strategy."""

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")


class RandomChoices:
    """Chooses by a seeded random source."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.choice = random.choice
        self.sample = random.sample
        self.text = random.choice

    def chance(self, share: float) -> bool:
        """True in this share of the calls."""
        return self._random.random() < share


class DrawnChoices:
    """Chooses by the draw of a composite strategy, so that choices shrink to the first value."""

    def __init__(self, draw: Any) -> None:
        from hypothesis import strategies

        self._draw = draw
        self._st = strategies

    def choice(self, values: Sequence[T]) -> T:
        """One of some values."""
        chosen: T = self._draw(self._st.sampled_from(values))
        return chosen

    def chance(self, share: float) -> bool:
        """True in about this share of the examples; shrinks to False."""
        return bool(self._draw(_percentages()) >= 100 * (1 - share))

    def sample(self, values: Sequence[T], count: int) -> list[T]:
        """That many of some values, none twice."""
        return [values[place] for place in self._draw(_orders(len(values)))[:count]]

    def text(self, values: Sequence[str]) -> str:
        """One of some texts, or any other without lone surrogates."""
        text: str = self._draw(_texts(tuple(values[1:])))
        return text


# To make a strategy takes many times as long as to draw from it.


@cache
def _percentages() -> Any:
    from hypothesis import strategies

    return strategies.integers(0, 99)


@cache
def _orders(count: int) -> Any:
    from hypothesis import strategies

    return strategies.permutations(range(count))


@cache
def _texts(values: tuple[str, ...]) -> Any:
    from hypothesis import strategies as st

    return st.sampled_from(values) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


Choices: TypeAlias = RandomChoices | DrawnChoices
