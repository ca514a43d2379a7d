"""Replay tokens: what it takes to show a breach again, as one word or as a file."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

from contracts.errors import PlanError

Json = dict[str, Any]
_PREFIX = "c1."
_MOST_BYTES = 10_000_000


def token_of(document: Json) -> str:
    """The document as one word that a shell passes on unchanged."""
    packed = zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 9)
    return _PREFIX + urlsafe_b64encode(packed).decode().rstrip("=")


def document_of(token_or_path: str) -> Json:
    """The document of a token, or of a file that holds a token or the document as JSON.

    Raises:
        PlanError: it is none of these.
    """
    text = token_or_path.strip()
    if not text.startswith(_PREFIX):
        text = _read(text).strip()
    document = _unpacked(text) if text.startswith(_PREFIX) else _parsed(text)
    if not isinstance(document, dict) or not isinstance(document.get("law"), str):
        raise PlanError("the replay names no law; take the token as the run printed it")
    return document


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise PlanError(
            f"{name[:80]!r} is neither a replay token (those begin with {_PREFIX}) nor a file "
            f"that can be read ({error})"
        ) from error


def _unpacked(token: str) -> Any:
    try:
        packed = urlsafe_b64decode(token.removeprefix(_PREFIX) + "==")
        text = zlib.decompressobj().decompress(packed, _MOST_BYTES)
        return json.loads(text)
    except (ValueError, zlib.error) as error:
        raise PlanError(f"the replay token is cut short or altered ({error})") from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise PlanError(f"the replay file holds neither a token nor JSON ({error})") from error
