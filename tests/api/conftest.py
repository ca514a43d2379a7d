"""The pytest fixtures of these tests: a stand-in over the tiny organization, and any other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.client import Client, stand_in

Make = Callable[..., Client]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make(document, profile="strict", ...)` answers a client of a new stand-in."""
    return partial(stand_in, tmp_path)


@pytest.fixture
def client(make: Make) -> Client:
    """A client of a new stand-in with the default settings and a clock that stands still."""
    return make()


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of an RSA key: making one takes longer than all else here."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path_factory.mktemp("key") / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(path)
