"""One request with its reply and the model's prediction, and a bound on the bodies kept."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from contracts.model import Prediction, State
from contracts.model.reading import reader
from contracts.targets.target import Reply, Request

_MOST_SHOWN = 400
_LONGEST = 4_000
_LARGE = 100_000


@dataclass(slots=True, eq=False)
class Exchange:
    """One request with its reply, and the prediction made from the state before it.

    Attributes:
        request: what was sent.
        reply: what came back.
        prediction: what the model allows.
        before: the model's state before the request.
        status: what the status of the reply says: another 2xx is a 200, and a 400 is a 422, where
            the model allows that. Only the law on documented statuses minds which one it was.
        received: the parsed body as it came, bytes where it is no JSON, None where it is empty.
        answer: what it says, as `contracts.model.reading` reads it.
    """

    request: Request
    reply: Reply
    prediction: Prediction
    before: State
    status: int
    received: Any
    answer: Any

    @classmethod
    def of(
        cls, request: Request, reply: Reply, prediction: Prediction, before: State
    ) -> "Exchange":
        """An exchange with the reply parsed and read."""
        status, received = _status(prediction, reply.status), answer_of(reply)
        answer = reader(prediction.operation, status)(received)
        return cls(request, reply, prediction, before, status, received, answer)

    @property
    def error_name(self) -> str | None:
        """The errorName of the envelope, or None."""
        name = self.answer.get("errorName") if isinstance(self.answer, dict) else None
        return name if isinstance(name, str) else None

    @property
    def content(self) -> dict[str, Any]:
        """The content of the envelope, empty where there is none."""
        content = self.answer.get("content") if isinstance(self.answer, dict) else None
        return content if isinstance(content, dict) else {}

    @property
    def items(self) -> list[Any]:
        """The items of a page, empty where there are none."""
        items = self.answer.get("items") if isinstance(self.answer, dict) else None
        return items if isinstance(items, list) else []

    def summary(self) -> str:
        """The status with the start of the body, for a failure's text."""
        body = self.reply.body[: 4 * _MOST_SHOWN].decode("utf-8", "backslashreplace")
        cut = body if len(body) <= _MOST_SHOWN else body[: _MOST_SHOWN - 3] + "..."
        return f"{self.reply.status} {cut}"


def _status(prediction: Prediction, status: int) -> int:
    if 200 < status < 300 and prediction.allows(200):
        return 200
    return 422 if status == 400 and prediction.allows(422) else status


class BodyCache:
    """Keeps the latest `most` bytes of large answers, and of older ones the beginning."""

    def __init__(self, most: int = 64 * 1024 * 1024) -> None:
        self._most = most
        self._large: deque[tuple[Exchange, int]] = deque()
        self._bytes = 0

    def put(self, exchange: Exchange) -> None:
        """Keep one more, and cut older bodies to stay below the bound."""
        size = len(exchange.reply.body)
        if size < _LARGE:
            return
        self._large.append((exchange, size))
        self._bytes += size
        while self._bytes > self._most and len(self._large) > 1:
            old, size = self._large.popleft()
            self._bytes -= size
            old.reply = Reply(old.status, old.reply.headers, old.reply.body[:_LONGEST])
            old.received = old.answer = old.reply.body


def shown(value: Any) -> str:
    """A value as a failure's text shows it, however large it is."""
    text = repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def answer_of(reply: Reply) -> Any:
    """The parsed body of a reply, its bytes where they are no JSON, None where it is empty."""
    if not reply.body:
        return None
    try:
        return reply.json()
    except ValueError:
        return reply.body
