"""Bearer tokens that the API did not issue, some of them much like its own; no requests."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256, sha512
from typing import Any

_EARLIER, _LATER = 1_577_836_800, 4_102_444_800
"""The beginnings of 2020 and 2100, in seconds: past and to come, whenever this is sent."""

_CLAIMS: Mapping[str, Any] = {"sub": "payloads", "iat": _EARLIER, "exp": _LATER}


def strangers() -> Iterator[tuple[str, str, str]]:
    """A word, the token, and a sentence for each."""
    yield "invented", "invented", "Nobody issued this token."
    unsigned = _encoded({"alg": "RS256", "typ": "JWT"}, _CLAIMS)
    noise = b"".join(sha512(bytes([number])).digest() for number in range(4))
    yield "jwt", f"{unsigned}.{_text(noise)}", "A JWT of the usual form; no key made its signature."
    yield "jwt-other-key", _signed(_CLAIMS), "A JWT that another key than the API's has signed."
    expired = {**_CLAIMS, "exp": _EARLIER + 18_000}
    yield (
        "jwt-expired",
        _signed(expired),
        "A JWT that another key has signed, and that has expired.",
    )
    nothing = _encoded({"alg": "none", "typ": "JWT"}, _CLAIMS)
    yield "jwt-none", f"{nothing}.", "A JWT without a signature, that says it needs none."
    yield "altered", "{{token_altered}}", "The right token, but for one letter in the middle."
    yield "cut", "{{token_cut}}", "The right token without its last letter."
    yield "doubled", "{{token}}{{token}}", "The right token, twice."


def _signed(claims: Mapping[str, Any]) -> str:
    text = _encoded({"alg": "HS256", "typ": "JWT"}, claims)
    return f"{text}.{_text(hmac.digest(b'not the key of the API', text.encode(), sha256))}"


def _encoded(*parts: Mapping[str, Any]) -> str:
    return ".".join(_text(json.dumps(part, separators=(",", ":")).encode()) for part in parts)


def _text(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
