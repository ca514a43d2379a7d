"""In-memory ownership state, rebuilt from ledger events; `ledger` persists it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]
AT_ONCE = 50
"""How many check numbers one list is asked for."""
_SHORT = 60


@dataclass(slots=True)
class Intent:
    """A POST that is about to leave.

    Attributes:
        number: counts from 1.
        marker: a text that no foreign refund carries, empty where the body holds none.
        body: what was sent, parsed, or None where it is no JSON object.
    """

    number: int
    marker: str
    body: Json | None

    @property
    def by_number(self) -> bool:
        """Whether a list by check number would show what it made."""
        return bool(self.marker) and (self.body or {}).get("check_number") == self.marker

    @property
    def is_quick(self) -> bool:
        """Whether that list may be asked for others at once: its number fits into one address."""
        return self.by_number and len(quote(self.marker)) <= _SHORT


@dataclass(slots=True)
class OwnershipState:
    """What is ours at a target.

    Attributes:
        about: the `begin` line: target, client id, seed, nonce.
        owned: refunds of ours that stand, oldest first: ids in lower case, to ids as answered.
        ever: ids of all refunds that ever were ours.
        unconfirmed: ids that only the answer to their create said to be ours, with their intents.
        foreign: ids that were answered to a create of ours, and turned out not to be it.
        pending: intents whose end is unknown, by number.
        refused_intents: intents that were sent and refused, by mark; an honest server made nothing
            of them.
        wrote_despite_refusal: ids of refunds that refused intents made all the same, with the
            numbers of those intents.
        unlisted: ids of refunds that no quick list shows, as their mark is elsewhere.
        slow: by mark, the other intents that left, which the list of their payer shows.
        quick: by check number, the intents that left and that a list of fifty can look for.
    """

    about: Json = field(default_factory=dict)
    owned: dict[str, str] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    unconfirmed: dict[str, Intent] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    pending: dict[int, Intent] = field(default_factory=dict)
    refused_intents: dict[str, list[Intent]] = field(default_factory=dict)
    wrote_despite_refusal: dict[str, int] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    slow: dict[str, Intent] = field(default_factory=dict)
    quick: dict[str, Intent] = field(default_factory=dict)
    _intents: int = 0

    @property
    def nonce(self) -> str:
        """What each mark of the run holds; empty in a ledger of an older version."""
        return str(self.about.get("nonce", ""))

    @property
    def due(self) -> int:
        """The requests that deleting all of it takes, and a look whether refusals were true.

        Once one was not, each may be a refund to delete. What goes past it: the further pages of a
        payer's list, and deleting what only the last look shows of a server that lies.
        """
        to_delete = len(self.owned) + len(self.unconfirmed.keys() & self.owned)
        denials = sum(map(len, self.refused_intents.values())) if self.wrote_despite_refusal else 0
        in_doubt = max(0, denials - len(self.wrote_despite_refusal))
        payers = {
            str((intent.body or {}).get("non_insurance_payer_id")) for intent in self.slow.values()
        }
        to_ask = ceil(len(self.quick) / AT_ONCE) + len(self.unlisted) + len(payers)
        return to_delete + 2 * len(self.pending) + to_ask + in_doubt

    def apply(self, event: Json) -> None:
        """Take in one event."""
        kind = event.get("event")
        if kind == "begin":
            self.about = event
        elif kind == "intent":
            self._await(Intent(event["n"], event["marker"], event["body"]))
        elif kind in {"made", "refused", "settled"}:
            intent = self.pending.pop(event["n"], None)
            if kind == "made" and intent is not None:
                self._made(event["id"].lower(), intent)
            if kind == "refused" and intent is not None:
                self._deny(intent, left=bool(event["status"]))
        if "id" in event:
            _OF_ONE[str(kind)](self, event["id"].lower(), event["id"])
            if "refused" in event:
                self.wrote_despite_refusal[event["id"].lower()] = event["refused"]

    def _await(self, intent: Intent) -> None:
        self._intents = intent.number
        self.pending[intent.number] = intent
        if intent.marker:
            (self.quick if intent.is_quick else self.slow)[intent.marker] = intent

    def _deny(self, intent: Intent, *, left: bool) -> None:
        if self.slow.get(intent.marker) is intent:
            del self.slow[intent.marker]
        if not left and self.quick.get(intent.marker) is intent:
            del self.quick[intent.marker]
        elif left and intent.marker and intent.body is not None:
            self.refused_intents.setdefault(intent.marker, []).append(intent)

    def _made(self, key: str, intent: Intent) -> None:
        self.unconfirmed[key] = intent
        if not intent.is_quick:
            self.unlisted.add(key)

    def _own(self, key: str, refund_id: str) -> None:
        self.owned[key] = refund_id
        self.ever.add(key)

    def _sure(self, key: str, _: str) -> None:
        self.unconfirmed.pop(key, None)

    def _disown(self, key: str, _: str) -> None:
        intent = self.unconfirmed.pop(key, None)
        if intent is not None:
            self.pending[intent.number] = intent
        self.owned.pop(key, None)
        self.unlisted.discard(key)
        self.ever.discard(key)
        self.foreign.add(key)

    def _lose(self, key: str, _: str) -> None:
        self.owned.pop(key, None)


_OF_ONE: Mapping[str, Callable[[OwnershipState, str, str], None]] = {
    "made": OwnershipState._own,
    "found": OwnershipState._own,
    "sure": OwnershipState._sure,
    "foreign": OwnershipState._disown,
    "gone": OwnershipState._lose,
}
