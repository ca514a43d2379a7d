"""`mockserver.Client` and the commands steer a world of a served stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from mockserver import Client
from mockserver.cli import main
from mockserver.client import ClientError, NotSeen
from tests.cli.commands import invoke
from tests.control.refunds import refund_of
from tests.steering.world import PATH

Run = Callable[..., Result]
STEERING = (
    "faults", "journal", "clock", "snapshot", "limits", "settings", "load", "reset", "conduct",
    "coverage", "save",
)  # fmt: skip


@pytest.fixture
def steering(served_url: str, world: str) -> Iterator[Client]:
    """A client of a world of the test's own."""
    with Client(served_url, world) as client:
        client.reset()
        yield client


@pytest.fixture
def api(steering: Client) -> Iterator[httpx.Client]:
    """The vendor's API in that world."""
    headers = {"authorization": "Bearer any"}
    with httpx.Client(base_url=steering.api_url, headers=headers) as client:
        yield client


@pytest.fixture
def run(served_url: str, world: str, steering: Client) -> Run:
    """Runs a command on that world."""
    assert steering.world == world

    def command(*words: str) -> Result:
        chosen = [*words, "--url", served_url, "--world", world]
        return CliRunner().invoke(main, chosen, catch_exceptions=False)

    return command


def test_faults_are_set_and_cleared(steering: Client, api: httpx.Client) -> None:
    """A fault is set, seen and cleared, one or all."""
    steering.fault(operation="*.get_multi", answer=503)
    steering.fault(operation="*.create", moment="after", break_="reset")
    assert api.get(PATH).status_code == 503
    assert [fault["hits"] for fault in steering.faults()] == [1, 0]
    steering.clear_faults("f1")
    assert [fault["id"] for fault in steering.faults()] == ["f2"]
    steering.clear_faults()
    assert steering.faults() == []
    with pytest.raises(ClientError, match=r"did you mean \*\.create\?") as raised:
        steering.fault(operation="*.creat", answer=503)
    assert raised.value.status == 422


def test_calls_are_read_and_verified(steering: Client, api: httpx.Client, tmp_path: Path) -> None:
    """The journal is read, exported, verified and cleared."""
    api.get(PATH, params={"limit": 1})
    api.post(PATH, json=refund_of())
    assert [call["number"] for call in steering.journal(operation="*.create", rule=None)] == [2]
    file = tmp_path / "calls.har"
    file.write_text(steering.export_journal("har"), encoding="utf-8")
    assert len(json.loads(file.read_text("utf-8"))["log"]["entries"]) == 2
    wanted = {"operation": "*.get_multi"}, {"operation": "*.create"}
    assert steering.verify(*wanted, in_order=True) == [[1], [2]]
    with pytest.raises(NotSeen, match=r"call 1 was expected 2 times.*(?s:.)*POST") as raised:
        steering.verify({"operation": "*.create", "times": 2})
    assert "seen:\n  1 non_insurance" in str(raised.value)
    with pytest.raises(ClientError, match="did you mean operation"):
        steering.verify({"opration": "*"})
    steering.clear_journal()
    assert steering.journal() == []


def test_clock_and_limits_are_set(steering: Client, api: httpx.Client) -> None:
    """The clock is set and moved; limits are changed."""
    assert steering.set_clock("frozen", at="2024-02-29T12:00:00Z") == steering.clock()
    assert steering.advance(60)["now"] == "2024-02-29T12:01:00Z"
    assert steering.set_limits(requests="1/10", headers="retry-after") == steering.limits()
    assert [api.get(PATH).status_code for _ in range(2)] == [200, 429]


def test_snapshots_are_taken_and_restored(steering: Client, api: httpx.Client) -> None:
    """A snapshot is restored, made into a world, and deleted; the world is deleted too."""
    taken = steering.snapshot("before")
    api.post(PATH, json=refund_of())
    assert steering.restore("before") == taken
    assert steering.snapshots() == [taken]
    branch = steering.branch(f"{steering.world}-b", "before")
    assert branch["refunds"] == steering.describe()["refunds"] == taken["refunds"]
    steering.delete_snapshot("before")
    assert steering.snapshots() == []
    steering.delete()
    with pytest.raises(ClientError, match="is not there"):
        steering.describe()


def test_a_world_is_exported_and_loaded(steering: Client, api: httpx.Client) -> None:
    """An export, and one of a snapshot, makes the world anew; a comparison shows what differs."""
    before = steering.export()
    steering.snapshot("before")
    api.post(PATH, json=refund_of())
    assert len(steering.compare("before")["added"]) == 1
    assert steering.compare("before", "before")["added"] == []
    assert steering.export_snapshot("before")["refunds"] == before["refunds"]
    assert steering.load(before)["refunds"] == steering.describe()["refunds"] == 48
    assert steering.set_settings(profile="strict") == steering.settings()
    assert steering.world in [world["name"] for world in steering.reset_all()]
    assert steering.settings()["profile"] == "default"
    with pytest.raises(ClientError, match="--state FILE"):
        steering.save()


