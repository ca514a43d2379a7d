"""The token call: JSON or form, a signed token in answer, and every way to ask wrongly."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest

from mockserver.spec.facts import TOKEN_PATH
from mockserver.state.names import in_path
from tests.api.conftest import Make
from tests.api.operations import assert_refused
from tests.client import Answer, Client, stand_in
from tests.organization import NOW, without

FORM = "application/x-www-form-urlencoded"
GOOD = {"client_id": "me", "client_secret": "x"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, signing_key: str) -> Client:
    """A client that sends no token of its own, to a stand-in whose worlds these tests only make."""
    made = stand_in(tmp_path_factory.mktemp("tokens"), signing_key=signing_key)
    return Client(made.app, token=None)


def asked(client: Client, sent: Any, media_type: str | None = "application/json") -> Answer:
    """The answer to a token call with this body, an object as JSON or as a form."""
    if isinstance(sent, dict):
        form = media_type is not None and media_type.lower().startswith(FORM)
        sent = urlencode(sent, doseq=True).encode() if form else json.dumps(sent).encode()
    return client.send("POST", TOKEN_PATH, body=sent, headers={"content-type": media_type})


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON;x",
        FORM,
        f"{FORM};a",
    ],
)
def test_a_token_is_answered(client: Client, media_type: str) -> None:
    """Both content types are answered with a token, its lifetime of five hours and its type."""
    answer = asked(client, GOOD, media_type)
    assert (answer.status, answer.one("content-type")) == (200, "application/json")
    assert answer.json.keys() == {"access_token", "expires_in", "token_type"}
    assert (answer.json["expires_in"], answer.json["token_type"]) == (18_000, "Bearer")
    assert answer.all("mock-warning") == []


def test_a_token_can_be_verified(client: Client) -> None:
    """The token is an RS256 JWT that the published key verifies, with the world's time in it."""
    token = asked(client, GOOD).json["access_token"]
    pem = client.send("GET", "/_mock/public-key.pem").body
    claims = jwt.decode(token, pem, algorithms=["RS256"], options={"verify_exp": False})
    issued = int(datetime.fromisoformat(NOW).timestamp())
    assert jwt.get_unverified_header(token)["alg"] == "RS256"
    assert (claims["sub"], claims["iat"], claims["exp"]) == ("me", issued, issued + 18_000)


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "text/plain",
        "application/jsonp",
        "application/xml",
        "multipart/form-data",
        "json",
        ";",
    ],
)
def test_another_content_type_is_refused(client: Client, media_type: str | None) -> None:
    """Any other content type is answered 415, even with a body that would be good."""
    answer = asked(client, GOOD, media_type)
    assert_refused(answer, "InvalidContentTypeError")
    assert "expected application/json or application/x-www-form-urlencoded" in answer.body.decode()


@pytest.mark.parametrize("media_type", ["application/json", FORM])
@pytest.mark.parametrize("name", GOOD)
def test_both_fields_are_required(client: Client, media_type: str, name: str) -> None:
    """A field that is missing or empty is answered 422 with its path."""
    hidden = "not right (its value is not shown)"
    for sent, found in ((without(GOOD, name), "missing"), ({**GOOD, name: ""}, hidden)):
        answer = asked(client, sent, media_type)
        assert_refused(answer, "UnprocessableEntityError")
        (line,) = answer.all("mock-refusal")
        assert line.startswith(f"body-shape: $.{name} is {found}; expected ")


@pytest.mark.parametrize("value", [None, 5, True, ["x"], {"a": "b"}])
@pytest.mark.parametrize("name", GOOD)
def test_fields_are_text(client: Client, name: str, value: Any) -> None:
    """A field that is no text is answered 422 with its path, and without its value."""
    answer = asked(client, {**GOOD, name: value})
    assert_refused(answer, "UnprocessableEntityError")
    assert f"body-shape: $.{name} is not right" in answer.json["content"]["message"]


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b"null", b"\xff", b"\xef\xbb\xbf{}", b'"x"'])
@pytest.mark.parametrize("media_type", ["application/json", FORM])
def test_an_unreadable_body_is_refused(client: Client, sent: bytes, media_type: str) -> None:
    """A body that is no object, or no form with both fields, is answered 422."""
    assert_refused(asked(client, sent, media_type), "UnprocessableEntityError")


def test_a_form_of_many_fields_is_refused(client: Client) -> None:
    """1,000 fields are read, one more is refused with the number, and nothing that was sent."""
    form = urlencode(GOOD).encode() + b"&"
    assert asked(client, form + b"&".join([b"x=1"] * 998), FORM).status == 200
    answer = asked(client, form + b"&".join([b"x=1"] * 999), FORM)
    assert_refused(answer, "UnprocessableEntityError")
    told = "body-shape: the form is 1001; expected at most 1000 fields"
    assert told in answer.json["content"]["message"]


def test_all_that_is_wrong_is_told(client: Client) -> None:
    """An empty object is told both fields at once."""
    message = asked(client, {}).json["content"]["message"]
    assert all(f"$.{name} is missing" in message for name in GOOD)


def test_an_unknown_field_is_told_and_ignored(client: Client) -> None:
    """A field that the call does not have is warned of."""
    answer = asked(client, {**GOOD, "grant_type": "client_credentials"})
    assert answer.status == 200
    (line,) = answer.all("mock-warning")
    assert line.startswith("unknown-field: $ (one of its fields) is not right")
    assert "grant_type" not in line


