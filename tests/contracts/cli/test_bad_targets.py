"""Targets that cannot be judged: each ends with a clear message, never with a traceback."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.contracts.cli.conftest import Call
from tests.contracts.safety.proxy import Moment, Proxy, proxied
from tests.serving import ROOT, environment

WORLD = str(ROOT / "fixtures" / "default.json")
Raw = Callable[[bytes], str]


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """A server that answers every connection with these bytes, or never."""
    listener = socket.create_server(("127.0.0.1", 0))
    with ExitStack() as held:

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                if answer is None:
                    held.enter_context(client)
                    continue
                with client, suppress(OSError):
                    client.recv(65536)
                    client.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def answer(status: str, body: bytes, *headers: str) -> bytes:
    """A whole answer, JSON if no header says otherwise."""
    lines = [f"HTTP/1.1 {status}", "connection: close", f"content-length: {len(body)}"]
    lines += headers or ("content-type: application/json",)
    return "\r\n".join([*lines, "", ""]).encode() + body


def html(status: str) -> bytes:
    """A whole answer that is HTML."""
    return answer(status, b"<html>it works</html>", "content-type: text/html")


def test_a_port_where_nothing_listens_exits_with_2(call: Call) -> None:
    """The message says that nothing listens there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = call("run", "--target", f"http://127.0.0.1:{port}")
    assert (result.exit_code, "nothing listens" in result.output) == (2, True), result.output


def test_tls_to_a_plain_port_exits_with_2(call: Call, served_url: str) -> None:
    """The message says that TLS failed."""
    result = call("run", "--target", served_url.replace("http:", "https:"))
    assert (result.exit_code, "TLS failed" in result.output) == (2, True), result.output


def test_a_server_that_hangs_exits_with_2(call: Call) -> None:
    """The message says that no answer came in time."""
    with answering(None) as url:
        result = call("run", "--target", url, "--timeout", "0.2")
    assert (result.exit_code, "no answer in time" in result.output) == (2, True), result.output


def test_what_is_no_http_exits_with_2(call: Call) -> None:
    """The message asks whether this is the right port."""
    with answering(b"SSH-2.0-OpenSSH_9.6\r\n") as url:
        result = call("run", "--target", url)
    assert (result.exit_code, "no HTTP" in result.output) == (2, True), result.output


@pytest.mark.parametrize("more", [(), ("--token", "any")])
def test_another_web_server_is_no_success(
    more: tuple[str, ...], call: Call, tmp_path: Path
) -> None:
    """A server that answers HTML to everything exits with 2, or with broken laws."""
    flags = ("--world", WORLD, "--budget", "50", "--ledger", str(tmp_path / "ledger.jsonl"))
    with answering(html("200 OK")) as url:
        result = call("run", "--target", url, *flags, *more)
    assert result.exit_code in {1, 2}, result.output
    assert "Traceback" not in result.output


def test_a_server_without_a_world_file_says_how_to_get_one(call: Call) -> None:
    """The message names --world and discover."""
    with answering(answer("200 OK", b'{"access_token": "t", "items": []}')) as url:
        result = call("run", "--target", url)
    assert result.exit_code == 2, result.output
    assert "--world" in result.output
    assert "contracts discover" in result.output


def test_wrong_credentials_exit_with_2_and_hide_the_secret(call: Call, served_url: str) -> None:
    """A client id whose secret is not right is named, its secret is not; the right one works."""
    flags = ("run", "--target", served_url, "--client-id", "locked", "--client-secret")
    wrong = call(*flags, "battery-staple")
    assert (wrong.exit_code, "'locked' answered 401" in wrong.output) == (2, True), wrong.output
    assert "battery-staple" not in wrong.output
    right = call(*flags, "correct-horse", "--budget", "30")
    assert right.exit_code == 0, right.output


def test_a_server_that_cuts_some_requests_breaks_a_law(call: Call, served_url: str) -> None:
    """Requests without an answer among others that have one are a broken law, not an error."""

    def act(number: int, moment: Moment) -> bool:
        return number % 20 != 19 or moment != "between"

    with proxied(served_url, act) as proxy:
        result = call("run", "--target", proxy.url, "--budget", "100", "--driver", "directed")
    assert result.exit_code == 1, result.output
    assert re.search("answers? nothing$", result.output, re.MULTILINE), result.output
    assert "no-server-error" in result.output
    assert "no answer came" in result.output


def test_a_server_that_goes_away_ends_the_run(call: Call, served_url: str) -> None:
    """When nothing is answered any more, the run ends early and says so."""
    with proxied(served_url, lambda number, _moment: number < 40) as proxy:
        result = call("run", "--target", proxy.url)
    assert result.exit_code in {1, 2}, result.output
    assert "Traceback" not in result.output
    assert "connection" in result.output


