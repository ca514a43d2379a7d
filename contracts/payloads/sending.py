"""Sends a payload with its steps, and cleans up behind it; judging the answer lies elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.model import ID, REFUNDS
from contracts.payloads.draft import got
from contracts.payloads.expecting import heard, request_of
from contracts.payloads.record import Record, Sent
from contracts.target import Reply, Request, Target


class StepRefused(Exception):
    """A step that sets the scene was not answered by 200; the message shows what came."""


@dataclass(slots=True)
class Talk:
    """What was said: the request as it went out, its reply, what was saved and made.

    `before` is the refund that the scene made, parsed, as it stood before the request.
    """

    request: Request
    reply: Reply
    saved: Mapping[str, str]
    made: list[str] = field(default_factory=list)
    before: Any = None


class Sender:
    """Sends records to one target.

    Args:
        target: where to.
        run: a text that no other run has used, in small letters and digits.
        framed: the target frames requests itself, as an app in this process does.
    """

    def __init__(self, target: Target, run: str, *, framed: bool) -> None:
        self.target = target
        self.run = run
        self.framed = framed

    def talk(self, record: Record) -> Talk:
        """Send the steps and the request.

        Raises:
            StepRefused: a step failed.
            TargetError: no usable answer came.
        """
        saved = {"run": self.run, "token": self.target.bearer()}
        made: list[str] = []
        try:
            for number, step in enumerate(record.setup, 1):
                reply = self.target.send(request_of(step.request, saved))
                made += _made(step.request, reply)
                answer = reply.json_or_none()
                if reply.status != 200:
                    told = f"step {number} of {record.id} was answered {reply.status}"
                    raise StepRefused(f"{told}: {reply.body[:300]!r}")
                for name, pointer in step.save.items():
                    text = str(got(answer, pointer))
                    saved |= {name: text, name.upper(): text.upper()}
            before = self.get(saved["refund_id"]).json_or_none() if "refund_id" in saved else None
            request = self._framed(request_of(record.request, saved), record.request)
            reply = self.target.send(request)
        except Exception:
            self.clean_up(made)
            raise
        return Talk(request, reply, saved, made + _made(record.request, reply), before)

    def get(self, refund_id: str) -> Reply:
        """Ask for one refund."""
        return self.target.send(Request("GET", f"{REFUNDS}/{refund_id}"))

    def rows(self) -> bytes:
        """Every refund there is, up to 999, as the list answers them."""
        return self.target.send(Request("GET", REFUNDS, "limit=999")).body

    def clean_up(self, made: list[str]) -> None:
        """Delete what was made, the newest first; what is gone already is no error."""
        for refund_id in reversed(made):
            self.target.send(Request("DELETE", f"{REFUNDS}/{refund_id}"))

    def _framed(self, request: Request, sent: Sent) -> Request:
        if sent.framing == "length" or self.framed:
            return heard(request, sent)
        body = request.body or b""
        if sent.framing == "short":
            extra = (("content-length", str(len(body) - 1)), ("connection", "close"))
            return replace(request, headers=(*request.headers, *extra))
        half = len(body) // 2
        chunks = b"".join(
            b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:])
        )
        headers = (*request.headers, ("transfer-encoding", "chunked"))
        return replace(request, headers=headers, body=chunks + b"0\r\n\r\n")


def _made(sent: Sent, reply: Reply) -> list[str]:
    """The id of a refund that a create made."""
    answer = reply.json_or_none()
    if sent.method != "POST" or sent.path != REFUNDS or reply.status != 200:
        return []
    made = answer.get(ID) if isinstance(answer, dict) else None
    return [made] if isinstance(made, str) else []


__all__ = ["Sender", "StepRefused", "Talk"]