def test_calls_are_followed(steering: Client, api: httpx.Client) -> None:
    """Each call comes as it is answered, also after a reset; a query chooses."""
    api.get(PATH)
    followed = steering.follow(operation="*.get_multi", after=0)
    assert next(followed)["number"] == 1
    api.post(PATH, json=refund_of())
    api.get(PATH)
    assert next(followed)["number"] == 3
    steering.reset()
    api.get(PATH)
    assert next(followed)["number"] == 1
    followed.close()
    with pytest.raises(ClientError, match="did you mean"):
        next(steering.follow(operation="*.get_mult"))


def test_a_follower_lets_a_server_end(serve: Any) -> None:
    """A server that somebody follows ends at once."""
    served = serve()
    with Client(served.url) as client:
        followed = client.follow(after=0)
        httpx.get(f"{client.api_url}{PATH}", headers={"authorization": "Bearer any"})
        assert next(followed)["number"] == 1
        assert served.end() == 0
        assert list(followed) == []


def test_a_control_token_is_sent(serve: Any) -> None:
    """Client and commands send the token of a server that asks for one; others are told."""
    served = serve("--control-token", "hush", "--port", "0")
    with Client(served.url, control_token="hush") as client:
        assert client.reset()["name"] == "default"
    with Client(served.url) as client, pytest.raises(ClientError, match="is missing") as raised:
        client.reset()
    assert raised.value.status == 401
    where = ("--url", served.url)
    token = {"MOCKSERVER_CONTROL_TOKEN": "hush"}
    for words in (("reset",), ("fixtures", "export")):
        assert CliRunner().invoke(main, [*words, *where], env=token).exit_code == 0
        told = CliRunner().invoke(main, [*words, *where])
        assert (told.exit_code, "Mock-Control-Token is missing" in told.stderr) == (2, True)


def test_where_nobody_answers_is_told() -> None:
    """A port without a server, and a server that is no stand-in, are told."""

    def stranger(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="nothing here")

    elsewhere = Client("http://elsewhere.test", transport=httpx.MockTransport(stranger))
    unlike = pytest.raises(ClientError, match=r"no stand-in answers like this.*nothing")
    with elsewhere as client, unlike:
        client.faults()

    def refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    nowhere = Client(transport=httpx.MockTransport(refused))
    with nowhere as client, pytest.raises(ClientError, match="start one: mockserver serve"):
        client.faults()


def test_commands_print_tables_and_json(run: Run, api: httpx.Client) -> None:
    """Each command prints what it did, as a table or as JSON."""
    told = run("faults", "set", "*.get_multi=503", '{"delay_ms": 0, "operation": "*.get"}').output
    assert [line.split()[:3] for line in told.splitlines()] == [
        ["id", "operation", "does"],
        ["f1", "*.get_multi", "answer=503"],
        ["f2", "*.get", "delay_ms=0"],
    ]
    api.get(PATH)
    [first, _] = json.loads(run("faults", "list", "--json").output)
    assert first["hits"] == 1
    assert "f1" in run("faults", "list").output
    assert run("faults", "clear", "f1").exit_code == 0
    assert len(run("faults", "list").output.splitlines()) == 2
    [_, row] = run("journal", "show", "--status", "5xx").output.splitlines()
    assert row.split()[2:6] == ["non_insurance_payer_refunds.get_multi", "GET", PATH, "503"]
    assert run("journal", "show", "--format", "curl").output.startswith("curl -X GET")
    assert run("journal", "clear").exit_code == 0
    assert run("journal", "show", "--json").output == "[]\n"
    told = run("clock", "set", "frozen", "--at", "2024-02-29T12:00:00Z").output
    assert told == "frozen at 2024-02-29T12:00:00Z\n"
    assert run("clock", "advance", "-60").output == "frozen at 2024-02-29T11:59:00Z\n"
    assert json.loads(run("clock", "show", "--json").output)["mode"] == "frozen"
    assert "a     48" in run("snapshot", "take", "a").output
    assert "a     48" in run("snapshot", "restore", "a").output
    assert "-b" in run("snapshot", "branch", "a", f"{run('snapshot', 'list').exit_code}-b").output
    assert run("snapshot", "delete", "a").exit_code == 0
    assert run("snapshot", "list", "--json").output == "[]\n"
    assert "default" in run("reset").output


