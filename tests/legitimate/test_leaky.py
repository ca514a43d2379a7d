"""No command shows a secret or a value of others, whatever a server answers with them in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from contracts.cli import main
from contracts.cli.run import KINDS
from contracts.errors import CanaryFailed
from contracts.model import REFUNDS
from contracts.run.open import open_target
from contracts.run.plan import Plan
from contracts.targets.credentials import TOKEN_PATH, Credentials
from contracts.targets.network import Network
from contracts.targets.target import Request as Listed
from tests.legitimate.front import JSON, Answer, Pass, Served, fronted
from tests.legitimate.front import Call as Request
from tests.legitimate.leaky import (
    CLIENT_SECRET,
    FORMS,
    HEADER_KEY,
    NOTE,
    NUMBER,
    PLANTED,
    SECRETS,
    THEIRS,
    Leaky,
    leaks,
)
from tests.serving import ROOT

Call = Callable[..., Result]
ALL = {**SECRETS, **THEIRS}


def test_what_is_planted_would_be_found() -> None:
    """Each value is found in each form, in HTML and in JSON."""
    for name, value in ALL.items():
        assert len(value) in {64, 66}, name
        for form in FORMS.values():
            assert leaks(f"it said {form(value)}.", {name: value}), form(value)
            assert leaks(json.dumps(form(value)), {name: value})
    assert leaks("nothing", ALL) == []
    assert len(leaks(PLANTED, ALL)) >= 3 * len(ALL)


@pytest.fixture
def fixture_file(tmp_path: Path) -> Path:
    """Refunds of others that hold the values."""
    world = json.loads((ROOT / "fixtures" / "default.json").read_text(encoding="utf-8"))
    for number, row in enumerate(world["refunds"]):
        row["refund_note"], row["check_number"] = NOTE, NUMBER[number % 3 :]
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(world), encoding="utf-8")
    return path


@pytest.fixture
def served(fixture_file: Path) -> Iterator[Served]:
    """A stand-in with them behind a front end that leaks."""
    with fronted(Leaky(), fixture=str(fixture_file)) as served:
        yield served


@pytest.fixture
def call(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The command line against it, in an empty folder, as in a job of GitHub's."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CONTRACTS_CLIENT_ID", "me")
    monkeypatch.setenv("CONTRACTS_CLIENT_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("CONTRACTS_HEADERS", f"x-api-key: {HEADER_KEY}")
    monkeypatch.delenv("CONTRACTS_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))

    def call(*words: str) -> Result:
        if isinstance(served.app.front, Leaky):
            served.app.front.shown = False
        target = () if words[0] == "sweep" else ("--target", served.url)
        at = 2 if words[:2] == ("payloads", "verify") else 1
        result = CliRunner().invoke(main, [*words[:at], *target, *words[at:]])
        (folder / f"output-{len(list(folder.iterdir()))}.txt").write_text(result.output, "utf-8")
        return result

    return call


def assert_nothing_leaks(folder: Path, values: dict[str, str] = ALL) -> None:
    """No file of a folder shows any of the values; outputs are files there too."""
    found = {
        path.name: shown
        for path in folder.iterdir()
        if (shown := leaks(path.read_text(encoding="utf-8"), values))
    }
    assert found == {}


def test_no_command_shows_what_is_planted(call: Call, served: Served) -> None:
    """Every command, with every report, whatever it finds; the ledger and the world file too."""
    folder = Path.cwd()
    found = call("discover", "-o", "world.json")
    assert found.exit_code == 0, found.output
    printed = call("discover")
    assert printed.exit_code == 0
    reports = ",".join(f"{kind}={kind}.report" for kind in KINDS)
    world = ("--world", "world.json")
    flags = ("--random-seed", "7", "--ledger", "l.jsonl", "--har", "all", "--verbose")
    run = call("run", *world, *flags, "--report", reports)
    assert run.exit_code == 1, run.output
    har = (folder / "har.report").read_text(encoding="utf-8")
    assert ("[redacted]" in har, "[not ours]" in har) == (True, True)
    document = json.loads((folder / "json.report").read_text(encoding="utf-8"))
    tokens = [law["replay"] for law in document["laws"] if law["replay"]]
    for token in tokens[:3]:
        assert call("replay", *world, token).exit_code in {0, 1, 2}
    assert "answers" in call("coverage", *world, "--budget", "300").output
    for flag, value in (("--count", "300"), ("--operation", "get_multi")):
        words = (flag, value, "--junit", f"{value}.xml", "--verbose")
        verified = call("payloads", "verify", *world, *words)
        assert verified.exit_code in {1, 2}, verified.output
    assert_nothing_leaks(folder)


def test_a_sweep_and_an_early_end_show_nothing(call: Call, served: Served) -> None:
    """A run whose deletes fail names what is left, and a sweep tries in vain, then not in vain."""
    folder = Path.cwd()
    front = served.app.front
    assert isinstance(front, Leaky)
    assert call("discover", "-o", "world.json").exit_code == 0
    front.deletes = False
    words = ("--world", "world.json", "--ledger", "l.jsonl", "--report", "junit=junit.xml")
    run = call("run", *words)
    assert run.exit_code == 2, run.output
    assert call("sweep", "l.jsonl").exit_code == 1
    front.deletes = True
    assert call("sweep", "l.jsonl").exit_code == 0
    assert_nothing_leaks(folder)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(302, (("location", f"/login?back={quote(PLANTED)}"),)),
        Answer(200, (("content-type", "text/html"),), PLANTED.encode()),
        Answer(401, (*JSON, ("www-authenticate", PLANTED)), json.dumps({"m": PLANTED}).encode()),
        Answer(407, (("proxy-authenticate", PLANTED),), PLANTED.encode()),
        Answer(503, (("retry-after", "0"),), PLANTED.encode()),
        Answer(200, JSON, json.dumps({PLANTED: PLANTED, "items": PLANTED}).encode()),
    ],
    ids=lambda answer: f"{answer.status}-{len(answer.body)}",
)
def test_a_first_answer_that_is_not_the_api_s_shows_no_secret(
    answer: Answer, call: Call, served: Served
) -> None:
    """Messages that quote what came, and the reports of a run that did not begin."""
    folder, leaky = Path.cwd(), served.app.front
    (folder / "world.json").write_bytes((ROOT / "fixtures" / "default.json").read_bytes())
    for only_token in (True, False):

        def front(request: Request, pass_on: Pass, only_token: bool = only_token) -> Answer:
            is_token = request.path == TOKEN_PATH
            return answer if is_token == only_token else leaky(request, pass_on)

        served.app.front = front
        reports = ",".join(f"{kind}={kind}-{only_token}.report" for kind in KINDS)
        assert call("run", "--world", "world.json", "--report", reports).exit_code == 2
        found = call("discover")
        assert found.exit_code == 2, (only_token, found.output[:600])
        verified = call("payloads", "verify", "--world", "world.json", "--junit", "junit.xml")
        assert verified.exit_code == 2
    # The token was never given to the client where its call is answered so.
    given = {name: value for name, value in SECRETS.items() if name != "token"}
    assert_nothing_leaks(folder, given)


def test_an_error_that_quotes_an_answer_shows_nothing(served: Served, tmp_path: Path) -> None:
    """Whatever ends the use of a target, its message is without secrets and others' values."""
    login = Credentials("me", CLIENT_SECRET)
    network = Network((("x-api-key", HEADER_KEY),))
    plan = Plan(served.url, 0, credentials=login, network=network, ledger=tmp_path / "l.jsonl")

    def fail() -> None:
        with open_target(plan) as target:
            target.target.send(Listed("GET", REFUNDS))
            raise CanaryFailed(f"expected a refund, received {PLANTED}")

    with pytest.raises(CanaryFailed) as raised:
        fail()
    assert leaks(str(raised.value), ALL) == []
    assert "expected a refund" in str(raised.value)
