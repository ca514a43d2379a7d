"""The ownership ledger: which refunds are ours, in a file that outlives a crash; no requests.

One JSON object a line. `begin` names target, client and the nonce of the run's marks; `intent` is
on the disk before its POST leaves, with its marker and its body; `made`, `refused` and `settled`
say what came of intent n; `sure` that another answer showed a refund with its mark, `foreign` that
one showed it without; `found` that a search found it; `gone` that it was deleted. Secrets are never
written.

A line that was cut short is ignored: without its intent no POST left, a refund that was made is
found by its mark, and one that is gone answers 404. The intent of a refused create is settled, but
kept in mind, as a server may refuse a create and write it nevertheless.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from contracts.errors import LedgerError
from contracts.kernel.terms import new_nonce
from contracts.safety.ownership_state import Intent, OwnershipState

Json = dict[str, Any]


@dataclass(slots=True)
class Ledger(OwnershipState):
    """The ownership state, kept in a file if there is one.

    Attributes:
        path: the file, or None for a run whose world is thrown away.
    """

    path: Path | None = None
    _file: TextIO | None = None

    @classmethod
    def begin(cls, path: Path, about: Mapping[str, Any]) -> "Ledger":
        """A new ledger; a file that exists is not overwritten.

        Raises:
            LedgerError: the file is there already or cannot be written.
        """
        about = {"nonce": new_nonce(), **about}
        ledger = cls(about, path=path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # An empty file is what a full disk leaves of a ledger, and holds nothing of ours.
            empty = path.is_file() and path.stat().st_size == 0
            ledger._file = path.open("w" if empty else "x", encoding="utf-8")
        except FileExistsError as error:
            raise LedgerError(
                f"{path} is there already: run `contracts sweep {path}`, which empties and keeps "
                "it, then name another file with --ledger"
            ) from error
        except OSError as error:
            raise LedgerError(f"{path}: cannot be written ({error}); see --ledger") from error
        try:
            ledger._write({"event": "begin", **about}, sync=True)
        except LedgerError:
            ledger.close()
            path.unlink(missing_ok=True)
            raise
        return ledger

    @classmethod
    def load(cls, path: Path) -> "Ledger":
        """The ledger in a file, to be swept.

        Raises:
            LedgerError: the file cannot be read or is no ledger.
        """
        ledger = cls(path=path)
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
            for number, line in enumerate(lines, 1):
                ledger._read(number, line)
        except OSError as error:
            raise LedgerError(f"{path}: cannot be read ({error}); name a ledger file") from error
        # A ledger on a disk that is full or read-only is swept without noting it.
        with suppress(OSError):
            ledger._file = path.open("a", encoding="utf-8")
            if lines[-1]:
                ledger._file.write("\n")
        return ledger

    def _read(self, number: int, line: str) -> None:
        """Apply one line; ignore one that cannot be read, unless it is the first."""
        with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            self.apply(json.loads(line))
        if not self.about:
            raise LedgerError(f"{self.path}, line {number}: no `begin` line; is it a ledger?")

    def intend(self, marker: str, body: Json | None) -> Intent:
        """Note that a POST is about to leave; on the disk when this returns."""
        intent = Intent(self._intents + 1, marker, body)
        event = {"event": "intent", "n": intent.number, "marker": marker, "body": body}
        self._write(event, sync=True)
        self.apply(event)
        return intent

    def made(self, number: int, refund_id: str) -> None:
        """Note the id that an intent became, as the answer to it says."""
        event = {"event": "made", "n": number, "id": refund_id}
        self.apply(event)
        self._write(event)

    def note(self, event: str, **fields: Any) -> None:
        """Note an event that a later sweep would find out by itself, were it not written.

        Args:
            event: `refused`, `settled`, `sure`, `foreign`, `found` or `gone`.
            fields: `n` or `id`; the status of a refusal, 0 if the create never left; `refused`,
                the number of the refused intent that made a refund which was found.
        """
        line = {"event": event, **fields}
        self.apply(line)
        with suppress(LedgerError):
            self._write(line)

    def gone(self, refund_id: str) -> None:
        """Note that a refund of ours no longer exists."""
        if refund_id.lower() in self.owned:
            self.note("gone", id=refund_id)

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file is None

    def retire(self, *, keep: bool) -> None:
        """Close the file, and delete it if nothing of ours is left, unless it is to be kept."""
        self.close()
        marked = any(intent.marker for intent in self.pending.values())
        settled = not self.owned and not marked and not self.unread
        if self.path is not None and settled and not keep:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None

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
