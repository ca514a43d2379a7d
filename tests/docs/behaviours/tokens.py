"""What the stand-in does with credentials and bearer tokens."""

from __future__ import annotations

from datetime import UTC, datetime

import jwt

from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from mockserver.state.clock import frozen
from tests.docs.behaviours.caller import Caller

__all__ = ["TOKENS"]


def token_jwt() -> None:
    """A token is a JWT signed with RS256 and valid for 5 hours; `/_mock/public-key.pem` is the key
    that verifies it.
    """
    here = Caller(clock="real")
    answer = here.token("me").json()
    key = here.client.get("/_mock/public-key.pem").text
    claims = jwt.decode(answer["access_token"], key, algorithms=["RS256"])
    assert answer["expires_in"] == claims["exp"] - claims["iat"] == 5 * 60 * 60
    assert answer["token_type"] == "Bearer"


def token_media_types() -> None:
    """A token call sends JSON or a form; any other `Content-Type` gets 415
    `InvalidContentTypeError`.
    """
    here = Caller()
    pair = {"client_id": "me", "client_secret": "x"}
    assert here.client.post(TOKEN_PATH, json=pair).status_code == 200
    assert here.client.post(TOKEN_PATH, data=pair).status_code == 200
    answer = here.client.post(TOKEN_PATH, content="{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["errorName"]) == (415, "InvalidContentTypeError")


def token_secret() -> None:
    """Any client id and secret are accepted, but an id in the fixture's credentials needs its
    secret.
    """
    here = Caller()
    assert here.token("anyone", "anything").status_code == 200
    assert here.token("locked", "correct-horse").status_code == 200
    assert here.token("locked", "wrong").status_code == 401


def token_client_id() -> None:
    """A client id names a world; an empty one and one of more than 512 characters get 422."""
    here = Caller()
    for client_id in ("a@b.c:1|2", "test_a.py::test_b[1/2]", "ä b", "../x", "x" * 512):
        assert here.token(client_id).status_code == 200, client_id
        assert client_id in here.app.worlds
    for client_id in ("", "x" * 513):
        assert here.token(client_id).status_code == 422, client_id


def token_any() -> None:
    """With `--auth any`, the default, every non-empty bearer token is accepted, for the world
    `default`; one that was issued here leads to the world of its client id, until it expires by
    that world's clock.
    """
    here = Caller()
    assert here.as_("anything").client.get(REFUNDS_PATH).status_code == 200
    own = here.token("me").json()["access_token"]
    assert here.as_(own).created()
    assert here.as_("anything").mine() == []
    here.app.worlds.get("me").clock = frozen(datetime(2024, 1, 15, 14, 30, tzinfo=UTC))
    assert here.as_(own).client.get(REFUNDS_PATH).status_code == 401


def token_other_run() -> None:
    """A token that another run of the stand-in issued gets 401, unless both runs have the same
    `--signing-key` or `--auth` is off; a JWT of anybody else is a bearer token like any other.
    """
    here = Caller()
    old = Caller().token("me").json()["access_token"]
    answer = here.as_(old).client.get(REFUNDS_PATH)
    assert (answer.status_code, answer.json()["errorName"]) == (401, "UnauthorizedError")
    assert "issued by another run" in answer.json()["content"]["message"]
    key = "a key of thirty-two bytes or more"
    others = jwt.encode({"iss": "others", "sub": "me"}, key)
    assert here.as_(others).client.get(REFUNDS_PATH).status_code == 200


def token_issued() -> None:
    """With `--auth issued` only tokens that were issued here are accepted."""
    here = Caller(auth="issued")
    assert here.client.get(REFUNDS_PATH).status_code == 401
    own = here.token("me").json()["access_token"]
    assert here.as_(own).client.get(REFUNDS_PATH).status_code == 200


def token_off() -> None:
    """With `--auth off` no token is needed; one that was issued here still leads to the world of
    its client id.
    """
    here = Caller(auth="off")
    own = here.token("me").json()["access_token"]
    assert here.as_("").client.get(REFUNDS_PATH).status_code == 200
    refund = here.as_(own).created()
    assert here.as_("").client.get(here.one(refund)).status_code == 404


def token_refused() -> None:
    """A missing, malformed, foreign or expired token, and a wrong secret, get 401
    `UnauthorizedError` with `WWW-Authenticate: Bearer`.
    """
    here = Caller(auth="issued")
    foreign = Caller().token("me").json()["access_token"]
    answers = [here.as_(token).client.get(REFUNDS_PATH) for token in ("", "ey.ey.x", foreign)]
    for answer in (*answers, here.token("locked", "wrong")):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["errorName"] == "UnauthorizedError"


def world_prefix() -> None:
    """`/_mock/w/<name>` before a path leads to the world `<name>` with any token; only the token
    call uses the world of its client id.
    """
    here = Caller()
    answer = here.client.get(f"/_mock/w/other{here.one(here.created())}")
    assert answer.status_code == 404
    pair = {"client_id": "me", "client_secret": "x"}
    token = here.client.post(f"/_mock/w/other{TOKEN_PATH}", json=pair).json()["access_token"]
    assert here.as_(token).created()
    assert "me" in here.app.worlds


def world_named() -> None:
    """`Mock-World` names the world that a request is for, percent-encoded, where it is known and
    has at most 1,536 bytes; a 404 for a refund that was made in another world names that world in
    `Mock-Refusal`.
    """
    here = Caller()
    refund = here.created()
    own = here.token("me").json()["access_token"]
    assert here.client.get(REFUNDS_PATH).headers["mock-world"] == "default"
    answer = here.as_(own).client.get(here.one(refund))
    assert (answer.status_code, answer.headers["mock-world"]) == (404, "me")
    assert 'a refund of world "default" has it' in answer.headers["mock-refusal"]


TOKENS = (
    token_jwt,
    token_media_types,
    token_secret,
    token_client_id,
    token_any,
    token_other_run,
    token_issued,
    token_off,
    token_refused,
    world_prefix,
    world_named,
)
