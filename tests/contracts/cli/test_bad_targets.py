"""Targets that cannot be judged: each ends with a clear message, never with a traceback."""

from __future__ import annotations

import json
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


def html(status: str) -> bytes:
    """A whole answer that is HTML."""
    body = b"<html>it works</html>"
    head = f"HTTP/1.1 {status}\r\ncontent-type: text/html\r\nconnection: close\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


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
    with answering(html("404 Not Found")) as url:
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
    assert "no-server-error: broken" in result.output
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


def test_a_shared_account_that_only_fails_is_left_alone(call: Call, tmp_path: Path) -> None:
    """The canary ends the run, and no further request leaves but to look for the canary."""
    ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
    flags = ("--shared", "--world", WORLD, "--token", "any", "--stop-after", "3", *ledger)
    with answering(html("503 Service Unavailable")) as url, proxied(url) as proxy:
        result = call("run", "--target", proxy.url, *flags)
    assert result.exit_code == 2, result.output
    assert "the canary refund failed at create" in result.output
    assert len(proxy.requests) < 20
