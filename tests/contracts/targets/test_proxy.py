"""Proxies: which variable counts for which server, and what goes through them."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contracts.errors import PlanError, ProxyRefused, TargetTimeout, TargetUnreachable
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.proxy import proxy_of
from contracts.targets.target import Request
from contracts.targets.tls import TlsFiles
from tests.contracts.targets.certificates import Authority
from tests.contracts.targets.forward_proxy import forward_proxy
from tests.contracts.targets.servers import Noting, answering, served

TOKEN = Credentials(token="t")
GET = Request("GET", "/a", "b=c")
USER = "me:p%40ss-word"
CODED = b64encode(b"me:p@ss-word").decode()


def proxy_for(url: str) -> str | None:
    """The address of the proxy for a URL, and the variable that names it."""
    proxy = proxy_of(urlsplit(url))
    return None if proxy is None else f"{proxy.variable} {proxy.host}:{proxy.port}"


@pytest.mark.parametrize(
    ("variables", "url", "expected"),
    [
        ({}, "http://api.test", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://api.test", "HTTP_PROXY p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://api.test", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://api.test", "HTTPS_PROXY p:1"),
        ({"HTTP_PROXY": "http://p:1", "http_proxy": "q:2"}, "http://api.test", "http_proxy q:2"),
        ({"HTTP_PROXY": "http://p:1", "http_proxy": ""}, "http://api.test", None),
        ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://api.test", None),
        ({"ALL_PROXY": "p"}, "https://api.test", "ALL_PROXY p:80"),
        ({"ALL_PROXY": "p", "https_proxy": "http://q"}, "https://api.test", "https_proxy q:80"),
        ({"HTTP_PROXY": "https://p"}, "http://api.test", "HTTP_PROXY p:443"),
        ({"HTTP_PROXY": "http://[::2]:3"}, "http://api.test", "HTTP_PROXY ::2:3"),
        ({"ALL_PROXY": "p"}, "http://127.0.0.1:5050", None),
        ({"ALL_PROXY": "p"}, "http://localhost", None),
        ({"ALL_PROXY": "p"}, "https://[::1]:8443", None),
    ],
)
def test_the_variable_that_counts(
    variables: dict[str, str], url: str, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small letters before capitals, the scheme's before ALL_PROXY, and never for this machine."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == expected


@pytest.mark.parametrize(
    ("excepted", "url", "is_excepted"),
    [
        ("*", "http://api.test", True),
        ("api.test", "http://api.test", True),
        ("other.test, .test", "http://api.test", True),
        ("test", "http://api.test", True),
        ("*.test", "http://api.test", True),
        ("est", "http://api.test", False),
        ("api.test:80", "http://api.test", True),
        ("api.test:81", "http://api.test", False),
        ("API.TEST", "http://api.test", True),
        ("10.0.0.0/8", "http://10.1.2.3", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.0.0.0/8", "http://api.test", False),
        ("nonsense/x", "http://api.test", False),
        ("[fd00::1]:80", "http://[fd00::1]", True),
        ("fd00::1", "http://[fd00::1]", True),
        ("fd00::/8", "http://[fd00::1]", True),
        (",, ,.,:", "http://api.test", False),
        ("", "http://api.test", False),
    ],
)
def test_no_proxy_excepts_hosts(
    excepted: str, url: str, is_excepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host itself, a domain above it, an address range, each with a port or without."""
    monkeypatch.setenv("ALL_PROXY", "http://p:1")
    monkeypatch.setenv("NO_PROXY", excepted)
    assert (proxy_for(url) is None) == is_excepted


