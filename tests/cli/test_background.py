"""`mockserver exec`, `start`, `stop`, `wait` and `env`."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from mockserver.cli import main
from mockserver.cli.background import COMMANDS
from mockserver.cli.variables import variables
from tests.serving import PATIENCE_SECONDS, ROOT, Lines, Served, environment

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[str]]

if sys.platform == "win32":
    pytest.skip("there is no background on Windows", allow_module_level=True)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has started nothing."""
    return environment({"XDG_RUNTIME_DIR": str(tmp_path)})


@pytest.fixture
def run(env: dict[str, str]) -> Iterator[Run]:
    """Runs `mockserver` with some words in this process; what was started ends with the test."""

    def command(*words: str, **added: str) -> Result:
        return CliRunner().invoke(main, words, env={**unset, **env, **added})

    unset = dict.fromkeys(name for name in os.environ if name.startswith("MOCKSERVER_"))
    yield command
    command("stop", "--all")


@pytest.fixture
def spawn(env: dict[str, str]) -> Spawn:
    """The same in a process of its own."""

    def command(*words: str, **added: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mockserver", *words],
            cwd=ROOT,
            env={**env, **added},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS * 2,
            check=False,
        )

    return command


def told(ran: Result) -> Any:
    """The JSON that a command printed."""
    assert ran.exit_code == 0, ran.stderr
    return json.loads(ran.stdout)


def python(program: str) -> tuple[str, ...]:
    """A command that runs a program."""
    return "--", sys.executable, "-c", program


CALLS = """
import json, os, sys, urllib.request
url = os.environ["CANDID_BASE_URL"] + "/api/non-insurance-payer-refunds/v1"
request = urllib.request.Request(url, headers={"Authorization": "Bearer x"})
with urllib.request.urlopen(request) as answer:
    print(json.dumps([len(json.load(answer)["items"]), dict(os.environ), sys.argv[1:]]))
sys.exit(3)
"""


def test_exec_runs_a_command_beside_a_stand_in(spawn: Spawn) -> None:
    """The command gets its own words, its stand-in and the variables; its code is handed on."""
    words = ("exec", "--fixture", "empty", *python(CALLS), "--fixture", "-x")
    ran = spawn(*words, CANDID_CLIENT_ID="real", CANDID_CLIENT_SECRET="real")
    assert ran.returncode == 3, ran.stderr
    assert ran.stderr == ""
    refunds, found, given = json.loads(ran.stdout)
    assert (refunds, given) == (0, ["--fixture", "-x"])
    url = found["CANDID_BASE_URL"]
    assert {name: found[name] for name in variables(url)} == variables(url)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_exec_says_why_there_is_no_command(spawn: Spawn, tmp_path: Path) -> None:
    """The codes are those of a shell, and what cannot be served is told before anything runs."""
    plain = tmp_path / "plain.txt"
    plain.write_text("no program")
    missing = spawn("exec", "--", "no-such-program")
    assert (missing.returncode, missing.stdout) == (127, "")
    assert missing.stderr == "Error: cannot run 'no-such-program': No such file or directory\n"
    refused = spawn("exec", "--", str(plain))
    assert (refused.returncode, "Permission denied" in refused.stderr) == (126, True)
    nothing = spawn("exec", "--fixture", "empty")
    assert (nothing.returncode, "Missing argument 'COMMAND...'" in nothing.stderr) == (2, True)
    wrong = spawn("exec", "--fixture", "emty", *python("print('ran')"))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "did you mean empty?" in wrong.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_exec_sends_signals_on(env: dict[str, str], number: signal.Signals) -> None:
    """The command decides what a signal does, and the stand-in is there until it has ended."""
    program = f"""
import os, signal, sys, urllib.request
def end(*_):
    urllib.request.urlopen(os.environ["MOCKSERVER_URL"] + "/_mock/ready").close()
    sys.exit(5)
signal.signal({int(number)}, end)
print("ready", flush=True)
while True:
    signal.pause()
"""
    command = [sys.executable, "-m", "mockserver", "exec", *python(program)]
    child = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    out = Lines(child.stdout)
    assert out.next() == "ready"
    child.send_signal(number)
    assert child.wait(PATIENCE_SECONDS) == 5
    out.rest()


def test_exec_tells_a_signal_that_killed(spawn: Spawn) -> None:
    """A command that a signal ends has the code that a shell gives it."""
    ran = spawn("exec", *python("import os; os.kill(os.getpid(), 9)"))
    assert (ran.returncode, ran.stderr) == (137, "")


