"""Who may come in: any bearer, only issued tokens, or everyone; nothing else is told before."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from mockserver.spec.facts import REFUNDS_PATH
from mockserver.state.clock import frozen
from tests.api.conftest import Make
from tests.api.operations import MEMBER, OPERATIONS, Asked, assert_refused, token_of
from tests.client import Answer, Client
from tests.organization import NOW, UNKNOWN, body

BEARERS = (
    "Bearer x", "bearer x", "BEARER x", "Bearer  x", "Bearer eyJ.a.b", "Bearer a b", "Bearer ü"
)  # fmt: skip
NO_BEARERS = (
    None, "", " ", "Bearer", "Bearer ", "Bearer    ", "Basic dXNlcjpwYXNz", "Token x", "x",
    "Bearerx", "Bearer, x", "Bearer:x", "=",
)  # fmt: skip
each_operation = pytest.mark.parametrize("asked", OPERATIONS.values(), ids=OPERATIONS)


def sent_with(client: Client, asked: Asked, authorization: str | None) -> Answer:
    """The answer to the operation with this Authorization header."""
    return asked.of(client, headers={"authorization": authorization})


def assert_unauthorized(answer: Answer) -> None:
    """The answer is a 401 that asks for a bearer token."""
    assert_refused(answer, "UnauthorizedError")
    assert answer.one("www-authenticate") == "Bearer"


def aged(client: Client, world: str, age: timedelta) -> None:
    """Set a world's clock so long after the instant at which it stood."""
    client.app.worlds.get(world).clock = frozen(datetime.fromisoformat(NOW) + age)


@each_operation
def test_any_bearer_comes_in(make: Make, signing_key: str, asked: Asked) -> None:
    """By default any non-empty bearer token, its scheme in any letter case, is good."""
    client = make(signing_key=signing_key)
    for authorization in BEARERS:
        assert sent_with(client, asked, authorization).status == 200, authorization
        client.reset()


@each_operation
@pytest.mark.parametrize("auth", ["any", "issued"])
def test_no_bearer_stays_out(make: Make, auth: str, asked: Asked) -> None:
    """Without a bearer token an operation is answered 401, and nothing is changed."""
    client = make(auth=auth)
    before = client.export()
    for authorization in NO_BEARERS:
        assert_unauthorized(sent_with(client, asked, authorization))
        assert client.export() == before, authorization


@each_operation
@pytest.mark.parametrize("auth", ["any", "issued"])
def test_nothing_of_the_header_is_quoted(make: Make, auth: str, asked: Asked) -> None:
    """A token without its scheme, or behind another one, is in no part of the answer."""
    client = make(auth=auth)
    for authorization in (
        "hunter2",
        "hunter2 x",
        "Token hunter2",
        "Basic hunter2",
        "Bearerhunter2",
    ):
        answer = sent_with(client, asked, authorization)
        assert_unauthorized(answer)
        assert "hunter2" not in repr((answer.headers, answer.body))
        assert "send `Authorization: Bearer TOKEN`" in answer.json["content"]["message"]


@each_operation
def test_all_come_in_where_auth_is_off(make: Make, signing_key: str, asked: Asked) -> None:
    """With auth off an operation is answered whatever the Authorization header."""
    client = make(auth="off", signing_key=signing_key)
    for authorization in (*BEARERS, *NO_BEARERS):
        assert sent_with(client, asked, authorization).status == 200, authorization
        client.reset()


@each_operation
def test_issued_tokens_only(make: Make, signing_key: str, asked: Asked) -> None:
    """With auth issued a token from the token call is good, and any other text is not."""
    client = make(auth="issued", signing_key=signing_key)
    token = token_of(client)
    assert sent_with(client, asked, f"Bearer {token}").status == 200
    for authorization in BEARERS:
        assert_unauthorized(sent_with(client, asked, authorization))


@each_operation
@pytest.mark.parametrize("auth", ["any", "issued"])
def test_an_expired_token_stays_out(make: Make, signing_key: str, auth: str, asked: Asked) -> None:
    """A token of our own is good for five hours by its world's clock, and then 401."""
    client = make(auth=auth, signing_key=signing_key)
    authorization = f"Bearer {token_of(client)}"
    aged(client, "me", timedelta(hours=5))
    assert_unauthorized(sent_with(client, asked, authorization))
    aged(client, "me", timedelta(hours=5, seconds=-1))
    assert sent_with(client, asked, authorization).status == 200


def test_an_expired_token_comes_in_where_auth_is_off(make: Make, signing_key: str) -> None:
    """With auth off an expired token still names its world."""
    client = make(auth="off", signing_key=signing_key)
    mine = Client(client.app, token=token_of(client))
    aged(client, "me", timedelta(days=1))
    refund_id = mine.create().json["non_insurance_payer_refund_id"]
    assert (mine.get(refund_id).status, client.get(refund_id).status) == (200, 404)


def forged(token: str, signing_key: str) -> dict[str, str]:
    """Tokens that look like the one that was issued."""
    head, claims, seal = token.split(".")
    changed = json.loads(base64.urlsafe_b64decode(claims + "=="))
    changed["sub"] = "another"
    other = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")
    pem = Path(signing_key).read_bytes()
    deep = base64.urlsafe_b64encode(b'{"a":' + b"[" * 50_000).decode().rstrip("=")
    return {
        "other claims": f"{head}.{other}.{seal}",
        "no seal": f"{head}.{claims}.",
        "half a seal": f"{head}.{claims}.{seal[: len(seal) // 2]}",
        "no algorithm": jwt.encode(changed, "", algorithm="none"),
        "a shared secret": jwt.encode(changed, "x" * 32, algorithm="HS256"),
        "no claims": jwt.encode({}, pem, algorithm="RS256"),
        "too many dots": f"{token}.{seal}",
        "a deeply nested head": f"{deep}.{claims}.{seal}",
        "deeply nested claims": f"{head}.{deep}.{seal}",
        "no base64": f"{head}.é.{seal}",
    }


