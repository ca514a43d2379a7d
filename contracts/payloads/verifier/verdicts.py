"""Compares an answer and its effect with a record, and renders verdicts as JUnit XML and lines."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

from contracts.errors import TargetError, WriteVetoed
from contracts.kernel.exchange import Exchange, answer_of
from contracts.laws import WATCHERS
from contracts.model import Outcome, Prediction, State
from contracts.model.organization import Organization
from contracts.model.prediction import ANYTHING
from contracts.payloads.matcher import complaint
from contracts.payloads.placeholders import filled
from contracts.payloads.record import Answer, Record
from contracts.payloads.verifier.send import NOTHING, Interfered, Sender, SentRecord, StepRefused
from contracts.reports.junit import case_of, document, fail, skip
from contracts.reports.texts import printable
from contracts.targets.target import Reply

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one record: passed, failed with the difference, or skipped with the reason."""

    record: Record
    word: Status
    told: str = ""
    status: int = 0
    curl: str = ""


class Verifier:
    """Judges records one after the other.

    Args:
        sender: sends them.
        exclusive: nobody else writes to the target, so that its whole state may be compared.
    """

    def __init__(self, sender: Sender, *, exclusive: bool) -> None:
        self.sender = sender
        self.exclusive = exclusive
        self._rows = sender.rows() if exclusive else b""

    def verdicts(self, records: Iterable[Record]) -> Iterator[Verdict]:
        """A verdict for each record, as it comes."""
        for record in records:
            yield self.verdict(record)

    def verdict(self, record: Record) -> Verdict:
        """Send one record and judge what came; what it made is deleted again."""
        try:
            sent_record = self.sender.send(record)
        except WriteVetoed as error:
            return Verdict(record, "skipped", f"not sent: {error}")
        except Interfered as error:
            return Verdict(record, "skipped", str(error))
        except (TargetError, StepRefused) as error:
            return Verdict(record, "failed", self.sender.redaction.text(str(error)))
        try:
            told = self._answer_differs(record, sent_record)
            told = told or self._effect_differs(record, sent_record)
        finally:
            left = self._left(sent_record)
        told = told or left
        if told is None and self.exclusive and sent_record.made:
            told = self._rows_differ("after what was made was deleted")
        curl = self.sender.redaction.text(sent_record.request.curl())
        curl = curl if len(curl) <= 4_000 else f"{curl[:4_000]}..."
        return Verdict(
            record, "failed" if told else "passed", told or "", sent_record.reply.status, curl
        )

    def _left(self, sent_record: SentRecord) -> str | None:
        """Delete what was made, or say why it is left; a ledger has it all the same."""
        try:
            self.sender.clean_up(sent_record.made)
        except WriteVetoed as error:
            return f"what it made is left: {error}"
        return None

    def _effect_differs(self, record: Record, sent_record: SentRecord) -> str | None:
        effect = _fitting(record, sent_record)[0].effect
        answer = sent_record.reply.json_or_none()
        if effect == "created":
            if sent_record.made[-1] in sent_record.made[:-1]:
                return f"the new refund has the id of one made before, {sent_record.made[-1]}"
            return self._same(sent_record.made[-1], answer, "the new refund")
        known = sent_record.saved.get("refund_id")
        if effect == "changed" and known is not None:
            return self._same(known, answer, "the changed refund")
        if effect == "deleted" and known is not None:
            gone = self.sender.get(known).status
            return None if gone == 404 else f"a get after the delete answers {gone}, not 404"
        if sent_record.before is not None and known is not None:
            after = self.sender.get(known)
            told = "nothing was to change, but a get of the refund now answers"
            same = after.json_or_none() == sent_record.before
            return None if same else f"{told} {self.sender.quoted(after)}"
        return self._rows_differ("though nothing was to change") if self.exclusive else None

    def _same(self, refund_id: str, answer: Any, what: str) -> str | None:
        reply = self.sender.get(refund_id)
        told = f"a get of {what} answers {reply.status} {self.sender.quoted(reply)}"
        return None if reply.json_or_none() == answer else f"{told}, not what was answered"

    def _answer_differs(self, record: Record, sent_record: SentRecord) -> str | None:
        reply = sent_record.reply
        fitting = _fitting(record, sent_record)
        if not fitting:
            expected = " or ".join(map(_shown, record.answers))
            received = f"{reply.status or 'no answer'} {self.sender.quoted(reply)}"
            return f"expected {expected}, received {received}"
        if reply is NOTHING:
            return None
        answer = answer_of(reply)
        found = None
        for right in fitting:
            found = complaint(_filled(right.body, sent_record), answer)
            if found is None:
                found = _watched(record, sent_record, answer)
                break
        return found and self._difference(found, reply)

    def _difference(self, found: str, reply: Reply) -> str:
        """What differs; only where, if the answer holds what is not ours."""
        if not self.exclusive and self.sender.redaction.reply(reply).body != reply.body:
            where = found.partition(":")[0]
            return f"{where}: differs; the answer holds what is not ours, so no value is shown"
        return self.sender.redaction.text(found)

    def _rows_differ(self, why: str) -> str | None:
        rows, before = self.sender.rows(), self._rows
        self._rows = rows
        return None if rows == before else f"the list of all refunds is another, {why}"


