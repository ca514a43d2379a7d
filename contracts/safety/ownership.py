"""Lets writes through to what is ours alone; where nobody else's data is, it is not needed."""

import json
import re
from collections.abc import Iterable
from typing import Any
from uuid import RFC_4122, UUID

from contracts.errors import BudgetSpent, SafetyError, WriteVetoed
from contracts.model import ID, REFUNDS
from contracts.safety.ledger import Ledger
from contracts.safety.ownership_state import Intent
from contracts.safety.read_only import HARMLESS, is_token_call
from contracts.safety.search import is_of
from contracts.targets.target import Reply, Request, Send

Json = dict[str, Any]
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ANY_MARK = re.compile(r"[0-9a-f]{12}")
_CARRIERS = ("check_number", "refund_note")
_REQUIRED = ("non_insurance_payer_id", "amount_cents", "allocations")
_CARRIED = re.compile(rb'"(?:%s)"\s*:\s*"([^"\\]*)"' % "|".join(_CARRIERS).encode())
_FROM_BETWEEN = frozenset({408, 429})
"""Refusals that a gateway may send after the write, so that the create's end stays unknown."""

_ENCODED = ("content-encoding", "transfer-encoding")
_ITEM_METHODS = frozenset({"PATCH", "DELETE", "PUT", "POST"})