def test_forged_tokens(make: Make, signing_key: str) -> None:
    """A token that was tampered with is any other text: 401 where only issued ones are good."""
    strict = make(auth="issued", signing_key=signing_key)
    lax = make(auth="any", signing_key=signing_key)
    for what, token in forged(token_of(strict), signing_key).items():
        assert_unauthorized(Client(strict.app, token=token).list())
        assert Client(lax.app, token=token).list().status == 200, what
    assert [world.name for world in lax.app.worlds] == ["default"]


def test_a_token_of_another_run_is_told_so(make: Make, signing_key: str) -> None:
    """A token signed with another key gets 401, never the data of world default; with auth off it
    is any text.
    """
    token = token_of(make(signing_key=signing_key))
    for auth in ("any", "issued"):
        client = make(auth=auth)
        for answer in (
            Client(client.app, token=token).create(),
            Client(client.app, token=token, prefix="/_mock/w/mine").list(),
        ):
            assert_unauthorized(answer)
            assert "issued by another run" in answer.json["content"]["message"]
            assert "--signing-key" in answer.json["content"]["message"]
        assert len(client.app.worlds) == 0
    assert Client(make(auth="off").app, token=token).list().status == 200


WRONG_IN_OTHER_WAYS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", f"{REFUNDS_PATH}/{UNKNOWN}", {}),
    ("GET", f"{REFUNDS_PATH}/no-uuid", {}),
    ("PATCH", f"{REFUNDS_PATH}/{UNKNOWN}", {"body": b"{"}),
    ("PATCH", MEMBER, {"body": b"\xff"}),
    ("DELETE", f"{REFUNDS_PATH}/{UNKNOWN}", {}),
    ("GET", REFUNDS_PATH, {"query": b"limit=0&page_token=x"}),
    ("POST", REFUNDS_PATH, {"body": b"[]", "headers": {"content-type": "text/plain"}}),
    ("POST", REFUNDS_PATH, {"document": body(non_insurance_payer_id=UNKNOWN)}),
    ("POST", REFUNDS_PATH, {"body": b" " * 2_000_000}),
)


@pytest.mark.parametrize(("method", "path", "wrong"), WRONG_IN_OTHER_WAYS)
def test_authorization_comes_first(
    client: Client, method: str, path: str, wrong: dict[str, Any]
) -> None:
    """Without a token nobody learns what exists, nor what else is wrong with the request."""
    stranger = Client(client.app, token=None)
    answer = stranger.send(method, path, **wrong)
    assert_unauthorized(answer)
    assert answer.all("mock-refusal") == answer.all("mock-warning") == []
    assert 400 <= client.send(method, path, **wrong).status != 401


def test_a_token_chooses_its_world(make: Make, signing_key: str) -> None:
    """Two client ids do not see each other's refunds, nor those of any other bearer."""
    client = make(signing_key=signing_key)
    mine, yours = (Client(client.app, token=token_of(client, name)) for name in ("me", "you"))
    refund_id = mine.create().json["non_insurance_payer_refund_id"]
    assert [c.get(refund_id).status for c in (mine, yours, client)] == [200, 404, 404]
    assert [len(c.list().json["items"]) for c in (mine, yours, client)] == [3, 2, 2]


def test_the_path_chooses_before_the_token(make: Make, signing_key: str) -> None:
    """A world named in front of the path is used whatever the token, and still asks for one."""
    client = make(signing_key=signing_key)
    prefix = "/_mock/w/there"
    here = Client(client.app, token=token_of(client))
    there = Client(client.app, token=here.token, prefix=prefix)
    refund_id = there.create().json["non_insurance_payer_refund_id"]
    assert here.get(refund_id).status == 404
    assert Client(client.app, token="x", prefix=prefix).get(refund_id).status == 200
    assert_unauthorized(Client(client.app, token=None, prefix=prefix).get(refund_id))


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": 5, "exp": 9_000_000_000},
        {"sub": "me", "exp": float("inf")},
        {"sub": "me", "exp": float("nan")},
        {"sub": "me", "exp": "never"},
        {"sub": "me"},
        {"exp": 9_000_000_000},
    ],
)
def test_a_token_signed_elsewhere(make: Make, signing_key: str, claims: dict[str, Any]) -> None:
    """A token signed with the given key, but unlike those of the token call, is any other text."""
    token = jwt.encode(claims, Path(signing_key).read_bytes(), algorithm="RS256")
    lax, strict = (make(auth=auth, signing_key=signing_key) for auth in ("any", "issued"))
    assert Client(lax.app, token=token).list().status == 200
    assert {world.name for world in lax.app.worlds} == {"default"}
    assert_unauthorized(Client(strict.app, token=token).list())


@pytest.mark.parametrize("sub", ["", "x" * 513])
def test_a_token_whose_subject_names_no_world(make: Make, signing_key: str, sub: str) -> None:
    """A token signed with the given key that can lead to no world is refused, not let into another;
    with auth off nothing is asked.
    """
    key = Path(signing_key).read_bytes()
    token = jwt.encode({"sub": sub, "exp": 9_000_000_000}, key, algorithm="RS256")
    for auth in ("any", "issued"):
        client = Client(make(auth=auth, signing_key=signing_key).app, token=token)
        assert_unauthorized(client.list())
        assert "its sub is not text of 1 to 512 characters" in client.list().body.decode()
        assert not list(client.app.worlds)
    assert Client(make(auth="off", signing_key=signing_key).app, token=token).list().status == 200
