"""The ownership ledger: which refunds are ours, in a file that outlives a crash; no requests.

One JSON object a line. `begin` names target and client; `intent` is on the disk before its POST
leaves, with its marker and its body; `made`, `refused` and `settled` say what came of intent n;
`sure` that another answer showed a refund with its mark, `foreign` that one showed it without;
`found` that a search found it; `gone` that it was deleted. Secrets are never written.

A line that was cut short is passed over: without its intent no POST left, a refund that was made
is found by its mark, and one that is gone answers 404. A create that was refused made nothing, so
its intent is settled, but is remembered, for a server may refuse and write all the same.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from contracts.safety.errors import LedgerError

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
class Ledger:
    """What is ours at a target.

    Attributes:
        path: the file, or None for a run whose world is thrown away.
        about: the `begin` line: target, client id, seed.
        owned: refunds of ours that stand, oldest first: ids in lower case, to ids as answered.
        ever: ids of all refunds that ever were ours.
        unsure: ids that only the answer to their create said to be ours, with their intents.
        foreign: ids that were answered to a create of ours, and turned out not to be it.
        pending: intents whose end is unknown, by number.
        denied: intents that were sent and refused, by mark; a server that keeps to its word made
            nothing of them.
        lies: ids that they turned out to have made, with the numbers of their intents.
    """

    path: Path | None = None
    about: Json = field(default_factory=dict)
    owned: dict[str, str] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    unsure: dict[str, Intent] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    pending: dict[int, Intent] = field(default_factory=dict)
    denied: dict[str, list[Intent]] = field(default_factory=dict)
    lies: dict[str, int] = field(default_factory=dict)
    _numbers: set[str] = field(default_factory=set)
    _intents: int = 0
    _file: TextIO | None = None

    @classmethod
    def begin(cls, path: Path, about: Mapping[str, Any]) -> "Ledger":
        """A new ledger; a file that stands there already is not overwritten.

        Raises:
            LedgerError: the file is there already or cannot be written.
        """
        ledger = cls(path, dict(about))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            ledger._file = path.open("x", encoding="utf-8")
        except FileExistsError as error:
            raise LedgerError(
                f"{path} is there already: run `contracts sweep {path}`, which empties and keeps "
                "it, then name another file with --ledger"
            ) from error
        except OSError as error:
            raise LedgerError(f"{path}: cannot be written ({error}); see --ledger") from error
        ledger._write({"event": "begin", **about}, sync=True)
        return ledger

    @classmethod
    def load(cls, path: Path) -> "Ledger":
        """The ledger in a file, to be swept.

        Raises:
            LedgerError: the file cannot be read or is no ledger.
        """
        ledger = cls(path)
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
            for number, line in enumerate(lines, 1):
                ledger._read(number, line)
            ledger._file = path.open("a", encoding="utf-8")
            if lines[-1]:
                ledger._file.write("\n")
        except OSError as error:
            raise LedgerError(f"{path}: cannot be read ({error}); name a ledger file") from error
        return ledger

    def _read(self, number: int, line: str) -> None:
        """Apply one line; one that cannot be read is passed over, unless it is the first."""
        with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            self._apply(json.loads(line))
        if not self.about:
            raise LedgerError(f"{self.path}, line {number}: no `begin` line; is it a ledger?")

    def intend(self, marker: str, body: Json | None) -> Intent:
        """Note that a POST is about to leave; on the disk when this returns."""
        intent = Intent(self._intents + 1, marker, body)
        event = {"event": "intent", "n": intent.number, "marker": marker, "body": body}
        self._write(event, sync=True)
        self._apply(event)
        return intent

    def made(self, number: int, refund_id: str) -> None:
        """Note the id that an intent became, as the answer to it says."""
        event = {"event": "made", "n": number, "id": refund_id}
        self._apply(event)
        self._write(event)

    def is_sure(self, refund_id: str) -> None:
        """Note that another answer showed a refund with its mark."""
        self._tell({"event": "sure", "id": refund_id})

    def is_foreign(self, refund_id: str) -> None:
        """Note that another answer showed a refund without the mark that it should have."""
        self._tell({"event": "foreign", "id": refund_id})

    def found(self, refund_id: str) -> None:
        """Note a refund that was found to be ours."""
        self._tell({"event": "found", "id": refund_id})

    def caught(self, refund_id: str, number: int) -> None:
        """Note a refund that an intent made though it was refused."""
        self._tell({"event": "found", "id": refund_id, "refused": number})

    def refused(self, number: int, status: int) -> None:
        """Note that an intent made nothing, as the answer says; status 0 if it never left."""
        self._tell({"event": "refused", "n": number, "status": status})

    def settled(self, number: int) -> None:
        """Note that all that an intent made is known."""
        self._tell({"event": "settled", "n": number})

    def gone(self, refund_id: str) -> None:
        """Note that a refund of ours stands no more."""
        if refund_id.lower() in self.owned:
            self._tell({"event": "gone", "id": refund_id})

    @property
    def due(self) -> int:
        """The requests that deleting all of it takes, and a look whether refusals were true.

        Once one was not, each may be a refund to delete. What goes past it: the further pages of a
        payer's list, and deleting what only the last look shows of a server that lies.
        """
        to_delete = len(self.owned) + len(self.unsure.keys() & self.owned)
        denials = sum(map(len, self.denied.values())) if self.lies else 0
        in_doubt = max(0, denials - len(self.lies))
        to_ask = ceil(len(self._numbers) / AT_ONCE)
        return to_delete + 2 * len(self.pending) + to_ask + in_doubt

    @property
    def closed(self) -> bool:
        """Whether nothing can be noted any more."""
        return self._file is None

    def retire(self, *, keep: bool) -> None:
        """Close the file, and delete it where nothing of ours is left unless it is to be kept."""
        self.close()
        settled = not self.owned and not any(intent.marker for intent in self.pending.values())
        if self.path is not None and settled and not keep:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _tell(self, event: Json) -> None:
        """Note what a later sweep would find out by itself, were it not written."""
        self._apply(event)
        with suppress(LedgerError):
            self._write(event)

    def _apply(self, event: Json) -> None:
        kind = event.get("event")
        if kind == "begin":
            self.about = event
        elif kind == "intent":
            self._intents = event["n"]
            self.pending[event["n"]] = Intent(event["n"], event["marker"], event["body"])
        elif kind in {"made", "refused", "settled"}:
            intent = self.pending.pop(event["n"], None)
            if kind == "made" and intent is not None:
                self.unsure[event["id"].lower()] = intent
            if kind == "refused" and intent is not None and event["status"]:
                self._deny(intent)
        if "id" in event:
            _OF_ONE[str(kind)](self, event["id"].lower(), event["id"])
            if "refused" in event:
                self.lies[event["id"].lower()] = event["refused"]

    def _deny(self, intent: Intent) -> None:
        if intent.marker and intent.body is not None:
            self.denied.setdefault(intent.marker, []).append(intent)
            if intent.is_quick:
                self._numbers.add(intent.marker)

    def _own(self, key: str, refund_id: str) -> None:
        self.owned[key] = refund_id
        self.ever.add(key)

    def _sure(self, key: str, _: str) -> None:
        self.unsure.pop(key, None)

    def _disown(self, key: str, _: str) -> None:
        intent = self.unsure.pop(key, None)
        if intent is not None:
            self.pending[intent.number] = intent
        self.owned.pop(key, None)
        self.ever.discard(key)
        self.foreign.add(key)

    def _lose(self, key: str, _: str) -> None:
        self.owned.pop(key, None)

    def _write(self, event: Json, *, sync: bool = False) -> None:
        if self._file is None:
            return
        try:
            self._file.write(json.dumps(event) + "\n")
            self._file.flush()
            if sync:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise LedgerError(f"{self.path}: cannot be written ({error})") from error


_OF_ONE: Mapping[str, Callable[[Ledger, str, str], None]] = {
    "made": Ledger._own,
    "found": Ledger._own,
    "sure": Ledger._sure,
    "foreign": Ledger._disown,
    "gone": Ledger._lose,
}