def _fitting(record: Record, sent_record: SentRecord) -> list[Answer]:
    return [answer for answer in record.answers if (answer.status or 0) == sent_record.reply.status]


def _shown(answer: Answer) -> str:
    parts = (
        str(answer.status or "no answer"),
        answer.error_name or "",
        f"({answer.rule})" if answer.rule else "",
    )
    return " ".join(part for part in parts if part)


def _filled(predicate: Any, sent_record: SentRecord) -> Any:
    if isinstance(predicate, str):
        return filled(predicate, sent_record.saved)
    if isinstance(predicate, dict):
        return {key: _filled(item, sent_record) for key, item in predicate.items()}
    return (
        [_filled(item, sent_record) for item in predicate]
        if isinstance(predicate, list)
        else predicate
    )


_EMPTY = State(Organization())
_ALLOWED = {"token": "POST", "get_multi": "GET, POST", "create": "GET, POST"}
_ELSEWHERE = {"NotFoundError", "MethodNotAllowedError"}


def _watched(record: Record, sent_record: SentRecord, answer: Any) -> str | None:
    """The first law on single answers that the answer breaks."""
    outcomes = tuple(
        Outcome(a.status or 0, a.error_name, a.rule, _missing(a, sent_record))
        for a in record.answers
    )
    away = any(outcome.error_name in _ELSEWHERE for outcome in outcomes)
    away |= record.request.framing == "long"
    operation = "other" if away or sent_record.reply.status == 413 else record.operation
    target = unquote(sent_record.request.path.rpartition("/")[2]) if "refund" in operation else None
    prediction = Prediction(operation, outcomes, ANYTHING, target=target)
    exchange = Exchange(sent_record.request, sent_record.reply, prediction, _EMPTY, answer)
    # An amount that a lenient server lets in may leave the schema with good reason.
    bends = any(site.pointer.endswith("amount_cents") for site in record.bends)
    wide = bends and record.profile in {"lenient", "unknown"}
    allowed = _ALLOWED.get(record.operation, "DELETE, GET, PATCH")
    allow = ", ".join(sorted((sent_record.reply.header("allow") or "").replace(" ", "").split(",")))
    if sent_record.reply.status == 405 and allow != allowed:
        return f"a 405 allows {allow or 'nothing'}, but the document has {allowed}"
    for law in WATCHERS:
        if wide and law.id == "answer-fits-schema":
            continue
        found = law.watch(exchange) if law.watch is not None else None
        if found is not None:
            return f"{law.id}: expected {found.expected}, received {found.received}"
    return None


def _missing(answer: Answer, sent_record: SentRecord) -> str | None:
    content = answer.body.get("content") if isinstance(answer.body, dict) else None
    return filled(content["id"], sent_record.saved) if isinstance(content, dict) else None


_SUITE = "contracts.payloads"


def render(verdicts: Sequence[Verdict], seconds: float = 0.0) -> str:
    """The document; valid XML 1.0 whatever the bodies hold."""
    counts = Counter(verdict.word for verdict in verdicts)
    numbers = {
        "name": _SUITE,
        "tests": str(len(verdicts)),
        "failures": str(counts["failed"]),
        "errors": "0",
        "skipped": str(counts["skipped"]),
        "time": f"{seconds:.3f}",
    }
    return document(numbers, map(_case, verdicts))


def _case(verdict: Verdict) -> ET.Element:
    record = verdict.record
    case = case_of(f"{_SUITE}.{record.operation}.{record.kind}", record.id)
    if verdict.word == "failed":
        text = f"{record.why}\n{verdict.told}\n{verdict.curl}"
        fail(case, record.evidence, verdict.told, text)
    elif verdict.word == "skipped":
        skip(case, verdict.told)
    return case


def lines(verdicts: Iterable[Verdict], *, every: bool) -> Iterable[str]:
    """A line a verdict; those that passed only where `every` is asked for."""
    for verdict in verdicts:
        if every or verdict.word != "passed":
            status = verdict.status or "-"
            told = f"  {printable(verdict.told)}" if verdict.told else ""
            yield f"{verdict.word:7} {status:>3} {verdict.record.id}{told}"


def summary(verdicts: Sequence[Verdict], seconds: float) -> str:
    """The last line, such as `1,800 payloads: 1,799 passed, 1 failed, 0 skipped (1.2 s)`."""
    tally = Counter(verdict.word for verdict in verdicts)
    counted = ", ".join(f"{tally[word]:,} {word}" for word in ("passed", "failed", "skipped"))
    return f"{len(verdicts):,} payloads: {counted} ({seconds:.1f} s)"
