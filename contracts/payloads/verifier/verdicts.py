"""Compares an answer and its effect with a record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from urllib.parse import unquote

from contracts.errors import Interference, SendError, TargetError, WriteVetoed
from contracts.kernel.exchange import Exchange
from contracts.laws import WATCHERS
from contracts.model import Outcome, Prediction, State
from contracts.model.organization import Organization
from contracts.model.prediction import ANYTHING
from contracts.payloads.draft import got
from contracts.payloads.matcher import complaint
from contracts.payloads.placeholders import filled
from contracts.payloads.predicate import with_texts
from contracts.payloads.record import Answer, Record
from contracts.payloads.verifier.send import NOTHING, Sender, SentRecord, StepRefused, listed, said
from contracts.targets.target import Reply

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one record: passed, failed with the difference, or skipped with the reason.

    `http_status` is 0 where nothing was answered, and `curl` is the request of a failed one as a
    line for a shell. `undecided` says of a skipped one that it was sent, and that a gateway or a
    quota answered.
    """

    record: Record
    status: Status
    message: str = ""
    http_status: int = 0
    curl: str = ""
    undecided: bool = False


class Verifier:
    """Judges records one after the other.

    Args:
        sender: sends them.
        exclusive: nobody else writes to the target, so that its whole state may be compared.
        ends: a missing answer says that the target is gone, as `NoAnswer` answers for single ones.

    Attributes:
        ended: why no further record could be sent, or empty.
    """

    def __init__(self, sender: Sender, *, exclusive: bool, ends: bool = False) -> None:
        self.sender = sender
        self.exclusive = exclusive
        self.ends = ends
        self.ended = ""
        self._rows = sender.rows() if exclusive else None

    def verdicts(self, records: Iterable[Record]) -> Iterator[Verdict]:
        """The verdicts of records; those that could not be sent are skipped with the reason."""
        for record in records:
            if self.ended:
                yield Verdict(record, "skipped", f"not sent: {self.ended}")
            else:
                verdict = self._verdict_unless_ended(record)
                yield verdict or Verdict(record, "skipped", f"not judged: {self.ended}")

    def _verdict_unless_ended(self, record: Record) -> Verdict | None:
        """The verdict of a record, or None where the target can be asked no more."""
        try:
            return self.verdict(record)
        except KeyboardInterrupt:
            self.ended = "interrupted"
        except SendError as error:
            self.ended = self.sender.redaction.text(str(error))
        return None

    def verdict(self, record: Record) -> Verdict:
        """Send one record and judge what came; what it made is deleted again.

        Raises:
            SendError: no further record can be sent.
        """
        try:
            sent = self.sender.send(record)
        except WriteVetoed as error:
            return Verdict(record, "skipped", f"not sent: {error}")
        except Interference as error:
            why = self.sender.redaction.text(str(error))
            return Verdict(record, "skipped", why, undecided=True)
        except (TargetError, StepRefused) as error:
            if self.ends and isinstance(error, TargetError):
                raise
            return Verdict(record, "failed", self.sender.redaction.text(str(error)))
        try:
            problem = self._answer_differs(sent) or self._effect_differs(sent)
        finally:
            left = self._left(sent)
        problem = problem or left
        if problem is None and self.exclusive and sent.made:
            problem = self._rows_differ("after what was made was deleted")
        if problem is None:
            return Verdict(record, "passed", http_status=sent.reply.status)
        curl = self.sender.redaction.text(sent.request.curl())
        if len(curl) > 4_000:
            curl = f"{curl[:4_000]}..."
        return Verdict(record, "failed", problem, sent.reply.status, curl)

    def _left(self, sent: SentRecord) -> str | None:
        """Delete what was made, or say why it is left; a ledger has it all the same."""
        try:
            self.sender.clean_up(sent.made)
        except WriteVetoed as error:
            return f"what it made is left: {error}"
        return None

    def _answer_differs(self, sent: SentRecord) -> str | None:
        reply, fitting = sent.reply, sent.fitting()
        if not fitting:
            expected = " or ".join(map(_shown, sent.record.answers))
            received = f"{reply.status or 'no answer'} {self.sender.quoted(reply)}"
            return f"expected {expected}, received {received}"
        if reply is NOTHING:
            return None
        exchange = Exchange.of(sent.request, reply, _prediction(sent), _EMPTY)
        bodies = [with_texts(right.body, partial(filled, saved=sent.saved)) for right in fitting]
        problems = [complaint(body, exchange.answer) for body in bodies]
        problem = _law_broken(sent, exchange) if None in problems else problems[-1]
        return problem and self._without_foreign(problem, reply)

    def _without_foreign(self, problem: str, reply: Reply) -> str:
        """What differs; only where, if the answer holds what is not ours."""
        if not self.exclusive and self.sender.redaction.reply(reply).body != reply.body:
            where = problem.partition(":")[0]
            return f"{where}: differs; the answer holds what is not ours, so no value is shown"
        return self.sender.redaction.text(problem)

    def _effect_differs(self, sent: SentRecord) -> str | None:
        effect, answer = sent.fitting()[0].effect, said(sent.reply)
        known = sent.saved.get("refund_id")
        if effect == "created":
            *older, made = sent.made
            if made in older:
                return f"the new refund has the id of one made before, {made}"
            return self._get_differs(made, answer, "the new refund")
        if known is not None and effect == "changed":
            return self._get_differs(known, answer, "the changed refund")
        if known is not None and effect == "deleted":
            gone = self.sender.get(known).status
            return None if gone == 404 else f"a get after the delete answers {gone}, not 404"
        if known is not None and sent.before is not None:
            after = self.sender.get(known)
            problem = "nothing was to change, but a get of the refund now answers"
            same = said(after) == sent.before
            return None if same else f"{problem} {self.sender.quoted(after)}"
        return self._rows_differ("though nothing was to change") if self.exclusive else None

    def _get_differs(self, refund_id: str, answer: Any, what: str) -> str | None:
        reply = self.sender.get(refund_id)
        received = f"a get of {what} answers {reply.status} {self.sender.quoted(reply)}"
        return None if said(reply) == answer else f"{received}, not what was answered"

    def _rows_differ(self, why: str) -> str | None:
        before, self._rows = self._rows, self.sender.rows()
        same = before is not None and (
            self._rows.body == before.body or listed(self._rows) == listed(before)
        )
        return None if same else f"the list of all refunds is another, {why}"


