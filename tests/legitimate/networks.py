"""Front ends that answer late, too often, or in place of the API; each keeps a state of its own."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from contracts.model import REFUNDS
from contracts.targets.credentials import TOKEN_PATH
from tests.legitimate.front import JSON, Answer, Call, Pass


class Lag:
    """Reads answer what they answered before a write that is younger than some seconds.

    Args:
        seconds: how long a write takes to be seen.
        only_lists: whether a get sees it at once.
    """

    def __init__(self, seconds: float, *, only_lists: bool = False) -> None:
        self.seconds, self.only_lists = seconds, only_lists
        self.hidden: dict[str, tuple[float, Answer | None]] = {}

    def __call__(self, call: Call, pass_on: Pass) -> Answer:
        """Answer one call."""
        now = monotonic()
        fresh = {k: old for k, (since, old) in self.hidden.items() if now - since < self.seconds}
        key = call.path.removeprefix(f"{REFUNDS}/").lower()
        if call.method == "GET" and call.path == REFUNDS:
            return _without(pass_on(call), fresh)
        if key in fresh and not self.only_lists and call.method in {"GET", "PATCH", "DELETE"}:
            return fresh[key] or Answer(404, JSON, _missing(key))
        before = pass_on(replace(call, method="GET", body=b"")) if call.method == "DELETE" else None
        answer = pass_on(call)
        if call.method == "POST" and call.path == REFUNDS and answer.status == 200:
            self.hidden[answer.json()["non_insurance_payer_refund_id"]] = now, None
        if before is not None and answer.status == 200:
            self.hidden[key] = now, before
        return answer


def _missing(key: str) -> bytes:
    return b'{"errorName": "EntityNotFoundError", "content": {"id": "%s"}}' % key.encode()


def _without(page: Answer, fresh: dict[str, Answer | None]) -> Answer:
    """A page as it was before the youngest writes."""
    answer = page.json()
    if page.status != 200 or not fresh:
        return page
    shown = [row for row in answer["items"] if row["non_insurance_payer_refund_id"] not in fresh]
    return page.with_json({**answer, "items": shown})


class Quota:
    """Every so many calls, one is answered 429 with `Retry-After`.

    Args:
        every: how many.
    """

    def __init__(self, every: int) -> None:
        self.every, self.count = every, 0

    def __call__(self, call: Call, pass_on: Pass) -> Answer:
        """Answer one call."""
        self.count += 1
        if self.count % self.every:
            return pass_on(call)
        return Answer(429, (*JSON, ("retry-after", "0")), b'{"message": "Too Many Requests"}')


class Expiring:
    """A token is good for so many calls; then each call with it is 401.

    Args:
        calls: how many.
    """

    def __init__(self, calls: int) -> None:
        self.calls, self.uses = calls, dict[str, int]()
        self.issued = 0

    def __call__(self, call: Call, pass_on: Pass) -> Answer:
        """Answer one call."""
        if call.path == TOKEN_PATH:
            answer = pass_on(call)
            token = answer.json()
            if answer.status != 200:
                return answer
            self.issued += 1
            return answer.with_json({**token, "access_token": f"issued-{self.issued}"})
        sent = call.headers.get("authorization", "")
        self.uses[sent] = self.uses.get(sent, 0) + 1
        if sent.startswith("Bearer issued-") and self.uses[sent] > self.calls:
            return Answer(401, JSON, b'{"message": "The incoming token has expired"}')
        return pass_on(call)


class Gateway:
    """Every so many calls, one is answered by a gateway with HTML.

    Args:
        every: how many.
    """

    def __init__(self, every: int) -> None:
        self.every, self.count = every, 0

    def __call__(self, call: Call, pass_on: Pass) -> Answer:
        """Answer one call; of the first hundred, none is the gateway's."""
        self.count += 1
        if self.count % self.every or self.count < 100:
            return pass_on(call)
        return Answer(502, (("content-type", "text/html"),), b"<h1>502 Bad Gateway</h1>")