def test_start_env_wait_and_stop(run: Run) -> None:
    """A stand-in runs until it is stopped; each command may be given twice."""
    assert run("stop").stdout == "no stand-in runs that `mockserver start` has started\n"
    first = told(run("start", "--port", "0", "--profile", "strict", "--json"))
    again = told(run("start", "--port", "0", "--profile", "strict", "--json"))
    assert again == {**first, "is_new": False}
    assert told(run("env", "--json")) == variables(first["url"])
    exported = run("env").stdout.splitlines()
    assert [shlex.split(line)[1] for line in exported] == [
        f"{name}={value}" for name, value in variables(first["url"]).items()
    ]
    assert told(run("wait", "--json")) == {"url": first["url"], "is_ready": True, "reason": None}
    assert run("wait").stdout == f"mockserver is ready on {first['url']}\n"
    assert httpx.get(f"{first['url']}/_mock/ready").status_code == 200
    port = str(httpx.URL(first["url"]).port)
    assert told(run("stop", "--port", "1", "--json")) == {"stopped": []}
    stopped = run("stop", "--port", port).stdout
    assert stopped == f"mockserver on {first['url']} (pid {first['pid']}) has ended\n"
    with pytest.raises(httpx.ConnectError):
        httpx.get(first["url"])
    assert told(run("stop", "--json")) == {"stopped": []}
    assert "is ready on" in run("start", "--port", "0").stdout
    assert "runs already on" in run("start", "--port", "0").stdout


def test_start_says_what_is_there(run: Run, served: Served) -> None:
    """Other settings, a port that is taken and a wrong setting are told; nothing is left behind."""
    first = told(run("start", "--port", "0", "--json"))
    other = run("start", "--port", "0", "--fixture", "empty")
    assert other.exit_code == 2
    for part in (first["url"], f"pid {first['pid']}", 'fixture is "default" and not "empty"'):
        assert part in other.stderr
    assert "mockserver stop --port 0" in other.stderr
    taken = run("start", "--port", str(httpx.URL(served.url).port))
    assert (taken.exit_code, "is in use" in taken.stderr) == (2, True)
    wrong = run("start", "--port", "1234", "--signing-key", "/nowhere")
    assert (wrong.exit_code, "/nowhere" in wrong.stderr) == (2, True)
    assert [each["url"] for each in told(run("stop", "--json"))["stopped"]] == [first["url"]]


def test_several_are_told_apart(run: Run) -> None:
    """With two of them a command that needs one lists both, and `--all` ends both."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    urls = [told(run("start", "--port", each, "--json"))["url"] for each in ("0", port)]
    for words in (("stop",), ("env",)):
        ran = run(*words)
        assert ran.exit_code == 2
        assert all(url in ran.stderr for url in urls), ran.stderr
    stopped = told(run("stop", "--all", "--json"))["stopped"]
    assert {each["url"] for each in stopped} == set(urls)


def test_starts_at_one_time_start_one(run: Run, spawn: Spawn) -> None:
    """Of several starts one starts a stand-in, and all answer it."""
    with ThreadPoolExecutor(2) as pool:
        ran = list(pool.map(lambda _: spawn("start", "--port", "0", "--json"), range(2)))
    answers = [json.loads(each.stdout) for each in ran]
    assert told(run("stop", "--json"))["stopped"][0]["pid"] == answers[0]["pid"]
    assert len({answer["pid"] for answer in answers}) == 1
    assert sorted(answer["is_new"] for answer in answers) == [False, True]


def test_one_that_was_killed_is_started_again(run: Run) -> None:
    """What a stand-in that was killed leaves behind counts for nothing."""
    first = told(run("start", "--port", "0", "--json"))
    os.kill(first["pid"], signal.SIGKILL)
    second = told(run("start", "--port", "0", "--json"))
    assert (second["is_new"], second["pid"] != first["pid"]) == (True, True)


def test_wait_says_why_it_ends(run: Run, served: Served) -> None:
    """Nobody, a stranger and no URL are told, with exit codes; the variable names the URL."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = f"http://127.0.0.1:{probe.getsockname()[1]}"
    nobody = run("wait", "--url", free, "--timeout-seconds", "0")
    assert nobody.exit_code == 1
    assert nobody.stderr == f"Error: no stand-in is ready on {free}: Connection refused\n"
    stranger = run("wait", "--url", f"{served.url}/api", "--timeout-seconds", "0", "--json")
    assert (stranger.exit_code, json.loads(stranger.stdout)["is_ready"]) == (1, False)
    assert "what answers there is no stand-in (status 404)" in stranger.stderr
    for bad in ("127.0.0.1:5050", "http://a:b", "ftp://a"):
        assert (run("wait", "--url", bad).exit_code) == 2
    named = run("wait", MOCKSERVER_URL=f"{served.url}/")
    assert named.stdout == f"mockserver is ready on {served.url}\n"


def test_an_attached_child_ends_with_its_parent(tmp_path: Path) -> None:
    """A stand-in that a test run has started does not outlive a run that is killed."""
    program = f"""
import os, pathlib, signal
from mockserver import Settings
from mockserver.cli.launching import launched
child, url = launched(Settings(port=0), pathlib.Path({str(tmp_path / "log")!r}), is_attached=True)
print(url, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    address = httpx.URL(ran.stdout.strip())
    with pytest.raises(OSError, match=r"."):  # noqa: PT012
        while True:
            with socket.create_connection((address.host, address.port or 0), PATIENCE_SECONDS) as c:
                assert c.recv(1) == b"", "it goes on"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_each_help_has_two_examples_that_are_read(command: click.Command) -> None:
    """The help of each command ends with two commands, whose words and options are known."""
    lines = [line.strip() for line in (command.epilog or "").splitlines()[2:]]
    assert len(lines) == 2, lines
    for line in lines:
        words = shlex.split(line)
        assert words[:2] == ["mockserver", command.name]
        main.commands[words[1]].make_context("example", words[2:])
