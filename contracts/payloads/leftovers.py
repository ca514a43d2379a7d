"""A ledger of what an export may have left behind, for `contracts sweep`; nothing is sent."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contracts.kernel.terms import CARRIERS
from contracts.payloads.baseline import MARK
from contracts.payloads.formats import may_create
from contracts.payloads.record import Record, Sent
from contracts.safety.ledger import Ledger
from contracts.targets.json_body import lenient_object

Json = dict[str, Any]
RUN_NAME = re.compile("r[0-9a-f]{12}")
"""The mark of a run: the letter r, the nonce of its ledger, and five more digits."""

_NONCE = slice(1, 8)


def write_ledgers(
    path: Path, run: str, records: Iterable[Record], about: Mapping[str, Any]
) -> list[Path]:
    """Write ledgers of the creates that carry the mark of a run.

    Args:
        path: a new file; a second ledger has `-2` in its name, and so on.
        run: the mark, as `RUN_NAME`.
        records: those that the run may have sent.
        about: the target and the client of the run.

    Returns:
        The files, each of which one sweep can take.

    Raises:
        LedgerError: a file is there already or cannot be written.
    """
    creates, files = _creates(run, records), list[Path]()
    for at in range(0, len(creates), _MOST):
        number = f"-{at // _MOST + 1}" if at else ""
        file = path.with_name(f"{path.stem}{number}{path.suffix}")
        ledger = Ledger.begin(file, {"nonce": run[_NONCE], **about})
        try:
            for marker, body in creates[at : at + _MOST]:
                ledger.intend(marker, body)
        finally:
            ledger.close()
        files.append(file)
    return files


_MOST = 200
"""Creates in a ledger: a sweep has 1,000 requests, and sets three aside for each."""


def _creates(run: str, records: Iterable[Record]) -> list[tuple[str, Json]]:
    """The text with the mark and the body of each create that a search can tell from others."""
    found: dict[tuple[str, int], Json] = {}
    for record in records:
        for sent in (*(step.request for step in record.setup), record.request):
            body = _body(sent, run) if may_create(sent) else {}
            texts, cents = (body.get(name) for name in CARRIERS), body.get("amount_cents")
            marker = next((text for text in texts if isinstance(text, str) and run in text), "")
            if marker and type(cents) is int:
                found.setdefault((marker, cents), body)
    return [(marker, body) for (marker, _), body in found.items()]


def _body(sent: Sent, run: str) -> Json:
    return lenient_object((sent.body or b"").replace(MARK.encode(), run.encode())) or {}
