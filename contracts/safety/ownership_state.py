"""In-memory ownership state, rebuilt from ledger events; `ledger` persists it."""

from dataclasses import dataclass, field
from itertools import islice
from math import ceil
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]
AT_ONCE = 50
"""How many check numbers one list is asked for."""
MOST_WITNESSES = 3
"""How many refunds of ours a clean-up asks for to learn whether lists can be believed."""
_SHORT = 60


@dataclass(slots=True)
class Intent:
    """A POST that is about to leave.

    Attributes:
        number: counts from 1.
        marker: the text in its body with a mark of the run, or empty.
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
        owned: refunds of ours that exist, oldest first: ids in lower case, to ids as answered.
        ever: ids of all refunds that were ever ours.
        unconfirmed: ids that only the answer to their create said to be ours, with their intents.
        listed: ids that only a list, or a read of a refused create, showed with a mark of ours; a
            GET must show it too before they are changed.
        listable: quick intents by the ids that answers to their creates held.
        foreign: ids that were answered to a create of ours, or listed with a mark of ours, and
            turned out to be other refunds.
        pending: intents whose outcome is unknown, by number.
        refused_intents: intents that were sent and refused, by mark.
        wrote_despite_refusal: ids of refunds that refused intents made nevertheless, with the
            numbers of those intents.
        unread: refunds and marks that the last clean-up could not ask for.
        unlisted: ids that a clean-up asks for with a GET at its end: no quick list shows them, as
            their mark is elsewhere, or their DELETE was answered though they stayed.
        slow: by mark, the other intents that left: each with a long check number takes a list of
            its own, and the rest one list a payer.
        quick: by check number, the intents that left and that a list of fifty can look for.
    """

    about: Json = field(default_factory=dict)
    owned: dict[str, str] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    unconfirmed: dict[str, Intent] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    listable: dict[str, Intent] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    pending: dict[int, Intent] = field(default_factory=dict)
    refused_intents: dict[str, list[Intent]] = field(default_factory=dict)
    wrote_despite_refusal: dict[str, int] = field(default_factory=dict)
    unread: int = 0
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
        """The requests to delete all of it, and to check that refused creates made nothing.

        Once one of those did, each of them may be a refund to delete. Not counted are further pages
        of a payer's list, and deleting what only the last check shows.
        """
        unsure = self.unconfirmed.keys() | self.listed
        to_delete = len(self.owned) + len(unsure & self.owned.keys())
        refused = sum(map(len, self.refused_intents.values())) if self.wrote_despite_refusal else 0
        in_doubt = max(0, refused - len(self.wrote_despite_refusal))
        alone = sum(intent.by_number for intent in self.slow.values())
        payers = {
            str((intent.body or {}).get("non_insurance_payer_id"))
            for intent in self.slow.values()
            if not intent.by_number
        }
        to_ask = ceil(len(self.quick) / AT_ONCE) + len(self.unlisted) + alone + len(payers)
        to_ask += 1 + MOST_WITNESSES if self.witnesses else 0
        return to_delete + 3 * len(self.pending) + to_ask + 2 * in_doubt

    @property
    def witnesses(self) -> dict[str, Intent]:
        """The oldest of our refunds that a list by check number should show, by id."""
        made = ((key, intent) for key, intent in self.listable.items() if key in self.owned)
        return dict(islice(made, MOST_WITNESSES))

    def names(self, text: str) -> bool:
        """Whether a text is a mark of ours, or an id that was taken for ours."""
        return text in self.quick or text in self.slow or text.lower() in self.foreign

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
                self._make(event["id"].lower(), intent)
            if kind == "refused" and intent is not None:
                self._refuse(intent, left=bool(event["status"]))
        if "id" in event:
            self._apply_to_refund(str(kind), event["id"].lower(), event)

    def _await(self, intent: Intent) -> None:
        self._intents = intent.number
        self.pending[intent.number] = intent
        if intent.marker:
            # Of two creates with one mark the first stays, as the second may never leave.
            (self.quick if intent.is_quick else self.slow).setdefault(intent.marker, intent)

    def _refuse(self, intent: Intent, *, left: bool) -> None:
        if self.slow.get(intent.marker) is intent:
            del self.slow[intent.marker]
        if not left and self.quick.get(intent.marker) is intent:
            del self.quick[intent.marker]
        elif left and intent.marker and intent.body is not None:
            self.refused_intents.setdefault(intent.marker, []).append(intent)

    def _make(self, key: str, intent: Intent) -> None:
        self.unconfirmed[key] = intent
        if intent.is_quick:
            self.listable[key] = intent
        else:
            self.unlisted.add(key)

    def _own(self, kind: str, key: str, event: Json) -> None:
        if key in self.ever and key not in self.owned:
            self.unlisted.add(key)
        self.owned[key] = event["id"]
        self.ever.add(key)
        if kind == "found":
            self.listed.add(key)
        if "refused" in event:
            self.wrote_despite_refusal[key] = event["refused"]

    def _apply_to_refund(self, kind: str, key: str, event: Json) -> None:
        if kind in {"made", "found"}:
            self._own(kind, key, event)
        elif kind == "sure":
            self.unconfirmed.pop(key, None)
            self.listed.discard(key)
        elif kind == "foreign":
            intent = self.unconfirmed.pop(key, None)
            if intent is not None:
                self.pending[intent.number] = intent
            self.owned.pop(key, None)
            self.unlisted.discard(key)
            self.listed.discard(key)
            self.wrote_despite_refusal.pop(key, None)
            self.ever.discard(key)
            self.foreign.add(key)
        elif kind == "gone":
            self.owned.pop(key, None)