@pytest.mark.parametrize(
    ("value", "url", "why"),
    [
        ("socks5://me:hush@p:1", "http://api.test", "by socks5://"),
        ("http://me:hush@p:port", "http://api.test", "no proxy's URL"),
        ("http://", "http://api.test", "no proxy's URL"),
        ("https://me:hush@p", "https://api.test", "not supported"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told(
    value: str, url: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable, and hides the password."""
    monkeypatch.setenv("ALL_PROXY", value)
    with pytest.raises(PlanError, match=f"ALL_PROXY .*{why}") as caught:
        proxy_for(url)
    assert "hush" not in str(caught.value)


def test_the_password_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """In each form that it has on the way; the proxy's text has none."""
    monkeypatch.setenv("ALL_PROXY", f"http://{USER}@p:1")
    proxy = proxy_of(urlsplit("http://api.test"))
    assert proxy is not None
    assert set(proxy.secrets) == {CODED, "me:p@ss-word", "p@ss-word", "p%40ss-word"}
    shown = f"{proxy} {proxy!r}"
    assert not [secret for secret in proxy.secrets if secret in shown]


def test_plain_http_goes_as_a_whole_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line has the server's name, which nobody resolves here; the connection is kept."""
    app = Noting()
    with served(app) as url, forward_proxy(url) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{USER}@{proxy.address}")
        target = HttpTarget("http://api.test:8080/base", TOKEN)
        assert [target.send(GET).status for _ in range(2)] == [200, 200]
        target.close()
    for head in proxy.heads:
        assert head.startswith("GET http://api.test:8080/base/a?b=c HTTP/1.1\r\n")
        assert f"proxy-authorization: Basic {CODED}\r\n" in head
    assert [seen["host"] for seen in app.seen] == ["api.test:8080"] * 2
    assert CODED in target.secrets


def test_https_goes_through_connect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only the proxy sees its password; the certificate is checked for the server's name."""
    authority, app = Authority(tmp_path), Noting()
    certificate, key = authority.issue("api.test")
    context = TlsFiles(authority.file).context()
    with (
        served(app, ssl_certfile=certificate, ssl_keyfile=key) as url,
        forward_proxy(url) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}@{proxy.address}")
        target = HttpTarget("https://api.test", TOKEN, context=context)
        assert [target.send(GET).status for _ in range(2)] == [200, 200]
        target.close()
        other = HttpTarget("https://other.test", TOKEN, context=context)
        with pytest.raises(TargetUnreachable, match=f"through the proxy http://{proxy.address} of"):
            other.send(GET)
    assert proxy.heads[0].startswith("CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n")
    assert f"Proxy-Authorization: Basic {CODED}\r\n" in proxy.heads[0]
    assert len(proxy.heads) == 2
    assert "proxy-authorization" not in app.seen[0]


def test_a_proxy_may_itself_speak_tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An https:// proxy takes the whole URLs of plain http."""
    authority = Authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("localhost"))
    with served(Noting()) as url, forward_proxy(url, context=context) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"https://localhost:{proxy.address.rpartition(':')[2]}")
        trusting = TlsFiles(authority.file).context()
        target = HttpTarget("http://api.test", TOKEN, context=trusting)
        assert target.send(GET).status == 200
        target.close()
    assert proxy.heads[0].startswith("GET http://api.test/a?b=c ")


def everything(client: socket.socket) -> bytes:
    """What a client sends until it goes away."""
    return b"".join(iter(lambda: client.recv(65_536), b""))


def test_a_wrong_content_length_passes_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a law sends wrongly is sent so through a proxy too."""
    came = []
    with answering(lambda client: came.append(everything(client))) as url:
        monkeypatch.setenv("http_proxy", url)
        target = HttpTarget("http://api.test", TOKEN)
        with pytest.raises(TargetUnreachable):
            target.send(Request("POST", "/x", headers=(("content-length", "9"),), body=b"12"))
        target.close()
    assert b"content-length: 9\r\n" in came[0]
    assert came[0].endswith(b"\r\n\r\n12")


def test_a_proxy_that_refuses_is_told_with_what_it_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error keeps the answer; the message says where a password belongs."""
    said = b"<h1>who are you?</h1>"
    refusal = b"HTTP/1.1 407 Who\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    with forward_proxy("http://127.0.0.1:9", refusal % len(said) + said) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
        with pytest.raises(ProxyRefused, match=r"CONNECT \S+ with 407; put a user") as seen:
            HttpTarget("https://api.test", TOKEN).send(GET)
    assert (seen.value.reply.status, seen.value.reply.body) == (407, said)


def test_a_proxy_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable."""
    with served(Noting()) as url:
        pass
    monkeypatch.setenv("all_proxy", url)
    for base in ("http://api.test", "https://api.test"):
        with pytest.raises(TargetUnreachable, match="of all_proxy cannot be reached"):
            HttpTarget(base, TOKEN).send(GET)


def test_a_proxy_that_never_answers_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time for an answer counts for CONNECT too."""
    came = []
    with answering(lambda client: came.append(everything(client))) as url:
        monkeypatch.setenv("https_proxy", url)
        with pytest.raises(TargetTimeout, match="through the proxy"):
            HttpTarget("https://api.test", TOKEN, timeout=0.05).send(GET)
    assert came[0].startswith(b"CONNECT ")
