"""Deletes the refunds of a ledger, newest first, and finds those whose id a crash lost."""

from collections.abc import Callable
from contextlib import suppress
from time import sleep
from typing import Any

from contracts.errors import Blocked, SafetyError, TargetError
from contracts.model import ID, REFUNDS
from contracts.safety.ledger import Ledger
from contracts.safety.ownership_state import AT_ONCE, Intent
from contracts.safety.search import LedgerQuery, NoFilter, Search, id_of, is_of, ledger_queries
from contracts.safety.swept import Swept
from contracts.targets.target import Reply, Request, Send

_TRIES = 3
_GATEWAY = frozenset({502, 503, 504})
_LATE_SECONDS = 1.0
_PAGES_OF_PAYER = 3
Json = dict[str, Any]


def sweep(ledger: Ledger, send: Send, wait: Callable[[float], None] = sleep) -> Swept:
    """Delete all that is ours at the target.

    Args:
        ledger: what is ours; it is kept up to date.
        send: the target, behind an `Ownership` of this ledger.
        wait: lets time pass, so that a create that is still under way can end.
    """
    send = _patiently(send)
    search = Search(send)
    known, before = set(ledger.ever), _deleted_of_refused(ledger)
    hidden = _hidden(ledger, search)
    _find_all(ledger, search, wait, _pending, believed=not hidden)
    unclear = set(ledger.pending)
    deleted, left = _delete_all(ledger, send)
    if ledger.unconfirmed or ledger.pending.keys() - unclear:
        # An id is another's, or no read shows it: look for the mark of its create.
        _find_all(ledger, search, wait, _unsettled, believed=not hidden)
        more, left = _delete_all(ledger, send)
        deleted += more
    for late in range(_TRIES + 1):
        tried = set() if late else set(ledger.owned)
        ledger.unread = _look_again(ledger, search) + _ask_again(ledger, send)
        if not ledger.owned.keys() - tried:
            break
        if late == _TRIES:
            left = [f"{key} (a list or a get still shows it)" for key in ledger.owned]
            break
        if late:
            wait(_LATE_SECONDS)
        more, left = _delete_all(ledger, send)
        deleted += more
    if hidden:
        ledger.unread = max(ledger.unread, len(ledger.quick))
    return Swept(
        deleted,
        len(ledger.ever - known),
        tuple(left),
        sum(not intent.marker for intent in ledger.pending.values()),
        tuple(sorted(ledger.foreign)),
        tuple(intent.marker for intent in _pending(ledger)),
        len(_deleted_of_refused(ledger) - before),
        ledger.unread,
        hidden,
    )


def _patiently(send: Send) -> Send:
    """Send reads again that a gateway answered, as those decide what is believed to be gone."""

    def again(request: Request) -> Reply:
        reply = send(request)
        for _ in range(_TRIES - 1):
            if request.method != "GET" or reply.status not in _GATEWAY:
                break
            reply = send(request)
        return reply

    return again


def _deleted_of_refused(ledger: Ledger) -> set[str]:
    return ledger.wrote_despite_refusal.keys() - ledger.owned.keys()


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


Intents = Callable[[Ledger], list[Intent]]


def _hidden(ledger: Ledger, search: Search) -> str:
    """The id of a refund of ours that a GET shows and a list does not, or nothing."""
    witnesses = ledger.witnesses
    for query in ledger_queries(witnesses.values()):
        try:
            if search.rows(query):
                return ""
        except (TargetError, SafetyError):
            return ""
    for key, intent in witnesses.items():
        with suppress(TargetError, SafetyError):
            row = search.ask(key).json_or_none()
            if id_of(row).lower() == key and is_of(row, intent):
                return key
    return ""


def _find_all(
    ledger: Ledger,
    search: Search,
    wait: Callable[[float], None],
    intents: Intents,
    *,
    believed: bool,
) -> None:
    """Look for what some intents made, and once more for what is not there yet.

    A list without its refund settles a create only where such lists are `believed`. The second time
    asks for one check number a list, as a server may read only one of many.
    """
    for last in (False, True):
        some = ledger_queries(intents(ledger), 1 if last else AT_ONCE)
        late = [_find(ledger, search, query, settles=last and believed) for query in some]
        if last or not any(late):
            return
        wait(_LATE_SECONDS)


