"""A target made of a function, and the requests that reached it; no safety layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.targets.target import Pairs, Reply, Request, encode


class Server:
    """Answers by a function and remembers what reached it.

    Args:
        answer: gives a status and a body for a request.
    """

    def __init__(self, answer: Callable[[Request], tuple[int, Any]]) -> None:
        self._answer = answer
        self.got: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        self.got.append(request)
        status, body = self._answer(request)
        return reply(status, body)

    @property
    def methods(self) -> list[str]:
        """The methods that came, in order."""
        return [request.method for request in self.got]


def reply(status: int, body: Any = None, headers: Pairs = ()) -> Reply:
    """An answer whose body is JSON, empty for None."""
    return Reply(status, headers, b"" if body is None else encode(body))
