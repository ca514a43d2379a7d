"""What is answered for ids that the fixture does not hold, where rules of existence are not
enforced.
"""

from __future__ import annotations

import json
from uuid import NAMESPACE_URL, uuid5

from mockserver.state.organization import CLAIM, Payer, TargetKey, encoded_target

__all__ = ["stand_in_payer", "stand_in_target"]


def stand_in_payer(payer_id: str) -> Payer:
    """An enabled payer without any particulars."""
    return Payer(payer_id, _encoded(payer_document(payer_id)))


def payer_document(payer_id: str) -> dict[str, object]:
    """The placeholder as an answer shows it."""
    return {
        "non_insurance_payer_id": payer_id,
        "name": "Unknown payer",
        "enabled": True,
        "clinical_trials": [],
    }


def stand_in_target(kind: str, key: TargetKey) -> bytes:
    """The AllocationTarget for a create kind and key; other ids are made from the key, always the
    same.
    """
    if isinstance(key, tuple):
        return encoded_target(kind, key, "", "")
    claim_id = key if kind == CLAIM else _made("claim", key)
    return encoded_target(kind, key, claim_id, _made("encounter", key))


def _made(what: str, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{what} of {key}"))


def _encoded(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
