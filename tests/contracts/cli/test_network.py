"""How each command reaches a server: headers, TLS, and that no output shows what is secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.targets.app import App, Message, Receive, SendMessage
from mockserver import Settings, create_app
from tests.contracts.cli.conftest import Call
from tests.contracts.targets.certificates import Authority
from tests.contracts.targets.forward_proxy import forward_proxy
from tests.contracts.targets.servers import served
from tests.serving import ROOT

WORLD = str(ROOT / "fixtures" / "default.json")
KEY = "key-of-the-gateway-0123456789"
HEADER = ("--header", f"X-Api-Key: {KEY}")


class Gateway:
    """Passes on what has the key, and quotes it in a header of each answer."""

    def __init__(self, inner: App) -> None:
        self._inner = inner

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Answer 403 without the key."""
        key = dict(scope["headers"]).get(b"x-api-key", b"")

        async def quote(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"x-quoted", key)]}
            await send(message)

        if key == KEY.encode():
            await self._inner(scope, receive, quote)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"message":"Forbidden"}'})


def test_every_command_sends_the_header(call: Call, tmp_path: Path) -> None:
    """Behind a gateway that wants a key each command works with it, and no report shows it."""
    world, har, ledger = (str(tmp_path / name) for name in ("world.json", "run.har", "l.jsonl"))
    with served(Gateway(create_app())) as url:
        to = ("--target", url, *HEADER)
        shared = ("--shared", "--ledger", ledger, "--world", world, "--budget", "60")
        failure = tmp_path / "failure.json"
        failure.write_text(json.dumps({"law": "get-is-pure", "driver": "directed"}))
        results = [
            call("discover", *to, "-o", world),
            call("run", *to, *shared, "--report", f"har={har}", "--har", "all"),
            call("replay", *to, str(failure)),
            call("sweep", ledger, *HEADER),
            call("payloads", "verify", *to, "--class", "boundary", "--count", "3"),
        ]
    for result in results:
        assert result.exit_code == 0, result.output
        assert KEY not in result.output
    assert "x-quoted" in Path(har).read_text()
    assert KEY not in Path(har).read_text()


def test_the_header_may_come_from_the_environment(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable holds a header a line."""
    monkeypatch.setenv("CONTRACTS_HEADERS", f"X-Other: x\nX-Api-Key: {KEY}\n")
    with served(Gateway(create_app())) as url:
        result = call("run", "--target", url, "--budget", "30")
    assert result.exit_code == 0, result.output


def test_a_header_that_cannot_be_sent_exits_with_2(call: Call) -> None:
    """The message names the header and the option, never the value."""
    for text in ("Authorization: hush", "Content-Length: hush", "hush"):
        result = call("run", "--target", "app", "--header", text)
        assert result.exit_code == 2
        assert "'--header'" in result.output
        assert "hush" not in result.output


def test_a_server_with_a_private_authority_is_checked(call: Call, tmp_path: Path) -> None:
    """With --ca-file the run works; without, it says that TLS failed."""
    authority = Authority(tmp_path)
    certificate, key = authority.issue("localhost")
    with served(create_app(), ssl_certfile=certificate, ssl_keyfile=key) as url:
        flags = ("run", "--target", url.replace("127.0.0.1", "localhost"), "--budget", "30")
        trusting = call(*flags, "--ca-file", str(authority.file))
        assert trusting.exit_code == 0, trusting.output
        refusing = call(*flags)
    assert (refusing.exit_code, "TLS failed" in refusing.output) == (2, True), refusing.output


@pytest.mark.parametrize("option", ["--ca-file", "--client-cert", "--client-key"])
def test_a_file_that_cannot_be_used_exits_with_2_and_its_path(
    option: str, call: Call, tmp_path: Path
) -> None:
    """The file is read before anything is sent, for a dry run too."""
    gone = str(tmp_path / "gone.pem")
    target = ("--target", "https://127.0.0.1:9", "--token", "t", "--world", WORLD)
    for command in (("run", *target), ("run", *target, "--dry-run"), ("discover", *target[:4])):
        result = call(*command, option, gone)
        assert result.exit_code == 2, result.output
        assert f"{option} {gone}" in result.output


def test_tls_is_nothing_for_the_app_in_this_process(call: Call, tmp_path: Path) -> None:
    """The options would be ignored, so they are refused."""
    authority = Authority(tmp_path)
    result = call("run", "--target", "app", "--ca-file", str(authority.file))
    assert (result.exit_code, "uses no TLS" in result.output) == (2, True), result.output


def test_a_run_goes_through_a_proxy(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that only the proxy knows can be tested; all requests go through it."""
    app = create_app(Settings(allow_host=("api.test",)))
    with served(app) as url, forward_proxy(url) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:battery-staple@{proxy.address}")
        flags = ("--target", "http://api.test", "--allow-host", "api.test", "--budget", "30")
        result = call("run", *flags)
    assert result.exit_code == 0, result.output
    assert len(proxy.heads) > 30
    assert "battery-staple" not in result.output


def test_a_proxy_that_cannot_be_used_exits_with_2(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable and hides the password."""
    monkeypatch.setenv("HTTP_PROXY", "socks5://me:battery-staple@127.0.0.1:1")
    result = call("run", "--target", "http://api.test", "--allow-host", "api.test")
    assert (result.exit_code, "HTTP_PROXY names" in result.output) == (2, True), result.output
    assert "battery-staple" not in result.output


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("http://api.test", "GET /_mock/health answered 407, not as this API does (text/html, "),
        ("https://api.test", "of ALL_PROXY answered CONNECT api.test:443 with 407 (text/html, "),
    ],
)
def test_a_proxy_that_wants_a_password_is_quoted(
    target: str, told: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page is shown without the password that it repeats, and the message says what to do."""
    page = b"<p>no user me:battery-staple here</p>"
    head = b"HTTP/1.1 407 No\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
    with forward_proxy("http://127.0.0.1:9", head + page) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"http://me:battery-staple@{proxy.address}")
        result = call("run", "--target", target, "--allow-host", "api.test", "--token", "t")
    assert result.exit_code == 2, result.output
    assert f"{told}'<p>no user [redacted] here</p>'); " in result.output
    assert "USER:PASSWORD@HOST:PORT" in result.output