def _pending(ledger: Ledger) -> list[Intent]:
    """The marked creates that no id is known of."""
    return [intent for intent in ledger.pending.values() if intent.marker]


def _unsettled(ledger: Ledger) -> list[Intent]:
    """The same, and the creates whose refund no read has shown with its mark."""
    return [*_pending(ledger), *ledger.unconfirmed.values()]


def _find(ledger: Ledger, search: Search, query: LedgerQuery, *, settles: bool) -> bool:
    """Whether more may be found later."""
    try:
        rows = search.rows(query)
    except NoFilter:
        return len(query.values) > 1
    except (TargetError, SafetyError):
        return True
    for intent in query.intents:
        fresh = [row[ID] for row in rows if is_of(row, intent)]
        fresh = [refund_id for refund_id in fresh if refund_id.lower() not in ledger.ever]
        ours = [refund_id for refund_id in fresh if _claim(ledger, search, refund_id)]
        # A mark under another's id shows that a refund exists, but not which one it is.
        if ours or (settles and not fresh):
            ledger.note("settled", n=intent.number)
    left = {intent.number for intent in _unsettled(ledger)}
    return any(intent.number in left for intent in query.intents)


def _look_again(ledger: Ledger, search: Search) -> int:
    """Find refunds that exist though they were deleted, made twice, or refused.

    All quick check numbers are asked for, fifty at once; the other marks in the first pages of the
    lists of their payers, as those may be long. Of refused creates those count only where a refusal
    was a lie.

    Returns:
        How many check numbers no list could be asked for.
    """
    unread = 0
    for query in ledger_queries(ledger.quick.values()):
        try:
            _take_on(ledger, search, search.rows(query))
        except (TargetError, SafetyError):
            unread += len(query.values)
    slow = list(ledger.slow.values())
    if ledger.wrote_despite_refusal:
        refused = (intent for some in ledger.refused_intents.values() for intent in some)
        slow += [intent for intent in refused if not intent.is_quick]
    for query in ledger_queries(slow):
        with suppress(TargetError, SafetyError):
            _take_on(ledger, search, search.rows(query, _PAGES_OF_PAYER))
    return unread


def _claim(ledger: Ledger, search: Search, refund_id: str) -> bool:
    """Note a refund that a list shows with our mark; whether it is not known to be another's.

    A list may lie about ids, so a GET must show the mark too: `Ownership` reads its answer.
    """
    if refund_id.lower() in ledger.foreign:
        return False
    ledger.note("found", id=refund_id)
    with suppress(TargetError, SafetyError):
        search.ask(refund_id)
    return refund_id.lower() not in ledger.foreign


def _take_on(ledger: Ledger, search: Search, rows: list[Json]) -> None:
    for row in rows:
        # What a refused create made, `Ownership` takes on, which knows what was there before.
        refused = not ledger.refused_intents.keys().isdisjoint(
            {row.get("check_number"), row.get("refund_note")}
        )
        key = row[ID].lower()
        if key not in ledger.owned and (key in ledger.ever or not refused):
            _claim(ledger, search, row[ID])


def _ask_again(ledger: Ledger, send: Send) -> int:
    """Find by their ids refunds that exist though they were deleted, where a list is no proof.

    Returns:
        How many refunds could not be asked for.
    """
    unread = 0
    for key in sorted(ledger.unlisted - ledger.owned.keys() - ledger.unconfirmed.keys()):
        try:
            reply = send(Request("GET", f"{REFUNDS}/{key}"))
        except (TargetError, SafetyError):
            reply = None
        if reply is None or reply.status not in {200, 404}:
            unread += 1
            continue
        answer = reply.json_or_none()
        if isinstance(answer, dict) and str(answer.get(ID)).lower() == key:
            ledger.note("found", id=key)
    return unread
