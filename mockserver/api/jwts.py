"""The bearer tokens the stand-in issues: RS256 JWTs, signed with a key made when first needed, or
given.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.errors import SettingsError
from mockserver.files import read_regular
from mockserver.spec.facts import TOKEN_LIFETIME_SECONDS
from mockserver.state.names import is_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["LONGEST_TOKEN", "Claims", "Tokens"]

LONGEST_TOKEN = 12_288
"""How long a token of ours can be."""

_ISSUER = "mockserver"


class Claims(NamedTuple):
    """What a token says: whose it is, when it ends in seconds since 1970, and of which epoch of
    its world it is.
    """

    client_id: str
    expires: int
    epoch: int = 0

    def have_expired(self, now: datetime, epoch: int) -> bool:
        """Whether the token ends before `now`, or is of an earlier epoch."""
        return self.epoch < epoch or now.timestamp() >= self.expires


_UNUSABLE = Claims("", 0)
"""Stands for a stand-in's token that another key signed, or whose subject cannot name a world."""


class Tokens:
    """Issues and reads tokens. Importing cryptography waits until the first token is asked for."""

    def __init__(self, signing_key: str | None = None) -> None:
        """`signing_key` is the path of an RSA private key in PEM; SettingsError if unusable."""
        self._given = None if signing_key is None else _load(Path(signing_key))

    @cached_property
    def key(self) -> RSAPrivateKey:
        """The private key."""
        from cryptography.hazmat.primitives.asymmetric import rsa

        return self._given or rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def public_pem(self) -> bytes:
        """The public key in PEM, for verification."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self.key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @cached_property
    def key_id(self) -> str:
        """What tells the tokens of this key from those of another run."""
        return sha256(self.public_pem).hexdigest()[:16]

    def issue(
        self, client_id: str, now: datetime, seconds: int = TOKEN_LIFETIME_SECONDS, epoch: int = 0
    ) -> str:
        """A token for a client, valid for 5 hours from `now`, or as many seconds."""
        import jwt

        issued = int(now.timestamp())
        claims = {
            "iss": _ISSUER,
            "sub": client_id,
            "iat": issued,
            "exp": issued + seconds,
            "epoch": epoch,
        }
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": self.key_id})

    def claims(self, token: str) -> Claims | None:
        """What a stand-in's token says; its client is '' where it cannot be used, and nothing is
        said by anybody else's.
        """
        is_jwt = token.startswith("ey") and len(token) <= LONGEST_TOKEN
        return self._claims(token) if is_jwt else None

    def _claims(self, token: str) -> Claims | None:
        import jwt

        unchecked: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims = jwt.decode(
                token, self.key.public_key(), algorithms=["RS256"], options=unchecked
            )
            found = Claims(str(claims["sub"]), int(claims["exp"]), int(claims.get("epoch", 0)))
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError):
            return _UNUSABLE if _key_id(token) not in (None, self.key_id) else None
        return found if is_name(found.client_id) else _UNUSABLE


def _key_id(token: str) -> object:
    """The key that a token says a stand-in signed it with; None for anybody else's."""
    import jwt

    try:
        read = jwt.decode_complete(token, options={"verify_signature": False, "verify_sub": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return read["header"].get("kid") if read["payload"].get("iss") == _ISSUER else None


def _load(path: Path) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(read_regular(path), password=None)
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"signing key {path} cannot be read: {reason}") from None
    if not isinstance(key, RSAPrivateKey):
        raise SettingsError(f"signing key {path} is not RSA; make one with `openssl genrsa 2048`")
    return key