SECRET = "hunter2-hunter2"
SLIPS: dict[str, tuple[bytes, str]] = {
    "a stray comma": (b'{"client_id": "me", "client_secret": "%b",}', "application/json"),
    "no closing quote": (b'{"client_id": "me", "client_secret": "%b}', "application/json"),
    "the secret alone": (b'"%b"', "application/json"),
    "a list": (b'["%b"]', "application/json"),
    "a list as secret": (b'{"client_id": "me", "client_secret": ["%b"]}', "application/json"),
    "the secret as a key": (
        b'{"client_id": "me", "client_secret": "x", "%b": 1}',
        "application/json",
    ),
    "a form as JSON": (b"client_id=me&client_secret=%b", "application/json"),
    "a form without a name": (b"client_id=me&%b", FORM),
    "another name": (b"client_id=me&secret=%b", FORM),
    "the secret as client id": (b'{"client_id": "%b!", "client_secret": ""}', "application/json"),
    "the wrong secret": (b'{"client_id": "listed", "client_secret": "%b"}', "application/json"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_nothing_of_the_body_is_quoted(client: Client, slip: str) -> None:
    """Whatever is wrong with a token call, neither body nor headers of the answer repeat it."""
    body, media_type = SLIPS[slip]
    answer = asked(client, body % SECRET.encode(), media_type)
    sent_back = repr((answer.headers, answer.body))
    assert "hunter" not in sent_back
    assert answer.status in (401, 422) or slip == "the secret as a key"


def test_a_listed_client_needs_its_secret(client: Client) -> None:
    """The fixture's client gets a token for its own secret only; any other for any secret."""
    listed = {"client_id": "listed", "client_secret": "right"}
    assert asked(client, listed).status == 200
    for secret in ("wrong", "Right", "right ", "rightright", "ü"):
        answer = asked(client, {**listed, "client_secret": secret})
        assert_refused(answer, "UnauthorizedError")
        assert answer.one("www-authenticate") == "Bearer"
        assert secret not in answer.json["content"]["message"].split()
        assert asked(client, {"client_id": "unlisted", "client_secret": secret}).status == 200


@pytest.mark.parametrize(
    "client_id",
    ["a", "0", "_", "me@example.org", "A.b-c_d~e+f:g|h=i", "7f7d1c5e-0b8a-4c1f-9a57-1d8e3a7c2b60",
     "x" * 512, "default", "test_a.py::test_b[1/2]", " ", "-a", "..", "ü", "a\n", "a\0",
     "😀" * 512],
)  # fmt: skip
@pytest.mark.parametrize("media_type", ["application/json", FORM])
def test_client_ids_that_can_name_a_world(client: Client, client_id: str, media_type: str) -> None:
    """Any client id of up to 512 characters gets a token, and a world of that name."""
    answer = asked(client, {**GOOD, "client_id": client_id}, media_type)
    assert answer.status == 200
    mine = Client(client.app, token=answer.json["access_token"]).list()
    assert mine.one("mock-world") in (in_path(client_id), None)
    described = client.send("GET", f"/_mock/worlds/{in_path(client_id)}")
    assert described.json["name"] == client_id


@pytest.mark.parametrize("client_id", ["x" * 513, "x" * 10_000, "😀" * 513])
@pytest.mark.parametrize("media_type", ["application/json", FORM])
def test_client_ids_that_cannot_name_a_world(
    client: Client, client_id: str, media_type: str
) -> None:
    """A client id of more than 512 characters is answered 422, and no world is made for it."""
    before = len(client.app.worlds)
    answer = asked(client, {**GOOD, "client_id": client_id}, media_type)
    assert_refused(answer, "UnprocessableEntityError")
    told = "$.client_id is not right (its value is not shown); expected text of 1 to 512"
    assert told in answer.json["content"]["message"]
    assert len(client.app.worlds) == before


def test_a_form_is_decoded(client: Client) -> None:
    """Escapes and plus signs of a form are read, and of a repeated field the last counts."""
    sent = b"client_id=no&client_id=me%40example.org&client_secret=a+b%26c"
    answer = asked(client, sent, FORM)
    assert answer.status == 200
    assert "me@example.org" in client.app.worlds
    assert "no" not in client.app.worlds


def test_the_call_looks_at_no_token(make: Make) -> None:
    """The call is answered whatever the Authorization header, with any setting of auth."""
    for auth in ("any", "issued", "off"):
        for token in (None, "", "x"):
            client = Client(make(auth=auth).app, token=token)
            assert asked(client, {"client_id": "me"}).status == 422


def test_a_new_token_leaves_the_old_good(client: Client) -> None:
    """Each token of a client opens the same world."""
    tokens = [asked(client, GOOD).json["access_token"] for _ in range(2)]
    first, second = (Client(client.app, token=token) for token in tokens)
    refund_id = first.create().json["non_insurance_payer_refund_id"]
    assert second.get(refund_id).status == 200


@pytest.mark.parametrize(
    "clock", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"]
)
def test_a_token_is_good_at_any_time(make: Make, signing_key: str, clock: str) -> None:
    """By a clock at the ends of time a token is issued, and good at once."""
    client = make(clock=clock, signing_key=signing_key, auth="issued")
    token = asked(client, GOOD).json["access_token"]
    assert Client(client.app, token=token).create().status == 200
