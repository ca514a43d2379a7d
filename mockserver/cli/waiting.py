"""Whether a stand-in is ready, asked until it is."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from mockserver.errors import SettingsError, shown

__all__ = ["waited"]

_LOOK_SECONDS = 0.1
_CALL_SECONDS = 5.0
_MOST_BYTES = 10_000


def waited(url: str, seconds: float) -> str | None:
    """Wait at most so many seconds for a stand-in at `url`; answers None, or why it is not ready.

    Raises SettingsError for what is no URL.
    """
    deadline = time.monotonic() + seconds
    while (told := _reason(url, max(deadline - time.monotonic(), _LOOK_SECONDS))) is not None:
        if time.monotonic() + _LOOK_SECONDS > deadline:
            return told
        time.sleep(_LOOK_SECONDS)
    return None


def _reason(url: str, seconds: float) -> str | None:
    """Why no stand-in is ready, if so."""
    try:
        place = urlsplit(url)
        kind = {"http": HTTPConnection, "https": HTTPSConnection}[place.scheme]
        connection = kind(place.hostname or "", place.port, timeout=min(seconds, _CALL_SECONDS))
    except (ValueError, KeyError):
        raise SettingsError(f"{shown(url)} is no URL; write it as http://127.0.0.1:5050") from None
    try:
        connection.request("GET", f"{place.path.rstrip('/')}/_mock/ready")
        answer = connection.getresponse()
        body = answer.read(_MOST_BYTES)
    except (OSError, HTTPException) as error:
        return getattr(error, "strerror", None) or str(error) or type(error).__name__
    finally:
        connection.close()
    try:
        is_ready = answer.status == 200 and json.loads(body)["status"] == "ready"
    except (ValueError, KeyError, TypeError):
        is_ready = False
    return None if is_ready else f"what answers there is no stand-in (status {answer.status})"