def test_commands_steer_the_world_as_a_whole(
    run: Run, api: httpx.Client, world: str, tmp_path: Path
) -> None:
    """Settings, limits, comparisons, exports and loads are printed for people and programs."""
    assert (
        "strict, earmarking off"
        in run(
            "settings", "set", "--profile", "strict", "--rule", "body-json=warn", "--no-earmarking"
        ).output
    )
    assert json.loads(run("settings", "show", "--json").output)["rules"]["body-json"] == "warn"
    told = run("limits", "set", "--requests", "900/10", "--per", "address").output.splitlines()
    assert [line.split() for line in told] == [
        ["requests", "tokens", "per", "headers"],
        ["900/10", "off", "address", "none"],
    ]
    assert "900/10" in run("limits", "show").output
    run("reset")
    run("snapshot", "take", "a")
    [first, second] = api.get(PATH, params={"limit": 2}).json()["items"]
    path = f"{PATH}/{first['non_insurance_payer_refund_id']}"
    api.patch(path, json={"refund_note": {"type": "set", "value": "x"}})
    api.delete(f"{PATH}/{second['non_insurance_payer_refund_id']}")
    api.post(PATH, json=refund_of())
    lines = run("snapshot", "compare", "a").output.splitlines()
    assert [line[0] for line in lines] == ["+", "-", "~", "4"]
    assert lines[2].endswith('-> "x"')
    assert json.loads(run("snapshot", "compare", "a", "a", "--json").output)["unchanged"] == 48
    file = tmp_path / "a.json"
    file.write_text(run("snapshot", "export", "a").output, "utf-8")
    assert "imported  48" in run("load", str(file)).output
    assert run("load", str(tmp_path / "none")).exit_code == 2
    assert run("save").exit_code == 2
    assert json.loads(run("faults", "set", "*.get=503", "--json").output)[0]["id"] == "f1"
    assert "f1" in run("faults", "reset", "f1").output
    assert "imported" in run("reset").output
    rows = [line.split()[:2] for line in run("reset", "--all").output.splitlines()]
    assert [world, "imported"] in rows


def test_a_verification_has_an_exit_code(run: Run, api: httpx.Client) -> None:
    """Calls that were seen are 0, others 1, and what cannot be read is 2."""
    api.get(PATH)
    assert run("journal", "verify", '{"operation": "*.get_multi"}').exit_code == 0
    told = run("journal", "verify", '{"operation": "*.create"}')
    assert (told.exit_code, "seen 0 times" in told.stderr) == (1, True)
    for bad in ("{", "[]", '{"opration": "*"}'):
        assert run("journal", "verify", bad).exit_code == 2
    assert run("faults", "set", "*.creat=503").exit_code == 2
    assert run("faults", "set", "503").exit_code == 2


def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """A command and, of a group, all below it."""
    yield name, command
    if isinstance(command, click.Group):
        for each, below in command.commands.items():
            yield from leaves(below, f"{name} {each}")


COMMANDS = dict(pair for name in STEERING for pair in leaves(main.commands[name], name))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_help_has_two_examples_that_are_read(name: str) -> None:
    """The help of each command ends with two commands, whose words and options are known."""
    import shlex

    lines = [line.strip() for line in (COMMANDS[name].epilog or "").splitlines()[2:]]
    assert len(lines) == 2, lines
    for line in lines:
        words = shlex.split(line.partition(" > ")[0])[1:]
        below: Any = main
        while isinstance(below, click.Group):
            below = below.commands[words.pop(0)]
        below.make_context("example", words)


NODE_ID = "test_a.py::test_b[1/2]\x1b"


def test_any_name_is_steered(served_url: str) -> None:
    """A world of any name is steered by client and command, and a table escapes the name."""
    with Client(served_url, NODE_ID) as client:
        client.reset()
        answer = httpx.get(f"{client.api_url}{PATH}", headers={"authorization": "Bearer any"})
        assert answer.headers["mock-world"] == "test_a.py::test_b%5B1%2F2%5D%1B"
        assert client.describe()["name"] == NODE_ID
        assert len(client.journal()) == 1
        client.snapshot(NODE_ID)
        client.delete_snapshot(NODE_ID)
        here = ("--url", served_url, "--world", NODE_ID)
        printed = invoke("reset", *here)
        assert printed.stdout.splitlines()[1].startswith("test_a.py::test_b[1/2]\\x1b  default")
        exported = invoke("fixtures", "export", *here)
        assert json.loads(exported.stdout)["format"] == 1
        client.delete()


@pytest.mark.parametrize("name", ["", "x" * 513, "a\udcff"])
def test_what_cannot_name_a_world_is_told(name: str) -> None:
    """Client and commands show the name, and say what it should be, before anything is sent."""
    with pytest.raises(ClientError, match=r"world is .*; expected text of 1 to 512 characters"):
        Client(world=name)
    for command in (("reset",), ("fixtures", "export")):
        refused = invoke(*command, "--world", name)
        assert refused.exit_code == 2
        assert "expected text of 1 to 512 characters" in refused.stderr