def test_a_server_that_dies_breaks_no_law(call: Call, served_url: str, tmp_path: Path) -> None:
    """The run ends with 2 and why, no law is blamed for it, and the reports are written."""
    report = tmp_path / "report.json"
    up: list[Proxy] = []

    def die(number: int, _moment: Moment) -> bool:
        if number == 60:
            up[0].close()
        return number < 60

    with proxied(served_url, die) as proxy:
        up.append(proxy)
        result = call("run", "--target", proxy.url, "--report", f"json={report}")
    assert result.exit_code == 2, result.output
    assert (" 0 broken" in result.output, "nothing listens" in result.output) == (True, True)
    verdict = json.loads(report.read_text(encoding="utf-8"))["verdict"]
    assert verdict["exit_code"] == 2
    assert verdict["counts"]["kept"] > 5


def test_the_path_of_the_api_is_no_part_of_a_base_url(call: Call, served_url: str) -> None:
    """The message gives the URL without it."""
    result = call("run", "--target", f"{served_url}/api/non-insurance-payer-refunds/v1")
    assert result.exit_code == 2, result.output
    assert result.output.rstrip().endswith(f"as in {served_url}")


def test_a_report_is_no_world_file(call: Call, tmp_path: Path) -> None:
    """A file of another kind that has a format 1 as well is refused, with what is missing."""
    report = tmp_path / "report.json"
    call("run", "--target", "app", "--budget", "20", "--report", f"json={report}")
    result = call("run", "--target", "app", "--world", str(report))
    assert result.exit_code == 2, result.output
    assert f"{report}: $.non_insurance_payers is missing" in result.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write")
