"""`mockserver serve` as a child process: what it says when it is ready, and that settings tell."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mockserver import Settings, __version__, create_app
from mockserver.cli.running import ready_text
from mockserver.spec.facts import LOCAL_URL, REFUNDS_PATH, TOKEN_PATH
from tests.conftest import Serve
from tests.control.refunds import refund_of
from tests.serving import Served, in_process


def test_ready_line_is_one_json_object(served: Served) -> None:
    """With --log-format json the only line is an object with the real address."""
    ready = json.loads(served.ready)
    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9][0-9]*", ready.pop("url"))
    assert ready == {
        "event": "ready",
        "version": __version__,
        "fixture": "default",
        "profile": "default",
        "auth": "any",
        "clock": "real",
    }
    with served.client() as client:
        assert client.get("/_mock/ready").status_code == 200
    assert served.out.seen == [served.ready]


def test_ready_text_is_a_line_and_three_to_try(serve: Serve) -> None:
    """In text the first line has the address; three more say what to try, and each works."""
    served = serve("--log-format", "text", "--host", "localhost")
    found = re.fullmatch(
        rf"mockserver {re.escape(__version__)} is ready on (http://127\.0\.0\.1:\d+)"
        r" \(fixture default, profile default, auth any, clock real\)",
        served.ready,
    )
    assert found, served.ready
    curl, sdk, rest = (served.out.next() for _ in range(3))
    header, url = re.findall(r"'([^']+)'", curl)
    assert url.startswith(found[1])
    answer = httpx.get(url, headers=dict([header.split(": ")]))
    assert len(answer.json()["items"]) == 2
    assert _refunds_seen_by(sdk.strip()) > 2
    [index] = re.findall(r"http\S+", rest)
    assert httpx.get(index).status_code == 200


def _refunds_seen_by(client: str) -> int:
    program = f"""
from candid import CandidApiClient
from candid.environment import CandidApiClientEnvironment
print(len({client}.non_insurance_payer_refunds.v_1.get_multi().items))
"""
    command = [sys.executable, "-c", program]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def test_ready_text_names_the_local_environment_on_its_port() -> None:
    """On the port of the SDK's Local environment nothing but its name has to be said."""
    text = ready_text(create_app(), LOCAL_URL)
    assert "CandidApiClient(environment=CandidApiClientEnvironment.LOCAL, client_id=" in text


def test_two_servers_pick_two_ports(served_url: str, serve: Serve) -> None:
    """With --port 0 each server has a port of its own."""
    other = serve()
    assert other.url != served_url
    for url in (served_url, other.url):
        assert httpx.get(f"{url}/_mock/health").json()["status"] == "alive"


CLOCK = "2024-02-29T12:00:00Z"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """A key that signs tokens."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(params=["flags", "variables"])
def set_up(
    request: pytest.FixtureRequest, key: rsa.RSAPrivateKey, tmp_path: Path, serve: Serve
) -> Served:
    """A server with every setting that shows in its answers, by flags or by variables."""
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chosen = {
        "fixture": "documented",
        "profile": "strict",
        "rule": "allocation-present=off",
        "auth": "issued",
        "random-seed": "7",
        "clock": CLOCK,
        "max-worlds": "1",
        "max-body-bytes": "1000",
        "rate-limit": "6/3600",
        "token-rate-limit": "1/3600",
        "signing-key": str(path),
    }
    if request.param == "flags":
        return serve(*(text for name, value in chosen.items() for text in (f"--{name}", value)))
    variables = {name.replace("-", "_").upper(): value for name, value in chosen.items()}
    return serve(env={f"MOCKSERVER_{name}": value for name, value in variables.items()})


def test_settings_tell(set_up: Served, key: rsa.RSAPrivateKey) -> None:
    """Fixture, profile, rule, auth, seed, clock, cap, limits and key each show in an answer."""
    ready = json.loads(set_up.ready)
    assert (ready["fixture"], ready["profile"], ready["clock"]) == ("documented", "strict", CLOCK)
    with set_up.client() as client:
        levels = {r["id"]: r["level"] for r in client.get("/_mock/rules").json()["rules"]}
        assert levels.pop("allocation-present") == "off"
        assert set(levels.values()) == {"enforce"}
        assert client.get(REFUNDS_PATH).status_code == 401

        pair = {"client_id": "me", "client_secret": "x"}
        token = client.post(TOKEN_PATH, json=pair).json()["access_token"]
        claims = jwt.decode(token, key.public_key(), ["RS256"], options={"verify_exp": False})
        assert claims["sub"] == "me"
        assert client.post(TOKEN_PATH, json=pair).status_code == 429
        other = client.post(TOKEN_PATH, json={**pair, "client_id": "other"})
        assert other.status_code == 503

        client.headers["authorization"] = f"Bearer {token}"
        assert client.post(REFUNDS_PATH, json=refund_of(refund_note="x" * 1000)).status_code == 413
        created = client.post(REFUNDS_PATH, json=refund_of()).json()
        assert created["allocations"][0]["allocated_on"] == CLOCK
        assert created == _in_process(7)
        assert created != _in_process(8)
        statuses = {client.get(REFUNDS_PATH).status_code for _ in range(6)}
        assert statuses == {200, 429}


def _in_process(random_seed: int) -> object:
    settings = Settings(fixture="documented", clock=CLOCK, random_seed=random_seed)
    with in_process(create_app(settings)) as client:
        return client.post(f"/_mock/w/me{REFUNDS_PATH}", json=refund_of()).json()


def test_own_fixture_without_tokens(serve: Serve, tmp_path: Path) -> None:
    """--fixture takes a YAML file by its path; with --auth off no Authorization is asked for."""
    path = tmp_path / "mine.yaml"
    path.write_text("format: 1\nsettings:\n  profile: lenient\n")
    served = serve("--fixture", str(path), "--auth", "off")
    ready = json.loads(served.ready)
    assert (ready["fixture"], ready["profile"], ready["auth"]) == (str(path), "lenient", "off")
    assert httpx.get(served.url + REFUNDS_PATH).json() == {"items": []}
