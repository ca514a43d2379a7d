"""Which writes may leave: in the read-only tier none, on a shared account those to our refunds."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import RFC_4122, UUID

from contracts.errors import BudgetSpent, DeletesFail, SafetyError, WriteVetoed
from contracts.model import REFUNDS
from contracts.safety.ledger import Ledger
from contracts.safety.ownership_state import Intent
from contracts.safety.search import UUID_TEXT, id_of, is_of
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.json_body import lenient_object
from contracts.targets.target import Reply, Request, Send

Json = dict[str, Any]
_ANY_MARK = re.compile(r"[0-9a-f]{12}")
_CARRIERS = ("check_number", "refund_note")
_REQUIRED = ("non_insurance_payer_id", "amount_cents", "allocations")
_CARRIED = re.compile(rb'"(?:%s)"\s*:\s*"([^"\\]*)"' % "|".join(_CARRIERS).encode())
_FROM_BETWEEN = frozenset({408, 429})
"""Refusals that a gateway may send after the write, so the outcome of the create is unknown."""

MOST_FAILED_DELETES = 3
"""After so many deletes of ours in a row that fail, no create leaves."""

_ENCODED = ("content-encoding", "transfer-encoding")
_ITEM_METHODS = frozenset({"PATCH", "DELETE", "PUT", "POST"})
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing, in the only spelling of them that is let through."""


def read_only(request: Request, send: Send) -> Reply:
    """Send what changes nothing, and the token call; raise WriteVetoed for all else."""
    if _is_harmless(request):
        return send(request)
    raise WriteVetoed(
        f"{request.method} {request.path} was not sent, as the tier is read-only; "
        "--tier scoped lets the suite change what it made itself"
    )


def _is_harmless(request: Request) -> bool:
    """Whether a request makes and changes nothing; of POSTs, only the token call."""
    is_token_call = request.method == "POST" and request.path == TOKEN_PATH
    return request.method in _HARMLESS or is_token_call


