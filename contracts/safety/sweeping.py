"""Deletes what a ledger holds, newest first, and finds what a crash left without an id."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import sleep
from typing import Any

from contracts.errors import TargetError
from contracts.law import Blocked
from contracts.model import ID, REFUNDS
from contracts.safety.errors import SafetyError
from contracts.safety.ledger import Intent, Ledger
from contracts.target import Pairs, Reply, Request, Send

Json = dict[str, Any]
_MOST_PAGES = 10_000
_TRIES = 3
_LATE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did.

    Attributes:
        deleted: refunds of ours that it deleted.
        found: how many of them had no id in the ledger.
        left: ids that could not be deleted, each with what the target said.
        unknown: creates whose end is not known and that carry no marker to look for.
        foreign: ids that were answered to creates of ours, but are other refunds.
    """

    deleted: int
    found: int
    left: tuple[str, ...] = ()
    unknown: int = 0
    foreign: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing of ours is left, as far as can be known."""
        return not self.left

    def sentences(self) -> list[str]:
        """What the reader must know."""
        told = [f"refund {text} is left behind; run `contracts sweep`" for text in self.left]
        if self.unknown:
            told.append(
                f"{self.unknown} creates that no API should accept ended without an answer to go "
                "by, and carry no mark to find them by"
            )
        if self.foreign:
            told.append(
                f"answers to creates named {', '.join(self.foreign)}, which turned out to be other "
                "refunds and were left alone"
            )
        return told


def sweep(ledger: Ledger, send: Send, wait: Callable[[float], None] = sleep) -> Swept:
    """Delete all that is ours at the target.

    Args:
        ledger: what is ours; it is kept up to date.
        send: the target, behind an `Ownership` of this ledger.
        wait: lets a create that is still under way come to its end.
    """
    found = _find_all(ledger, send, wait)
    deleted, left = _delete_all(ledger, send)
    if any(intent.marker for intent in ledger.pending.values()):
        # Its id was another's, so what it made is looked for by its mark.
        found += _find_all(ledger, send, wait)
        more, left = _delete_all(ledger, send)
        deleted += more
    unknown = sum(not intent.marker for intent in ledger.pending.values())
    lost = [
        f"of intent {i.number} (marked {i.marker!r})" for i in ledger.pending.values() if i.marker
    ]
    return Swept(deleted, found, (*left, *lost), unknown, tuple(sorted(ledger.foreign)))


def _delete_all(ledger: Ledger, send: Send) -> tuple[int, list[str]]:
    """How many were deleted, and what is left with what the target said."""
    left, deleted = [], 0
    for refund_id in reversed(list(ledger.owned.values())):
        said = _delete(ledger, send, refund_id)
        deleted += said == ""
        if said and refund_id.lower() in ledger.owned:
            left.append(f"{refund_id} ({said})")
    return deleted, left


def _delete(ledger: Ledger, send: Send, refund_id: str) -> str:
    said = ""
    for _ in range(_TRIES):
        try:
            status = send(Request("DELETE", f"{REFUNDS}/{refund_id}")).status
        except (TargetError, Blocked) as error:
            said = str(error)
            continue
        except SafetyError as error:
            return str(error)
        if status in {200, 204, 404}:
            ledger.gone(refund_id)
            return ""
        said = f"its DELETE answered {status}"
    return said


def _find_all(ledger: Ledger, send: Send, wait: Callable[[float], None]) -> int:
    """Look for each intent without an id; those not there yet are looked for once more."""
    before = len(ledger.ever)
    for last in (False, True):
        marked = [intent for intent in ledger.pending.values() if intent.marker]
        for intent in marked:
            _find(ledger, send, intent, last=last)
        if not any(intent.marker for intent in ledger.pending.values()):
            break
        wait(_LATE_SECONDS)
    return len(ledger.ever) - before


def _find(ledger: Ledger, send: Send, intent: Intent, *, last: bool) -> None:
    try:
        rows = [row for row in _rows(send, intent) if _is_of(row, intent)]
    except (TargetError, SafetyError):
        return
    fresh = [row[ID] for row in rows if row[ID].lower() not in ledger.ever]
    for refund_id in fresh:
        ledger.found(refund_id)
    if fresh or last:
        ledger.settled(intent.number)


def _rows(send: Send, intent: Intent) -> Iterator[Json]:
    body = intent.body or {}
    by_number = body.get("check_number") == intent.marker
    name = "check_number" if by_number else "non_insurance_payer_id"
    query: Pairs = ((name, str(body.get(name))), ("limit", "999"))
    token: Any = ""
    used: set[str] = set()
    for _ in range(_MOST_PAGES):
        pairs = (*query, ("page_token", token)) if token else query
        page = _page(send(Request("GET", REFUNDS, query=pairs)))
        yield from (row for row in page["items"] if isinstance(row, dict))
        token = page.get("next_page_token")
        if not isinstance(token, str) or token in used:
            return
        used.add(token)


def _page(reply: Reply) -> Json:
    answer = reply.json_or_none()
    if reply.status == 422:
        return {"items": []}
    if reply.status != 200 or not isinstance(answer, dict):
        raise TargetError(f"a list answered {reply.status}")
    items = answer.get("items")
    return {**answer, "items": items if isinstance(items, list) else []}


def _is_of(row: Json, intent: Intent) -> bool:
    """Whether a refund is beyond doubt what an intent made: its random mark and its amount."""
    body = intent.body or {}
    carrier = "check_number" if body.get("check_number") == intent.marker else "refund_note"
    same_mark = row.get(carrier) == intent.marker
    return same_mark and row.get("amount_cents") == body.get("amount_cents") and _has_id(row)


def _has_id(row: Json) -> bool:
    return isinstance(row.get(ID), str)
