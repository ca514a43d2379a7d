"""Tokens through the official Python SDK: how they are got, and when they do not count."""

from __future__ import annotations

import time
from collections.abc import Iterator

import jwt
import pytest
from candid.core.api_error import ApiError
from candid.environment import CandidApiClientEnvironment
from candid.resources.auth.resources.default.errors import (
    InvalidContentTypeError,
    TooManyRequestsError,
)
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mockserver import Settings
from mockserver.spec.facts import LOCAL_URL, TOKEN_LIFETIME_SECONDS
from tests.sdk.clients import Connect, Sdk
from tests.sdk.organization import refund_of
from tests.serving import Served, serving

PAIR = {"client_id": "me", "client_secret": "x"}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """A key that signs tokens."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def keyed(key: rsa.RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A stand-in that signs with the key, takes no other tokens, and is soon asked too often."""
    path = tmp_path_factory.mktemp("keys") / "signing.pem"
    path.write_bytes(_pem(key))
    limits = ("--token-rate-limit", "2/3600", "--rate-limit", "5/3600")
    with serving("--signing-key", str(path), "--auth", "issued", *limits) as served:
        yield served


@pytest.fixture(scope="module")
def still() -> Iterator[Served]:
    """A stand-in where it is always 2001, and each client id may ask for one token."""
    flags = ("--clock", "2001-02-03T04:05:06Z", "--auth", "issued", "--token-rate-limit", "1/3600")
    with serving(*flags) as served:
        yield served


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def token_of(key: rsa.RSAPrivateKey, client_id: str, lasts_seconds: int) -> str:
    """A token as the stand-in makes it; a negative life is one that is over."""
    expires = int(time.time()) + lasts_seconds
    issued = expires - TOKEN_LIFETIME_SECONDS
    claims = {"iss": "mockserver", "sub": client_id, "iat": issued, "exp": expires}
    return jwt.encode(claims, key, algorithm="RS256")


def test_local_environment_is_the_default_port() -> None:
    """The SDK's Local environment is where the stand-in listens if nothing is set."""
    assert CandidApiClientEnvironment.LOCAL.candid_api == LOCAL_URL == "http://localhost:5050"
    assert f"http://localhost:{Settings().port}" == LOCAL_URL


def test_token_lives_five_hours(sdk: Sdk) -> None:
    """A token call answers a bearer token for 18,000 seconds."""
    answer = sdk.auth.get_token(client_id="someone", client_secret="anything")
    assert (answer.expires_in, answer.token_type) == (18_000, "Bearer")
    assert answer.access_token.count(".") == 2


def test_token_is_asked_for_once(connect: Connect, still: Served, world: str) -> None:
    """The SDK gets one token and is let in with it again and again, where no other token counts."""
    with connect(still.url, client_id=world, client_secret="x") as sdk:
        created = sdk.refunds.create(request=refund_of())
        assert sdk.refunds.get(created.non_insurance_payer_refund_id) == created
        assert len({request.headers["authorization"] for request in sdk.sent}) == 1


def test_other_content_type_is_refused(sdk: Sdk) -> None:
    """A token call that is neither JSON nor a form raises InvalidContentTypeError."""
    with pytest.raises(InvalidContentTypeError) as raised:
        sdk.auth.get_token(
            **PAIR, request_options={"additional_headers": {"content-type": "text/plain"}}
        )
    assert raised.value.status_code == 415
    assert "text/plain" in raised.value.body.message


def test_too_many_tokens_are_refused(connect: Connect, keyed: Served, world: str) -> None:
    """One token more than --token-rate-limit allows raises TooManyRequestsError with the limit."""
    with connect(keyed.url, token="no matter") as sdk:
        for _ in range(2):
            sdk.auth.get_token(client_id=world, client_secret="x")
        with pytest.raises(TooManyRequestsError) as raised:
            sdk.auth.get_token(client_id=world, client_secret="x")
    assert raised.value.status_code == 429
    assert "2 in 3600 s" in raised.value.body.message


def test_too_many_requests_are_refused(
    connect: Connect, keyed: Served, key: rsa.RSAPrivateKey, world: str
) -> None:
    """One request more than --rate-limit allows is a 429 with the vendor's error name."""
    with connect(keyed.url, token=token_of(key, world, 60)) as sdk:
        for _ in range(5):
            sdk.refunds.get_multi(limit=1)
        with pytest.raises(ApiError) as raised:
            sdk.refunds.get_multi(limit=1)
    assert raised.value.status_code == 429
    assert raised.value.body["errorName"] == "TooManyRequestsError"


def test_expired_token_is_refused(
    connect: Connect, keyed: Served, key: rsa.RSAPrivateKey, world: str
) -> None:
    """A token with a minute left is let in; one that ended a second ago is a 401 that says so."""
    with connect(keyed.url, token=token_of(key, world, 60)) as sdk:
        assert sdk.refunds.get_multi(limit=1).items
    over = token_of(key, world, -1)
    with connect(keyed.url, token=over) as sdk, pytest.raises(ApiError) as raised:
        sdk.refunds.get_multi(limit=1)
    assert raised.value.status_code == 401
    assert raised.value.body["errorName"] == "UnauthorizedError"
    assert "expired" in raised.value.body["content"]["message"]
    assert (raised.value.headers or {})["www-authenticate"] == "Bearer"


def test_token_of_another_key_is_refused(connect: Connect, keyed: Served, world: str) -> None:
    """With --auth issued a token that was signed elsewhere is a 401."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    foreign = token_of(other, world, 60)
    with connect(keyed.url, token=foreign) as sdk, pytest.raises(ApiError) as raised:
        sdk.refunds.get_multi(limit=1)
    assert raised.value.status_code == 401
    assert "was not issued here" in raised.value.body["content"]["message"]


def test_token_expires_by_the_clock_of_its_world(
    connect: Connect, still: Served, world: str
) -> None:
    """Where the clock stands still long ago, a token got there counts."""
    with connect(still.url, client_id=world, client_secret="x") as sdk:
        created = sdk.refunds.create(request=refund_of())
    [allocation] = created.allocations
    assert allocation.allocated_on is not None
    assert allocation.allocated_on.isoformat() == "2001-02-03T04:05:06+00:00"


def test_wrong_secret_is_refused(connect: Connect, served_url: str) -> None:
    """A client id that the fixture gives a secret is a 401 with any other secret."""
    with connect(served_url, client_id="locked", client_secret="correct-horse") as sdk:
        assert sdk.refunds.get_multi(limit=1).items
    wrong = {"client_id": "locked", "client_secret": "wrong-horse"}
    with connect(served_url, **wrong) as sdk, pytest.raises(ApiError) as raised:
        sdk.refunds.get_multi(limit=1)
    assert raised.value.status_code == 401
