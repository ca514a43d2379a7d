"""What comes over a socket may be anything: each time a clear message, in time, and no leak."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contracts.errors import TargetError
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Request
from tests.contracts.cli.conftest import Call
from tests.contracts.garbage.raw import Act, Said, answer, raw
from tests.serving import PATIENCE_SECONDS, ROOT

WORLD = ("--world", str(ROOT / "fixtures" / "default.json"))
TOKEN = "a-bearer-token-that-nobody-else-may-see"
ENDLESS = b"x" * 65536
OK = answer(b'{"items":[]}')


def until_it_breaks(head: bytes, piece: bytes) -> Act:
    """Writes for as long as somebody reads."""

    def act(client: socket.socket) -> None:
        client.sendall(head)
        with suppress(OSError):
            while True:
                client.sendall(piece)

    return act


def dripping(head: bytes, piece: bytes) -> Act:
    """Writes a little now and then, always before anybody's patience with one read ends."""

    def act(client: socket.socket) -> None:
        client.settimeout(0.05)
        client.sendall(head)
        with suppress(ConnectionError):
            while True:
                client.sendall(piece)
                with suppress(TimeoutError):
                    client.recv(1)

    return act


HEAD = b"HTTP/1.1 200 OK\r\n"
UNUSABLE: dict[str, tuple[Said | Act, bool, str]] = {
    "closes at once": (b"", False, "cut the connection"),
    "closes in the body": (HEAD + b"content-length: 9\r\n\r\n{}", False, "ended before its end"),
    "chunks of garbage": (
        HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        False,
        "ended before its end",
    ),
    "HTTP/0.9": (b"<html>hello</html>", False, "no HTTP"),
    "binary": (bytes(range(256)), False, "no HTTP"),
    "no status": (b"HTTP/1.1 many OK\r\n\r\n", False, "no HTTP"),
    "a thousand headers": (HEAD + b"x: y\r\n" * 1000 + b"\r\n", False, "cannot be read"),
    "an endless header": (HEAD + b"x: " + b"y" * 70_000 + b"\r\n\r\n", False, "cannot be read"),
    "an endless body": (until_it_breaks(HEAD + b"\r\n", ENDLESS), True, "too large"),
    "endless chunks": (
        until_it_breaks(
            HEAD + b"transfer-encoding: chunked\r\n\r\n", b"10000\r\n" + ENDLESS + b"\r\n"
        ),
        True,
        "too large",
    ),
    "a dripping body": (
        dripping(HEAD + b"content-length: 99999\r\n\r\n", b"x"),
        True,
        "no answer in time",
    ),
    "dripping headers": (dripping(HEAD, b"x: y\r\n"), True, "no answer in time"),
    "100 for ever": (
        until_it_breaks(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        True,
        "no answer in time",
    ),
}


@pytest.mark.parametrize("way", UNUSABLE)
def test_what_is_no_answer_exits_with_2(way: str, call: Call, tmp_path: Path) -> None:
    """The message says what was wrong with it, in one printable line; endless ones end as well."""
    said, acts, told = UNUSABLE[way]
    with raw(said, acts=acts, once=True) as server:
        seconds = "0.3" if told == "no answer in time" else "10"  # a busy machine reads slowly
        result = call("run", "--target", server.url, "--timeout", seconds, *WORLD)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert result.output.replace("\n", "").isprintable(), result.output


@pytest.mark.parametrize("host", ["127.0.0.1:{other}", "localhost:{other}"])
def test_redirects_are_not_followed(host: str, call: Call, tmp_path: Path) -> None:
    """The host that an answer leads to gets no request, and so no token; the command ends."""
    ledger = ("--ledger", str(tmp_path / "l.jsonl"))
    flags = ("--token", TOKEN, "--budget", "20", *WORLD, *ledger)
    with raw(OK) as other:
        place = f"location: http://{host.format(other=other.port)}/"
        with raw(answer(b"", "307 Temporary Redirect", place)) as server:
            result = call("run", "--target", server.url, "--driver", "directed", *flags)
    assert (result.exit_code, "the server redirects" in result.output) == (2, True), result.output
    assert other.asked == []
    assert len(server.asked) == 2
    assert TOKEN not in result.output


def test_proxies_of_the_environment_see_nothing(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the requests nor the token go through a proxy that is set."""
    with raw(OK) as proxy, raw(answer(b"{}", "401 Unauthorized")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        result = call("run", "--target", server.url, "--token", TOKEN, *WORLD)
    assert (result.exit_code, proxy.asked) == (2, []), result.output
    assert "check --token" in result.output


def test_a_connection_closed_between_requests_loses_no_write() -> None:
    """It is seen before the next request leaves, which is then sent once, and answered."""
    with raw(OK, once=True) as server:
        target = HttpTarget(server.url, Credentials(token=TOKEN))
        for method in ("GET", "POST"):
            assert target.send(Request(method, "/x")).status == 200
            assert server.closed.wait(PATIENCE_SECONDS)
            server.closed.clear()
        target.close()
    assert server.lines == ["GET /x HTTP/1.1", "POST /x HTTP/1.1"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_without_an_answer_is_not_repeated(method: str) -> None:
    """Whether it was done, nobody knows; a read is sent again on a new connection."""

    def first_only(request: bytes) -> bytes:
        return OK if len(server.asked) == 1 else b""

    with raw(first_only) as server:
        target = HttpTarget(server.url, Credentials(token=TOKEN), timeout=0.2)
        target.send(Request("GET", "/x"))
        with pytest.raises(TargetError):
            target.send(Request(method, "/x"))
        target.close()
    assert server.lines == ["GET /x HTTP/1.1", f"{method} /x HTTP/1.1"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:99999", "Port"),
        ("http://127.0.0.1:no", "Port"),
        ("http://127.0.0.1:0", "nothing listens"),
        ("http://[::1", "IPv6"),
        ("http://", "give an http or https URL"),
        ("http:///path", "give an http or https URL"),
        ("127.0.0.1:5050", "give an http or https URL"),
        ("HTTP://user:hush@127.0.0.1:9", "--client-secret"),
        ("http://127.0.0.1:9/?a=b", "query"),
        ("http://127.0.0.1:9/#part", "fragment"),
        ("http://127.0.0.1:9/a b", "percent-encode"),
        ("", "give an http or https URL"),
    ],
)
def test_a_url_that_leads_nowhere_exits_with_2(url: str, told: str, call: Call) -> None:
    """The message shows what is wrong with it."""
    result = call("run", "--target", url, *WORLD)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert "hush" not in result.output


@pytest.mark.parametrize("url", ["HTTP://LOCALHOST:{port}", "http://127.0.0.1:{port}/base/"])
def test_a_url_may_be_written_in_many_ways(url: str, call: Call) -> None:
    """Capitals, a path and a slash at the end are all right; a path goes in front of each."""
    with raw(answer(b"{}", "401 Unauthorized")) as server:
        result = call("run", "--target", url.format(port=server.port), "--token", TOKEN, *WORLD)
    assert (result.exit_code, "answered 401" in result.output) == (2, True), result.output
    base = "/base" if "base" in url else ""
    assert server.lines[0] == f"GET {base}/_mock/health HTTP/1.1"


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_ipv6_is_spoken(call: Call) -> None:
    """A loopback address of IPv6 in brackets is a target like others."""
    with raw(answer(b"{}", "401 Unauthorized"), host="::1") as server:
        url = f"http://[::1]:{server.port}"
        result = call("run", "--target", url, "--token", TOKEN, *WORLD)
    assert (result.exit_code, "answered 401" in result.output) == (2, True), result.output
    assert b"host: [::1]" in server.asked[0].lower()


def certificate(folder: Path, name: str, days: int) -> tuple[Path, ssl.SSLContext]:
    """A certificate that signs itself, good from 9 days ago for `days` days."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    known = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    began = dt.datetime.now(dt.UTC) - dt.timedelta(days=9)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(began)
        .not_valid_after(began + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(*kinds, serialization.NoEncryption())
    file.write_bytes(secret + signed.public_bytes(kinds[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context


@pytest.mark.parametrize(
    ("name", "days", "trusted", "told"),
    [
        ("127.0.0.1", 30, False, "self-signed"),
        ("127.0.0.1", 5, True, "expired"),
        ("other.example", 30, True, "127.0.0.1"),
        ("127.0.0.1", 30, True, "answered 401"),
    ],
)
def test_certificates_are_checked(
    name: str,
    days: int,
    trusted: bool,
    told: str,
    call: Call,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that is not trusted, has expired or is another host's ends before anything is sent."""
    file, context = certificate(tmp_path, name, days)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with raw(answer(b"{}", "401 Unauthorized"), tls=context) as server:
        url = f"https://127.0.0.1:{server.port}"
        result = call("run", "--target", url, "--token", TOKEN, *WORLD)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert bool(server.asked) == (told == "answered 401")


def test_plain_http_to_a_port_with_tls_is_told(call: Call, tmp_path: Path) -> None:
    """The message asks whether the scheme is right."""
    _, context = certificate(tmp_path, "127.0.0.1", 30)
    with raw(OK, tls=context) as server:
        result = call("run", "--target", server.url, "--timeout", "1", *WORLD)
    assert result.exit_code == 2, result.output
    assert "scheme" in result.output or "cut the connection" in result.output, result.output
