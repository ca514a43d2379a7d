"""What a fault does to a call, in parts that can be combined."""

from __future__ import annotations

from math import exp
from random import Random
from typing import Literal, NamedTuple, get_args

__all__ = [
    "BREAKS",
    "LOSSES",
    "TOKEN_SECONDS_KEY",
    "Break",
    "Canned",
    "Chunks",
    "Delay",
    "Effect",
    "Headers",
    "gateway_page",
]

TOKEN_SECONDS_KEY = "mockserver.token_seconds"
"""Where the scope says how long a token that is issued now shall live, if not for 5 hours."""

Headers = tuple[tuple[bytes, bytes], ...]

Break = Literal[
    "reset", "close", "stall", "truncated", "garbled", "malformed-json", "wrong-content-type",
    "empty",
]  # fmt: skip
BREAKS: tuple[Break, ...] = get_args(Break)
LOSSES = ("reset", "close", "stall")
"""The breaks that let no answer through at all."""


class Canned(NamedTuple):
    """An answer as it is sent: a status, headers without content-length, and the body."""

    status: int
    headers: Headers
    body: bytes


class Delay(NamedTuple):
    """How long to wait, in milliseconds: between `low` and `high`, or lognormal by both."""

    kind: Literal["fixed", "uniform", "lognormal"]
    first: float
    second: float = 0.0
    seed: int = 0

    def seconds(self, count: int) -> float:
        """The wait of the hit of this number: the same for the same seed and number."""
        chance = Random(f"{self.seed}/delay/{count}")
        if self.kind == "uniform":
            return chance.uniform(self.first, self.second) / 1_000
        if self.kind == "lognormal":
            return min(self.first * exp(self.second * chance.gauss(0, 1)), 600_000) / 1_000
        return self.first / 1_000


class Chunks(NamedTuple):
    """A slow body: so many bytes at once, and the wait between them."""

    size: int
    delay_ms: float


class Effect(NamedTuple):
    """All that a fault does.

    With the moment `before`, an answer or a loss comes in the place of the operation, which does
    not run; with `after` it has run. A `delay` comes at the same moment.
    """

    moment: Literal["before", "after"] = "before"
    answer: Canned | None = None
    broken: Break | None = None
    delay: Delay | None = None
    chunks: Chunks | None = None
    evolve: str | None = None
    tokens: Literal["expire"] | int | None = None


def gateway_page(status: int, phrase: str) -> Canned:
    """The HTML that a gateway answers with when what is behind it is not there."""
    title = f"{status} {phrase}"
    html = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1>"
        "</center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"
    )
    return Canned(status, ((b"content-type", b"text/html"),), html.encode())
