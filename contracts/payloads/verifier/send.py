"""Sends a record with the steps before it, and deletes what they made. `verdicts` judges it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.errors import Interference, TargetError, TargetHungUp
from contracts.kernel.conversation import interference
from contracts.kernel.exchange import answer_of
from contracts.kernel.redaction import Redaction
from contracts.model import ID, REFUNDS
from contracts.model.reading import reader
from contracts.payloads.draft import got
from contracts.payloads.placeholders import framed, heard, request_of, respellings
from contracts.payloads.record import NO_ANSWER, Answer, Record, Sent, Step
from contracts.safety.limits import hung_up
from contracts.targets.target import Reply, Request, Target

NOTHING = Reply(0, (), b"")
"""In the place of an answer that did not come, where that is right."""


class StepRefused(Exception):
    """A step before a record had another answer than it should; the message shows it."""


@dataclass(frozen=True, slots=True)
class SentRecord:
    """A record that was sent, the request as it went out, and what came of it.

    Attributes:
        saved: texts by the placeholders that they fill.
        made: ids of the refunds made, oldest first.
        before: the refund that the steps made, parsed, as it stood before the request.
    """

    record: Record
    request: Request
    reply: Reply
    saved: Mapping[str, str]
    made: list[str]
    before: Any

    def fitting(self) -> list[Answer]:
        """The right answers that have the status of the reply."""
        status = self.reply.status
        return [answer for answer in self.record.answers if (answer.status or 0) == status]


class Sender:
    """Sends records to one target.

    Args:
        run: a text that no other run has used, in small letters and digits.
        framed: the target frames requests itself, as an app in this process does.
        redaction: what must not be shown of answers; the target's token by default.
        shared: the target may lie behind gateways and quotas, whose answers decide nothing.
    """

    def __init__(
        self,
        target: Target,
        run: str,
        *,
        framed: bool,
        redaction: Redaction | None = None,
        shared: bool = False,
    ) -> None:
        self.target = target
        self.redaction = redaction or Redaction([target.bearer()])
        self.shared = shared
        self.run = run
        self.framed = framed

    def send(self, record: Record) -> SentRecord:
        """Send the steps and the request.

        Raises:
            StepRefused: a step failed.
            Interference: on a shared account, something else than the API answered.
            TargetError: no usable answer came.
        """
        saved = {"run": self.run, **respellings("token", self.target.bearer())}
        made: list[str] = []
        try:
            for number, step in enumerate(record.setup, 1):
                for _ in range(step.times):
                    self._step(f"step {number} of {record.id}", step, saved, made)
            before = said(self.get(saved["refund_id"])) if "refund_id" in saved else None
            request, reply = self._main(record, saved)
        except Exception:
            self.clean_up(made)
            raise
        return SentRecord(
            record, request, reply, saved, made + _made(record.request, reply), before
        )

    def _step(self, name: str, step: Step, saved: dict[str, str], made: list[str]) -> None:
        """Send a step once; note what it made, and save what is to be kept of its answer."""
        request = request_of(step.request, saved)
        reply = self._decisive(request, self.target.send(request))
        made += _made(step.request, reply)
        if reply.status != step.status:
            problem = f"{name} was answered {reply.status}, not {step.status}"
            hint = "; are these ids the target's own? see --world" if reply.status == 404 else ""
            raise StepRefused(f"{problem}: {self.quoted(reply)}{hint}")
        for place, pointer in step.save.items():
            saved |= respellings(place, str(got(reply.json_or_none(), pointer)))

    def _main(self, record: Record, saved: Mapping[str, str]) -> tuple[Request, Reply]:
        sent, may_be_nothing = record.request, NO_ANSWER in record.statuses
        frame = heard if self.framed and sent.framing != "long" else framed
        request = frame(request_of(sent, saved), sent)
        try:
            reply = self.target.send(request)
        except TargetHungUp:
            if not may_be_nothing:
                raise
            return request, NOTHING
        except TargetError as error:
            if not self.shared:
                raise
            raise Interference(f"undecided: {error}") from error
        if reply.status not in record.statuses and not may_be_nothing:
            self._decisive(request, reply)
        return request, NOTHING if may_be_nothing and hung_up(reply) else reply

    def _decisive(self, request: Request, reply: Reply) -> Reply:
        """The reply, or Interference where it is not the API's."""
        why = interference(request, reply) if self.shared else None
        if why is not None:
            raise Interference(f"undecided: {request.method} {request.path} was answered {why}")
        return reply

    def get(self, refund_id: str) -> Reply:
        """Ask for one refund."""
        return self.target.send(Request("GET", f"{REFUNDS}/{refund_id}"))

    def quoted(self, reply: Reply) -> str:
        """The beginning of a body, without secrets and what is not ours."""
        return repr(self.redaction.reply(reply).body[:300])

    def rows(self) -> Reply:
        """The list of every refund there is, up to 999."""
        return self.target.send(Request("GET", REFUNDS, "limit=999"))

    def clean_up(self, made: list[str]) -> None:
        """Delete what was made, the newest first; what is gone already is no error."""
        for refund_id in reversed(made):
            self.target.send(Request("DELETE", f"{REFUNDS}/{refund_id}"))


def said(reply: Reply) -> Any:
    """What an answer says of a refund; None where it holds no JSON."""
    return reader("get", 200)(reply.json_or_none())


def listed(reply: Reply) -> Any:
    """What an answer says of a page of refunds."""
    return reader("get_multi", reply.status)(answer_of(reply))


def _made(sent: Sent, reply: Reply) -> list[str]:
    """The id of a refund that a create made."""
    if sent.method != "POST" or sent.path != REFUNDS or reply.status != 200:
        return []
    made = got(reply.json_or_none(), f"/{ID}")
    return [made] if isinstance(made, str) else []
