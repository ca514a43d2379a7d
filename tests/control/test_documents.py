"""What the control plane publishes: index, health, readiness, rules, key and document."""

from __future__ import annotations

import json
import time

import httpx
import jwt
import pytest
import yaml
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from mockserver import Settings, __version__, create_app
from mockserver.app import Mockserver
from mockserver.rules import ALL
from mockserver.spec import openapi
from tests.serving import in_process

PATHS = [
    "/_mock",
    "/_mock/health",
    "/_mock/ready",
    "/_mock/rules",
    "/_mock/worlds",
    "/_mock/public-key.pem",
    "/openapi.json",
    "/openapi.yaml",
]


@pytest.mark.parametrize("path", PATHS)
def test_control_plane_asks_for_no_token(path: str) -> None:
    """What the control plane publishes is answered without a token, whatever --auth is."""
    with in_process(create_app(Settings(auth="issued"))) as client:
        del client.headers["authorization"]
        assert client.get(path).status_code == 200


def test_index_names_every_path(client: httpx.Client) -> None:
    """The index of the control plane names each of its paths and the document."""
    named = client.get("/_mock").json()["see"]
    assert {path for path in PATHS if path not in ("/_mock", "/openapi.yaml")} <= named.keys()
    assert all(isinstance(told, str) and told for told in named.values())


def test_health_counts_worlds_and_seconds(app: Mockserver, client: httpx.Client) -> None:
    """Health tells the version, the seconds since the start and how many worlds are in use."""
    health = client.get("/_mock/health").json()
    assert (health["status"], health["version"]) == ("alive", __version__)
    assert 0 <= health["uptime_seconds"] < time.monotonic()
    client.post("/_mock/worlds", json={"name": "one"})
    later = client.get("/_mock/health").json()
    assert later["worlds"] == len(app.worlds) == health["worlds"] + 1
    assert later["uptime_seconds"] >= health["uptime_seconds"]


def test_ready_tells_what_was_seeded(client: httpx.Client) -> None:
    """Readiness names the fixture and how many refunds a new world has."""
    ready = client.get("/_mock/ready").json()
    listed = client.get("/api/non-insurance-payer-refunds/v1?limit=999").json()["items"]
    assert ready == {"status": "ready", "fixture": "default", "refunds": len(listed)}


def test_rules_are_told_with_their_evidence() -> None:
    """Every rule is listed with its evidence, its source, and the level that it is held at."""
    settings = Settings(profile="strict", rules={"allocation-sum": "off"})
    with in_process(create_app(settings)) as client:
        told = {rule["id"]: rule for rule in client.get("/_mock/rules").json()["rules"]}
    assert list(told) == [rule.id for rule in ALL]
    levels = {rule_id: rule["level"] for rule_id, rule in told.items()}
    assert levels == dict.fromkeys(told, "enforce") | {"allocation-sum": "off"}
    for rule in ALL:
        assert told[rule.id].items() >= rule.described().items()
        assert rule.source


def test_public_key_verifies_a_token(client: httpx.Client) -> None:
    """A token that was issued is signed with the key that is published."""
    pair = {"client_id": "someone", "client_secret": "x"}
    token = client.post("/api/auth/v2/token", json=pair).json()["access_token"]
    published = client.get("/_mock/public-key.pem")
    assert published.headers["content-type"] == "application/x-pem-file"
    key = load_pem_public_key(published.content)
    claims = jwt.decode(token, published.text, ["RS256"], options={"verify_exp": False})
    assert claims["sub"] == "someone"
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token[:-8] + "AAAAAAAA", published.text, ["RS256"])
    assert key == load_pem_public_key(client.get("/_mock/public-key.pem").content)


def test_document_is_served_in_both_forms(client: httpx.Client) -> None:
    """The OpenAPI document is the same as JSON and as YAML, and each says what it is."""
    as_json, as_yaml = client.get("/openapi.json"), client.get("/openapi.yaml")
    told, stored = as_json.json(), openapi()
    assert told == yaml.safe_load(as_yaml.text)
    first, *others = told.pop("servers")
    assert first == {"url": "http://mockserver", "description": "This stand-in, as it was reached."}
    assert others == stored.pop("servers")
    assert told == stored
    assert as_json.headers["content-type"] == "application/json"
    assert as_yaml.headers["content-type"] == "application/yaml"


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/_mock/nothing", 404, None),
        ("GET", "/_mock/rules/allocation-sum", 404, None),
        ("DELETE", "/_mock/health", 405, {"GET", "HEAD"}),
        ("PUT", "/_mock/worlds", 405, {"GET", "HEAD", "POST"}),
        ("POST", "/_mock/worlds/someone", 405, {"GET", "HEAD", "DELETE"}),
        ("GET", "/_mock/worlds/someone/reset", 405, {"POST"}),
        ("POST", "/openapi.json", 405, {"GET", "HEAD"}),
    ],
)
def test_other_paths_and_methods_are_told(
    client: httpx.Client, method: str, path: str, status: int, allow: set[str] | None
) -> None:
    """What is not there is a 404, another method a 405 with Allow; both say where to look."""
    answer = client.request(method, path)
    assert answer.status_code == status
    assert path in answer.json()["error"]
    assert "GET /_mock lists what is here" in answer.json()["error"]
    allowed = answer.headers.get("allow")
    assert (allowed and set(allowed.split(", "))) == allow


def test_control_plane_answers_are_readable(client: httpx.Client) -> None:
    """JSON of the control plane is indented and ends in a line feed."""
    text = client.get("/_mock/worlds").text
    assert text == json.dumps(json.loads(text), indent=2) + "\n"
