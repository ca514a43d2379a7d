"""Random sequences of steps, decided by a seed alone; `contracts.drivers` performs them."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from contracts.generate.choices import RandomChoices
from contracts.generate.generator import DEAD_IDS, Generator, Pool
from contracts.generate.mutations import OPTIONAL, spoiled
from contracts.generate.values import AUTHS, ELSEWHERE, HOSTILE_BODIES, OTHER_PARAMETERS
from contracts.targets.target import encode

Step = dict[str, Any]


class RandomSequence:
    """One sequence of steps; the seed and the index decide each of them."""

    def __init__(self, seed: int | str, index: int, pool: Pool) -> None:
        self.random = Random(f"episode {seed} {index}")
        self.draw = Generator(RandomChoices(self.random), pool)
        self._made = 0
        self._pages = 0

    def steps(self, count: int) -> Iterator[Step]:
        """Up to nine creates, then `count` steps of all kinds, then a check of the whole state."""
        for _ in range(self.random.randrange(10)):
            yield self._create()
        for make in self.random.choices(_KINDS, _WEIGHTS, k=count):
            step = make(self)
            if self.random.random() < 0.015:
                step["auth"] = self.random.choice(AUTHS)
            yield step
        yield {"do": "check"}

    def _create(self) -> Step:
        self._made += 1
        return {"do": "create", "as": f"r{self._made}", "body": self.draw.create()}

    def _update(self) -> Step:
        step: Step = {"do": "update", "ref": self._ref()}
        if self.random.random() < 0.95:
            step["body"] = self.draw.update()
        return step

    def _list(self) -> Step:
        self._pages += 1
        return {"do": "list", "as": f"p{self._pages}", "query": self.draw.query()}

    def _turn(self) -> Step:
        if not self._pages:
            return self._list()
        of = self.random.randint(max(1, self._pages - 2), self._pages)
        self._pages += 1
        token = "next" if self.random.random() < 0.7 else "prev"
        step: Step = {"do": "turn", "of": f"p{of}", "token": token, "as": f"p{self._pages}"}
        if self.random.random() < 0.25:
            step["query"] = [list(self.random.choice(OTHER_PARAMETERS))]
        return step

    def _hostile(self) -> Step:
        bodies: tuple[bytes, ...] = HOSTILE_BODIES
        if self.random.random() < 0.5:
            bodies = spoiled(encode(self.draw.create()))
        body = self.random.choice(bodies).decode("latin-1")
        if self.random.random() < 0.5:
            return {"do": "create", "raw": body}
        return {"do": "update", "ref": self._ref(), "raw": body or " "}

    def _otherwise(self) -> Step:
        """A good create with its keys in another order, spread out, or with blanks around it."""
        step = self._create()
        items = list(step.pop("body").items())
        self.random.shuffle(items)
        step["raw"] = f" \n{encode(dict(items)).decode('latin-1')}\t"
        return step

    def _nulls(self) -> Step:
        step = self._create()
        step["body"] = {**dict.fromkeys(OPTIONAL), **step["body"]}
        return step

    def _elsewhere(self) -> Step:
        method, path = self.random.choice(ELSEWHERE)
        return {"do": "send", "method": method, "path": path}

    def _ref(self) -> str:
        if not self._made or self.random.random() < 0.06:
            return self.random.choice(DEAD_IDS)
        # The latest are the likeliest to live, the first are the likeliest to be gone.
        return f"r{self.random.randint(max(1, self._made - 12), self._made)}"


_TABLE: tuple[tuple[Callable[[RandomSequence], Step], int], ...] = (
    (RandomSequence._create, 30),
    (RandomSequence._update, 20),
    (RandomSequence._list, 14),
    (RandomSequence._turn, 10),
    (lambda sequence: {"do": "get", "ref": sequence._ref()}, 8),
    (lambda sequence: {"do": "delete", "ref": sequence._ref()}, 8),
    (lambda _: {"do": "check"}, 3),
    (RandomSequence._hostile, 2),
    (RandomSequence._otherwise, 2),
    (RandomSequence._nulls, 1),
    (RandomSequence._elsewhere, 1),
)
_KINDS = [make for make, _ in _TABLE]
_WEIGHTS = [weight for _, weight in _TABLE]