class Ownership:
    """Writes each create into the ledger before it leaves, and vetoes changes of what is not in it.

    A PATCH or DELETE passes in two cases. Either its id is in the ledger, and an answer other than
    that to its create showed it with its mark; if none did yet, a GET asks for it. Or its id is a
    random uuid that no answer ever held, and a GET for it is answered 404.

    A refund that a read shows, and that a refused create made, is ours as well, unless an earlier
    answer held it.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._seen: set[str] = set()
        self._free: set[str] = set()
        self._deletes_failed = 0
        # A ledger without a nonce is one of an older version, which is only swept.
        self._mark = re.compile(f"{ledger.nonce}[0-9a-f]{{5}}") if ledger.nonce else _ANY_MARK

    def foreign(self, ids: Iterable[str]) -> None:
        """Count ids as seen that are known otherwise, such as from a world file."""
        self._see(ids)

    def _see(self, ids: Iterable[str]) -> None:
        """Count ids as seen; none of them is free any more."""
        seen = {refund_id.lower() for refund_id in ids}
        self._seen |= seen
        self._free -= seen

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send what is allowed; raise WriteVetoed for all else."""
        if _is_harmless(request):
            return self._shown(send(request), request.path.removeprefix(REFUNDS + "/").lower())
        if request.path == REFUNDS and request.method == "POST":
            return self._create(request, send)
        if request.path.startswith(REFUNDS + "/") and request.method in _ITEM_METHODS:
            return self._change(request, send)
        raise WriteVetoed(f"{request.method} {request.path} was not sent: it names no refund")

    def _create(self, request: Request, send: Send) -> Reply:
        if self._deletes_failed >= MOST_FAILED_DELETES:
            raise DeletesFail(
                f"{self._deletes_failed} deletes in a row failed, so the run stopped before it "
                "made more; look at what the target answers to DELETE"
            )
        body = lenient_object(request.body or b"")
        marker = self._marker_of(body, request.body or b"")
        if not marker and _may_make(request, body):
            raise WriteVetoed(
                "a create was not sent: neither check_number nor refund_note holds a mark of this "
                "run, so it could not be found among others after a crash"
            )
        intent = self.ledger.intend(marker, body)
        try:
            reply = send(request)
        except (BudgetSpent, SafetyError):
            self.ledger.note("refused", n=intent.number, status=0)
            raise
        self._settle(intent, reply)
        return self._noted(reply)

    def _settle(self, intent: Intent, reply: Reply) -> None:
        answer = reply.json_or_none()
        made = id_of(answer)
        if made and made.lower() not in self._seen and self._carries(answer, intent):
            self.ledger.made(intent.number, made)
        elif 400 <= reply.status < 500 and reply.status not in _FROM_BETWEEN:
            self.ledger.note("refused", n=intent.number, status=reply.status)

    def _change(self, request: Request, send: Send) -> Reply:
        refund_id = request.path.removeprefix(REFUNDS + "/").lower()
        self._confirm(refund_id, send)
        ours = refund_id in self.ledger.ever
        if not ours and not self._is_free(refund_id, send):
            raise WriteVetoed(
                f"{request.method} {request.path} was not sent: the ledger does not hold this id"
            )
        reply = send(request)
        # With a foreign token, or none, a refund may be answered as if it were gone.
        plain = request.authorized and request.header("authorization") is None
        if request.method == "DELETE" and plain and ours:
            failed = reply.status not in {200, 204, 404}
            self._deletes_failed = self._deletes_failed + 1 if failed else 0
            if reply.status in {200, 204}:
                self.ledger.gone(refund_id)
        return self._noted(reply)

    def _confirm(self, refund_id: str, send: Send) -> None:
        """Ask for a refund before it is first changed, in case an answer gave it another's id."""
        if refund_id not in self.ledger.unconfirmed and refund_id not in self.ledger.listed:
            return
        request = Request("GET", f"{REFUNDS}/{refund_id}")
        status = self._shown(send(request), refund_id).status
        if refund_id in self.ledger.unconfirmed or refund_id in self.ledger.listed:
            raise WriteVetoed(
                f"{refund_id} was not changed: asked for, it was answered {status} without the "
                "refund that its create answered"
            )

    def _is_free(self, refund_id: str, send: Send) -> bool:
        """Whether no refund has an id: random, never answered, and unknown to the target."""
        if refund_id in self._free:
            return True
        if not UUID_TEXT.fullmatch(refund_id) or refund_id in self._seen:
            return False
        value = UUID(refund_id)
        if value.variant != RFC_4122 or value.version != 4:
            return False
        request = Request("GET", f"{REFUNDS}/{refund_id}")
        if self._shown(send(request), refund_id).status != 404:
            return False
        self._free.add(refund_id)
        return True

    def _noted(self, reply: Reply) -> Reply:
        """Remember each uuid of an answer; a 404 names only what was asked for."""
        if reply.status < 300:
            self._see(UUID_TEXT.findall(reply.body.decode("utf-8", "replace")))
        return reply

    def _shown(self, reply: Reply, asked: str) -> Reply:
        """Hold what a read shows of refunds against what their creates and lists said.

        Args:
            reply: of the read.
            asked: the id in its path, if there is one.
        """
        ledger = self.ledger
        if reply.status == 200 and (ledger.unconfirmed or ledger.refused_intents or ledger.listed):
            answer = reply.json_or_none()
            if asked in ledger.listed and id_of(answer).lower() == asked:
                ledger.note("sure" if self._is_marked(answer) else "foreign", id=id_of(answer))
            items = answer.get("items") if isinstance(answer, dict) else None
            for row in (answer, *(items if isinstance(items, list) else ())):
                intent = self.ledger.unconfirmed.get(id_of(row).lower())
                if intent is not None:
                    ours = self._carries(row, intent)
                    self.ledger.note("sure" if ours else "foreign", id=id_of(row))
                elif id_of(row):
                    self._adopt(row)
        return self._noted(reply)

    def _adopt(self, row: Json) -> None:
        """Take on a refund that a create made though it was refused."""
        key = id_of(row).lower()
        if key in self._seen or key in self.ledger.ever:
            return
        texts = [row.get(name) for name in _CARRIERS]
        for text in (text for text in texts if isinstance(text, str)):
            for intent in self.ledger.refused_intents.get(text, ()):
                if is_of(row, intent) and not self._awaits(text):
                    self.ledger.note("found", id=id_of(row), refused=intent.number)
                    return

    def _is_marked(self, row: Json) -> bool:
        """Whether a refund shows any mark of this run."""
        return any(self._mark.search(str(row.get(name)).lower()) for name in _CARRIERS)

    def _carries(self, row: Any, intent: Intent) -> bool:
        """Whether a refund shows the mark of an intent, even if the text around it was changed."""
        mark = self._mark.search(intent.marker)
        texts = [str(row.get(name)) for name in _CARRIERS] if isinstance(row, dict) else []
        return mark is not None and any(mark[0] in text.lower() for text in texts)

    def _marker_of(self, body: Json | None, raw: bytes) -> str:
        """The text of a create that holds a mark of this run, or nothing.

        It is also looked for in a body that is no JSON, which a lenient server may read.
        """
        texts = [(body or {}).get(name) for name in _CARRIERS]
        texts += [text.decode("latin-1") for text in _CARRIED.findall(raw)]
        found = (text for text in texts if isinstance(text, str) and self._mark.search(text))
        return next(found, "")

    def _awaits(self, marker: str) -> bool:
        """Whether a create with that mark has no usable answer, and so may have made it as well."""
        return any(intent.marker == marker for intent in self.ledger.pending.values())


def _may_make(request: Request, body: Json | None) -> bool:
    """Whether a create has what it takes, as far as its bytes can be read here."""
    if body is not None:
        return all(name in body for name in _REQUIRED)
    if any(request.header(name) is not None for name in _ENCODED):
        return True
    return all(name.encode() in (request.body or b"") for name in _REQUIRED)