@pytest.mark.parametrize("words", [("laws",), ("run", "--target", "app", "--budget", "20")])
def test_a_full_disk_is_told_and_no_broken_law(words: tuple[str, ...]) -> None:
    """Output that cannot be written exits with 2, in one line."""
    with Path("/dev/full").open("w") as full:
        child = [sys.executable, "-m", "contracts", *words]
        ended = subprocess.run(
            child, cwd=ROOT, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.count(b"\n") == 1, ended.stderr
    assert b"No space left" in ended.stderr


def test_a_shared_account_that_only_fails_is_left_alone(
    call: Call, served_url: str, tmp_path: Path
) -> None:
    """After --stop-after server errors in a row no further request leaves."""
    ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
    flags = ("--shared", "--world", WORLD, "--token", "any", "--stop-after", "3", *ledger)

    def fail(number: int, _moment: Moment) -> bool:
        proxy.answers = html("503 Service Unavailable") if number > 20 else None
        return True

    with proxied(served_url, fail) as proxy:
        result = call("run", "--target", proxy.url, *flags)
    assert result.exit_code in {1, 2}, result.output
    assert "server errors" in result.output
    assert len(proxy.requests) < 50


def test_an_account_that_is_away_from_the_start_is_asked_three_times(
    call: Call, tmp_path: Path
) -> None:
    """No law is tried; the page that came is quoted."""
    flags = ("--world", WORLD, "--token", "any", "--ledger", str(tmp_path / "ledger.jsonl"))
    with answering(html("503 Service Unavailable")) as url, proxied(url) as proxy:
        result = call("run", "--target", proxy.url, *flags)
    assert result.exit_code == 2, result.output
    assert "answered 503, not as this API does (text/html, '<html>it works</html>')" in (
        result.output
    )
    assert len(proxy.requests) == 4


def test_an_api_that_is_away_is_told_in_its_own_words(call: Call, tmp_path: Path) -> None:
    """An answer in the API's form is quoted as well, and nothing is tried."""
    body = b'{"errorName": "Unavailable", "content": {}}'
    flags = ("--world", WORLD, "--token", "any", "--ledger", str(tmp_path / "ledger.jsonl"))
    with answering(answer("503 Service Unavailable", body)) as url:
        result = call("run", "--target", url, *flags)
    assert result.exit_code == 2, result.output
    assert "answered 503 however often it was sent (application/json, '{" in result.output


KEY = "key-of-the-gateway-0123"
PLACE = "location: https://refunds.example/v2/api/non-insurance-payer-refunds/v1?limit=1"
PAGE = (
    b"<html>\n<title>Blocked</title>\x1b[31m\xff your key " + KEY.encode() + b" " * 9 + b"-" * 400
)
FOREIGN = {
    "a redirect": (
        answer("308 Permanent Redirect", b"", PLACE),
        (
            "answered 308, not as this API does (location https://refunds.example/v2/api/"
            "non-insurance-payer-refunds/v1?limit=1, no content type, no body); the server "
            "redirects to https://refunds.example/v2; use --target https://refunds.example/v2"
        ),
    ),
    "a page of a firewall": (
        answer("200 OK", PAGE, "content-type: text/html; charset=utf-8"),
        (
            "answered 200, not as this API does (text/html; charset=utf-8, '<html> <title>Blocked"
            "</title>[31m� your key [redacted] -----"
        ),
    ),
    "a gateway that wants a key": (
        answer("403 Forbidden", b'{"message": "Missing API key"}'),
        (
            "answered 403, not as this API does (application/json, "
            '\'{"message": "Missing API key"}\''
            "); if a gateway wants a key, send it with --header 'NAME: VALUE'"
        ),
    ),
    "a proxy that cannot reach it": (
        answer("502 Bad Gateway", b"<h1>no route</h1>", "content-type: text/html"),
        "answered 502, not as this API does (text/html, '<h1>no route</h1>'); a gateway or proxy",
    ),
    "a coding that is not read": (
        answer("200 OK", b"\x0b\x02", "content-type: application/json", "content-encoding: br"),
        "(application/json, 2 bytes); the suite does not read the content coding 'br'",
    ),
    "another API": (
        answer("404 Not Found", b"{}"),
        "(application/json, '{}'); is --target the base URL of the refunds API?",
    ),
}
COMMANDS = {
    "run": ("run", "--world", WORLD),
    "discover": ("discover",),
    "replay": ("replay", "failure.json", "--world", WORLD),
    "payloads": ("payloads", "verify", "--world", WORLD),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("way", FOREIGN)
def test_what_is_not_this_api_ends_the_command_and_is_quoted(
    way: str, command: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message shows what came, without secrets and unprintable characters, and what to do."""
    monkeypatch.chdir(tmp_path)
    failure = tmp_path / "failure.json"
    failure.write_text(json.dumps({"law": "get-is-pure", "driver": "directed"}))
    said, told = FOREIGN[way]
    flags = ("--token", "a-token", "--header", f"X-Api-Key: {KEY}")
    with answering(said) as url:
        result = call(*COMMANDS[command], "--target", url, *flags)
    assert result.exit_code == 2, result.output
    assert f"GET /api/non-insurance-payer-refunds/v1 {told}" in result.output or (
        told[0] == "(" and told in result.output
    ), result.output
    assert KEY not in result.output
    assert len(result.output) < 700
    failure.unlink()
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_of_what_is_not_this_api_keeps_the_ledger(
    call: Call, served_url: str, tmp_path: Path
) -> None:
    """It exits with 2, and a later sweep finds the ledger as it was."""
    ledger = tmp_path / "ledger.jsonl"
    flags = ("--shared", "--budget", "60", "--ledger", str(ledger), "--world", WORLD)
    with proxied(served_url) as proxy:
        assert call("run", "--target", proxy.url, *flags).exit_code == 0
        before = ledger.read_bytes()
        proxy.answers = FOREIGN["a page of a firewall"][0]
        result = call("sweep", str(ledger))
    assert (result.exit_code, "<title>Blocked" in result.output) == (2, True), result.output
    assert ledger.read_bytes() == before


@pytest.mark.parametrize("status", ["301 Moved Permanently", "308 Permanent Redirect"])
def test_a_server_that_redirects_all_says_so_before_it_wants_a_login(
    status: str, call: Call
) -> None:
    """The first request shows it: the message names the target to use."""
    place = "location: https://refunds.example/_mock/health"
    with answering(answer(status, b"", place)) as url:
        result = call("run", "--target", url)
    assert result.exit_code == 2, result.output
    assert "use --target https://refunds.example" in result.output


def test_a_token_call_that_is_no_api_s_is_quoted(call: Call, tmp_path: Path) -> None:
    """A page in place of a token is not blamed on the client id and secret."""
    flags = ("--client-id", "me", "--client-secret", "battery-staple", "--world", WORLD)
    ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
    page = b"<p>battery-staple is blocked</p>"
    with answering(answer("200 OK", page, "content-type: text/html")) as url:
        result = call("run", "--target", url, *flags, *ledger)
    assert result.exit_code == 2, result.output
    assert "for client id 'me' answered 200 (text/html, '<p>[redacted] is blocked</p>'); " in (
        result.output
    )


def test_a_redirect_in_the_middle_breaks_no_law(
    call: Call, served_url: str, tmp_path: Path
) -> None:
    """On a shared account it leaves laws undecided, with the target to use instead."""
    report = tmp_path / "report.json"
    place = "location: https://refunds.example/api/non-insurance-payer-refunds/v1"

    def redirect(number: int, _moment: Moment) -> bool:
        proxy.answers = answer("308 Permanent Redirect", b"", place) if number > 20 else None
        return True

    with proxied(served_url, redirect) as proxy:
        flags = ("--shared", "--tier", "read-only", "--budget", "100", "--world", WORLD)
        result = call("run", "--target", proxy.url, *flags, "--report", f"json={report}")
    states = {law["verdict"] for law in json.loads(report.read_text())["laws"]}
    assert "broken" not in states, result.output
    assert "308, a redirect; the server redirects to https://refunds.example" in report.read_text()
