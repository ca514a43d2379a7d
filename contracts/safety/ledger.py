"""The ownership ledger: which refunds are ours, in a file that outlives a crash; no requests.

One JSON object a line. `begin` names target and client; `intent` is on the disk before its POST
leaves, with its marker and the digest of its body; `made`, `refused` and `lost` say what came of
intent n; `gone` that a refund of ours was deleted. Secrets are never written.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from contracts.safety.errors import LedgerError

Json = dict[str, Any]


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


@dataclass(slots=True)
class Ledger:
    """What is ours at a target.

    Attributes:
        path: the file, or None for a run whose world is thrown away.
        about: the `begin` line: target, client id, seed.
        owned: ids of refunds of ours that stand, oldest first.
        ever: ids of all refunds that ever were ours.
        pending: intents whose end is unknown, by number.
    """

    path: Path | None = None
    about: Json = field(default_factory=dict)
    owned: dict[str, None] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    pending: dict[int, Intent] = field(default_factory=dict)
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
        """The ledger in a file, to be swept; a last line cut short by a crash is passed over.

        Raises:
            LedgerError: the file cannot be read or is no ledger.
        """
        ledger = cls(path)
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
            for number, line in enumerate(lines[:-1], 1):
                ledger._apply(_parsed(path, number, line))
            ledger._file = path.open("a", encoding="utf-8")
            if lines[-1]:
                ledger._file.write("\n")
        except OSError as error:
            raise LedgerError(f"{path}: cannot be read ({error}); name a ledger file") from error
        if not ledger.about:
            raise LedgerError(f"{path}: no ledger, as it has no `begin` line")
        return ledger

    def intend(self, marker: str, body: Json | None) -> Intent:
        """Note that a POST is about to leave; on the disk when this returns."""
        intent = Intent(self._intents + 1, marker, body)
        self._note(
            {"event": "intent", "n": intent.number, "marker": marker, "body": body}, sync=True
        )
        return intent

    def made(self, number: int, refund_id: str) -> None:
        """Note the id that an intent became."""
        self._note({"event": "made", "n": number, "id": refund_id.lower()})

    def found(self, refund_id: str) -> None:
        """Note a refund that was found to be ours."""
        self._note({"event": "found", "id": refund_id.lower()}, sync=True)

    def refused(self, number: int, status: int) -> None:
        """Note that an intent made nothing."""
        self._note({"event": "refused", "n": number, "status": status})

    def settled(self, number: int) -> None:
        """Note that all that an intent made is known."""
        self._note({"event": "settled", "n": number}, sync=True)

    def gone(self, refund_id: str) -> None:
        """Note that a refund of ours stands no more."""
        if refund_id.lower() in self.owned:
            self._note({"event": "gone", "id": refund_id.lower()})

    @property
    def closed(self) -> bool:
        """Whether nothing can be noted any more."""
        return self._file is None

    def retire(self, *, keep: bool) -> None:
        """Close the file, and delete it where nothing of ours is left unless it is to be kept."""
        self.close()
        settled = not self.owned and not any(intent.marker for intent in self.pending.values())
        if self.path is not None and settled and not keep:
            self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _note(self, event: Json, *, sync: bool = False) -> None:
        self._write(event, sync=sync)
        self._apply(event)

    def _apply(self, event: Json) -> None:
        kind = event.get("event")
        if kind == "begin":
            self.about = event
        elif kind == "intent":
            self._intents = event["n"]
            self.pending[event["n"]] = Intent(event["n"], event["marker"], event["body"])
        elif kind in {"made", "refused", "settled"}:
            self.pending.pop(event["n"], None)
        if kind in {"made", "found"}:
            self.owned[event["id"]] = None
            self.ever.add(event["id"])
        elif kind == "gone":
            self.owned.pop(event["id"], None)

    def _write(self, event: Json, *, sync: bool) -> None:
        if self._file is None:
            return
        try:
            self._file.write(json.dumps(event) + "\n")
            self._file.flush()
            if sync:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise LedgerError(f"{self.path}: cannot be written ({error})") from error


def _parsed(path: Path, number: int, line: str) -> Json:
    try:
        event = json.loads(line) if line.strip() else {}
    except ValueError as error:
        raise LedgerError(f"{path}, line {number}: no JSON ({error}); is it a ledger?") from error
    if not isinstance(event, dict):
        raise LedgerError(f"{path}, line {number}: expected an object, found {line[:60]!r}")
    return event
