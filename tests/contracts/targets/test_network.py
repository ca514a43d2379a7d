"""Headers of every request: which may be given, what is sent, and that no message shows a value."""

from __future__ import annotations

import pytest

from contracts.errors import PlanError
from contracts.targets.app import AppTarget
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.network import Network, header_of, secrets_of
from contracts.targets.target import Request
from tests.contracts.targets.servers import Noting, served

TOKEN = Credentials(token="t")
KEY = (("x-api-key", "key-of-the-gateway"),)


def test_a_header_is_read() -> None:
    """The name is lowered, blanks round the value go, colons in it stay."""
    assert header_of("X-Api-Key:  a:b c ") == ("x-api-key", "a:b c")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hush", "no colon"),
        (": hush", "no name"),
        ("X Y: hush", "no name"),
        ("X-Key:", "has no value"),
        ("X-Key: hu\r\nX-Other: sh", "beyond printable ASCII"),
        ("X-Key: hüsh", "beyond printable ASCII"),
        ("Authorization: hush", "use --token"),
        ("Proxy-Authorization: hush", "the proxy's URL"),
        ("content-length: 7", "frames its requests itself"),
        ("HOST: hush", "frames its requests itself"),
        ("Transfer-Encoding: hush", "frames its requests itself"),
        ("Accept-Encoding: hush", "sends its own"),
    ],
)
def test_what_cannot_be_a_header_is_told_without_its_value(text: str, why: str) -> None:
    """The message says what is wrong, and never shows the value."""
    with pytest.raises(ValueError, match=why) as caught:
        header_of(text)
    assert "hush" not in str(caught.value)


def test_a_header_given_twice_is_refused() -> None:
    """One of the two would be lost."""
    with pytest.raises(PlanError, match="x-api-key: given twice"):
        Network((*KEY, *KEY)).check()


def test_each_request_carries_the_header_in_both_targets() -> None:
    """The token call carries it too, and a request that names the header keeps its own."""
    inside, outside = Noting(), Noting()
    own = Request("GET", "/", headers=(("X-Api-Key", "own"),))
    here = AppTarget(inside, TOKEN, headers=KEY)
    with served(outside) as url:
        there = HttpTarget(url, TOKEN, headers=KEY)
        for target in (here, there):
            target.send(Request("GET", "/"))
            target.send(own)
        there.close()
    for seen in (inside.seen, outside.seen):
        assert [headers["x-api-key"] for headers in seen] == ["key-of-the-gateway", "own"]
    assert here.secrets == there.secrets == ("key-of-the-gateway",)


def test_a_key_behind_a_scheme_is_a_secret_by_itself() -> None:
    """A server may quote the key without the word before it."""
    assert secrets_of((("x-auth", "ApiKey 0123456789"),)) == ("ApiKey 0123456789", "0123456789")