def _shown(answer: Answer) -> str:
    rule = f"({answer.rule})" if answer.rule else ""
    return " ".join(filter(None, (str(answer.status or "no answer"), answer.error_name, rule)))


_EMPTY = State(Organization())
_ALLOWED = {"token": "POST", "get_multi": "GET, POST", "create": "GET, POST"}
_ELSEWHERE = {"NotFoundError", "MethodNotAllowedError"}


def _law_broken(sent: SentRecord, exchange: Exchange) -> str | None:
    """The first law on single answers that the answer breaks."""
    record, reply = sent.record, sent.reply
    allowed = _ALLOWED.get(record.operation, "DELETE, GET, PATCH")
    allow = ", ".join(sorted((reply.header("allow") or "").replace(" ", "").split(",")))
    if reply.status == 405 and allow != allowed:
        return f"a 405 allows {allow or 'nothing'}, but the document has {allowed}"
    # An amount that a lenient server lets in may leave the schema with good reason.
    bends = any(site.pointer.endswith("amount_cents") for site in record.bends)
    wide = bends and record.profile in {"lenient", "unknown"}
    for law in WATCHERS:
        found = law.watch(exchange) if law.watch is not None else None
        if found is not None and not (wide and law.id == "answer-fits-schema"):
            return f"{law.id}: expected {found.expected}, received {found.received}"
    return None


def _prediction(sent: SentRecord) -> Prediction:
    """What a record says of its answers, in the words of the model."""
    record, outcomes = sent.record, list[Outcome]()
    for answer in record.answers:
        missing = got(answer.body, "/content/id")
        target = None if missing is None else filled(missing, sent.saved)
        outcomes.append(Outcome(answer.status or 0, answer.error_name, answer.rule, target))
    away = any(outcome.error_name in _ELSEWHERE for outcome in outcomes)
    away = away or record.request.framing == "long" or sent.reply.status == 413
    operation = "other" if away else record.operation
    target = unquote(sent.request.path.rpartition("/")[2]) if "refund" in operation else None
    return Prediction(operation, tuple(outcomes), ANYTHING, target=target)