class Ownership:
    """Writes each create into the ledger before it leaves, and vetoes changes of what is not in it.

    A PATCH or DELETE passes if its id is in the ledger and an answer other than that to its create
    showed it with its mark, for which it is asked for by a GET at the latest; or if it is a random
    uuid that no answer ever held and that the target, asked by a GET, does not know. A 404 shows
    nothing of ours, so it leaves the id of a create in doubt.

    What a read shows of a create that was refused is ours as well, unless it was there before.

    Args:
        ledger: what is ours.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._seen: set[str] = set()
        self._free: set[str] = set()
        # A ledger without a nonce is one of an older version, which is only swept.
        self._mark = re.compile(f"{ledger.nonce}[0-9a-f]{{5}}") if ledger.nonce else _ANY_MARK

    def foreign(self, ids: Iterable[str]) -> None:
        """Count ids as seen that are known otherwise, such as from a world file."""
        self._seen.update(refund_id.lower() for refund_id in ids)

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send what is allowed; raise WriteVetoed for all else."""
        if request.method in HARMLESS or is_token_call(request):
            return self._shown(send(request))
        if request.path == REFUNDS and request.method == "POST":
            return self._create(request, send)
        if request.path.startswith(REFUNDS + "/") and request.method in _ITEM_METHODS:
            return self._change(request, send)
        raise WriteVetoed(f"{request.method} {request.path} was not sent: it names no refund")

    def _create(self, request: Request, send: Send) -> Reply:
        body = _object(request.body)
        marker = self.marker_of(body) or self._mark_in(request.body or b"")
        if not marker and _may_make(request, body):
            raise WriteVetoed(
                "a create was not sent: neither check_number nor refund_note holds a mark of this "
                "run, so it could not be told from others after a crash"
            )
        intent = self.ledger.intend(marker, body)
        try:
            reply = send(request)
        except (BudgetSpent, SafetyError):
            self.ledger.refused(intent.number, 0)
            raise
        self._settle(intent, reply)
        return self._noted(reply)

    def _settle(self, intent: Intent, reply: Reply) -> None:
        answer = reply.json_or_none()
        made = _id(answer)
        if made and made.lower() not in self._seen and self._carries(answer, intent):
            self.ledger.made(intent.number, made)
        elif 400 <= reply.status < 500 and reply.status not in _FROM_BETWEEN:
            self.ledger.refused(intent.number, reply.status)

    def _change(self, request: Request, send: Send) -> Reply:
        refund_id = request.path.removeprefix(REFUNDS + "/").lower()
        self._make_sure(refund_id, send)
        ours = refund_id in self.ledger.ever
        if not ours and not self._is_free(refund_id, send):
            raise WriteVetoed(
                f"{request.method} {request.path} was not sent: the ledger does not hold this id"
            )
        reply = send(request)
        # A stranger's token, or none, may be answered as if the refund were gone.
        deleted = request.method == "DELETE" and reply.status in {200, 204}
        if deleted and request.authorized and request.header("authorization") is None:
            self.ledger.gone(refund_id)
        return self._noted(reply)

    def _make_sure(self, refund_id: str, send: Send) -> None:
        """Ask for a refund before it is first changed, in case its create named another's id."""
        if refund_id not in self.ledger.unconfirmed:
            return
        status = self._shown(send(Request("GET", f"{REFUNDS}/{refund_id}"))).status
        if refund_id in self.ledger.unconfirmed:
            raise WriteVetoed(
                f"{refund_id} was not changed: asked for, it was answered {status} without the "
                "refund that its create answered"
            )

    def _is_free(self, refund_id: str, send: Send) -> bool:
        """Whether an id stands for nothing: random, never answered, and unknown to the target."""
        if refund_id in self._free:
            return True
        if not _UUID.fullmatch(refund_id) or refund_id in self._seen:
            return False
        value = UUID(refund_id)
        if value.variant != RFC_4122 or value.version != 4:
            return False
        if send(Request("GET", f"{REFUNDS}/{refund_id}")).status != 404:
            return False
        self._free.add(refund_id)
        return True

    def _noted(self, reply: Reply) -> Reply:
        """Remember each uuid of an answer; a 404 names only what was asked for."""
        if reply.status < 300:
            found = _UUID.findall(reply.body.decode("utf-8", "replace"))
            self._seen.update(text.lower() for text in found)
            self._free.difference_update(self._seen)
        return reply

    def _shown(self, reply: Reply) -> Reply:
        """Hold what a read shows of refunds against what their creates said."""
        if reply.status == 200 and (self.ledger.unconfirmed or self.ledger.refused_intents):
            answer = reply.json_or_none()
            items = answer.get("items") if isinstance(answer, dict) else None
            for row in (answer, *(items if isinstance(items, list) else ())):
                intent = self.ledger.unconfirmed.get(_id(row).lower())
                if intent is not None:
                    ours = self._carries(row, intent)
                    (self.ledger.confirmed if ours else self.ledger.disowned)(_id(row))
                elif _id(row):
                    self._catch(row)
        return self._noted(reply)

    def _catch(self, row: Json) -> None:
        """Take on a refund that a create made though it was refused."""
        key = _id(row).lower()
        if key in self._seen or key in self.ledger.ever:
            return
        texts = [row.get(name) for name in _CARRIERS]
        for text in (text for text in texts if isinstance(text, str)):
            for intent in self.ledger.refused_intents.get(text, ()):
                if is_of(row, intent) and not self._awaits(text):
                    self.ledger.adopted(_id(row), intent.number)
                    return

    def _carries(self, row: Any, intent: Intent) -> bool:
        """Whether a refund shows the mark of an intent, even if the text around it was changed."""
        mark = self._mark.search(intent.marker)
        texts = [str(row.get(name)) for name in _CARRIERS] if isinstance(row, dict) else []
        return mark is not None and any(mark[0] in text.lower() for text in texts)

    def marker_of(self, body: Json | None) -> str:
        """The text of a create that holds a mark of this run, or nothing."""
        texts = ((body or {}).get(name) for name in _CARRIERS)
        return self._marked(text for text in texts if isinstance(text, str))

    def _mark_in(self, raw: bytes) -> str:
        """The same of a body that is no JSON, but that a lenient reader may take for some."""
        return self._marked(text.decode("latin-1") for text in _CARRIED.findall(raw))

    def _marked(self, texts: Iterable[str]) -> str:
        return next((text for text in texts if self._mark.search(text)), "")

    def _awaits(self, marker: str) -> bool:
        """Whether a create with that mark has no usable answer, and so may have made it as well."""
        return any(intent.marker == marker for intent in self.ledger.pending.values())


def _id(row: Any) -> str:
    """The id of a refund where it is a uuid, or nothing."""
    found = row.get(ID) if isinstance(row, dict) else None
    return found if isinstance(found, str) and _UUID.fullmatch(found) else ""


def _may_make(request: Request, body: Json | None) -> bool:
    """Whether a create has what it takes, as far as its bytes can be read here."""
    if body is not None:
        return all(name in body for name in _REQUIRED)
    if any(request.header(name) is not None for name in _ENCODED):
        return True
    return all(name.encode() in (request.body or b"") for name in _REQUIRED)


def _object(body: bytes | None) -> Json | None:
    try:
        parsed = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None
