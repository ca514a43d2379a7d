"""A ledger of what an export may have left behind, for `contracts sweep`; nothing is sent."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contracts.kernel.terms import CARRIERS
from contracts.payloads.baseline import MARK
from contracts.payloads.formats import may_create
from contracts.payloads.record import Record, Sent
from contracts.safety.ledger import Ledger
from contracts.targets.target import lenient_object

Json = dict[str, Any]
RUN_NAME = re.compile("r[0-9a-f]{12}")
"""The mark of a run: the letter r, the nonce of its ledger, and five more digits."""

_NONCE = slice(1, 8)


def write_ledger(path: Path, run: str, records: Iterable[Record], about: Mapping[str, Any]) -> int:
    """Write a ledger of the creates that carry the mark of a run.

    Args:
        path: a new file.
        run: the mark, as `RUN_NAME`.
        records: those that the run may have sent.
        about: the target and the client of the run.

    Returns:
        How many different creates it holds.

    Raises:
        LedgerError: the file is there already or cannot be written.
    """
    found: dict[tuple[str, str], Json] = {}
    for record in records:
        for sent in (*(step.request for step in record.setup), record.request):
            body = _body(sent, run) if may_create(sent) else {}
            texts = (body.get(name) for name in CARRIERS)
            marker = next((text for text in texts if isinstance(text, str) and run in text), "")
            if marker:
                found.setdefault((marker, json.dumps(body.get("amount_cents"))), body)
    ledger = Ledger.begin(path, {"nonce": run[_NONCE], **about})
    try:
        for (marker, _), body in found.items():
            ledger.intend(marker, body)
    finally:
        ledger.close()
    return len(found)


def _body(sent: Sent, run: str) -> Json:
    return lenient_object((sent.body or b"").replace(MARK.encode(), run.encode())) or {}
