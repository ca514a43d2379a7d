"""`contracts run`: exit codes, filters, seeds and what is printed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.contracts.cli.conftest import Call
from tests.contracts.safety.proxy import proxied
from tests.serving import ROOT, environment

STRICTER = ("--law", "field-is-known", "--profile", "strict")
"""A served stand-in of the default profile breaks this law of the strict one."""


def test_a_server_that_keeps_the_laws_exits_with_0(call: Call, served_url: str) -> None:
    """A budget of 200 is kept, the seed is printed, and no law is broken."""
    with proxied(served_url) as proxy:
        result = call("run", "--target", proxy.url, "--budget", "200", "--random-seed", "11")
    assert result.exit_code == 0, result.output
    assert " 0 broken" in result.output
    assert "seed 11" in result.output
    vendor = [path for _, path in proxy.requests if "/api/non-insurance" in path]
    assert 100 < len(vendor) <= 201, "one request more looks for the world file"


def test_the_app_in_this_process_can_be_judged(call: Call) -> None:
    """The target `app` needs no server."""
    result = call("run", "--target", "app", "--budget", "100")
    assert (result.exit_code, " 0 broken" in result.output) == (0, True), result.output


def test_a_strict_server_is_asked_for_its_rules(call: Call, serve: Serve) -> None:
    """Without --profile, a stand-in of the strict profile is held to that."""
    url = serve("--profile", "strict").url
    result = call("run", "--target", url, "--driver", "directed", "--topic", "allocations")
    assert (result.exit_code, " 0 broken" in result.output) == (0, True), result.output


def test_a_server_that_checks_its_tokens_can_be_judged(call: Call, serve: Serve) -> None:
    """Where only issued tokens are let in, the law about them is decided too."""
    url = serve("--auth", "issued").url
    result = call("run", "--target", url, "--law", "auth-token-is-issued", "--driver", "directed")
    assert result.exit_code == 0, result.output
    assert "1 law: 1 kept" in result.output


def test_a_run_that_decides_nothing_does_not_pass(call: Call, tmp_path: Path) -> None:
    """Where no law could be tried the exit code is 2, with the reason, and so in the reports."""
    report = tmp_path / "report.json"
    asked = ("--law", "auth-token-is-issued", "--report", f"json={report}")
    result = call("run", "--target", "app", *asked)
    assert result.exit_code == 2, result.output
    assert "nothing was decided" in result.output
    assert "an API that checks its tokens" in result.output
    assert json.loads(report.read_text(encoding="utf-8"))["verdict"]["exit_code"] == 2


def test_a_ledger_that_is_not_kept_is_told(call: Call, served_url: str, tmp_path: Path) -> None:
    """A stand-in's own worlds need no ledger, and one that was asked for is said to be missing."""
    ledger = tmp_path / "ledger.jsonl"
    flags = ("--budget", "60", "--ledger", str(ledger))
    result = call("run", "--target", served_url, *flags)
    assert (result.exit_code, ledger.exists()) == (0, False), result.output
    assert f"no ledger is kept in {ledger}" in result.output


def test_a_broken_law_exits_with_1_and_is_told_in_full(call: Call, served_url: str) -> None:
    """It is told with what happens, law, evidence, request, both sides and replay token."""
    result = call("run", "--target", served_url, *STRICTER)
    assert result.exit_code == 1, result.output
    for text in (
        "create answers 200; expected 422, as /refund_color breaks the rule unknown-field",
        "  law         field-is-known: ",
        "  evidence    assumed: ",
        "  request     POST /api/",
        "  - expected  422 ",
        "  + received  200 ",
        "  replay      contracts replay",
        "--verbose prints a sh script",
    ):
        assert text in result.output, result.output


def test_verbose_prints_the_whole_failure(call: Call, served_url: str) -> None:
    """The script is printed, with the request as curl."""
    result = call("run", "--target", served_url, *STRICTER, "--verbose")
    assert f"BASE=${{BASE:-{served_url}}}" in result.output
    assert "curl -sS -X POST" in result.output


def test_quiet_prints_what_was_found_alone(call: Call, served_url: str) -> None:
    """Neither the target nor a phase is printed."""
    flags = ("--driver", "directed", "--law", "unknown-id-is-404", "--random-seed", "1")
    result = call("run", "--target", served_url, *flags, "--quiet")
    assert re.fullmatch(r"\n1 law: 1 kept.*\n", result.output), result.output


def test_what_was_not_tried_is_said_in_a_line(call: Call) -> None:
    """With the reason, and with what tries the rest."""
    result = call("run", "--target", "app", "--budget", "50")
    found = re.findall(r"^\d+ laws not tried: (.*)$", result.output, re.MULTILINE)
    assert found == ["the budget of 50 requests was used up; without --budget all are tried"]


def test_nothing_appears_that_was_not_asked_for(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a driver nor a report leaves a file in the working folder."""
    monkeypatch.chdir(tmp_path)
    for driver in ("hypothesis", "schemathesis"):
        call("run", "--target", "app", "--budget", "60", "--driver", driver)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_assumption_of_a_real_api_is_ours(
    call: Call, served_url: str, tmp_path: Path
) -> None:
    """Where the target counts as the real API, it reads as our error, and fails if asked for."""
    shared = ("run", "--target", served_url, "--shared", *STRICTER, "--ledger")
    first, second = (str(tmp_path / name) for name in ("first.jsonl", "second.jsonl"))
    assert call(*shared, first, "--fail-on", "assumed").exit_code == 1
    result = call(*shared, second)
    assert result.exit_code == 0, result.output
    assert "our assumption is wrong: create answers 200; expected 422" in result.output
    assert "\ncreate answers" not in result.output


def test_a_replay_token_shows_the_breach_again(call: Call, served_url: str) -> None:
    """The command as printed exits with 1 on the same server, and with 0 where the law is kept."""
    told = call("run", "--target", served_url, *STRICTER).output
    command = re.findall(r"contracts (replay --target \S+ \S+)", told)[0]
    again = call(*command.split())
    assert (again.exit_code, "law         field-is-known" in again.output) == (1, True)
    kept = call(*command.split(), "--profile", "default")
    assert "the breach did not come again" in kept.output
    assert (kept.exit_code, "1 kept" in kept.output) == (0, True), kept.output


@pytest.mark.parametrize("what", ["c1.!!", "c1.eNqr", "no-such-file", "c1." + "A" * 40])
def test_a_spoilt_replay_token_is_refused(what: str, call: Call) -> None:
    """A token that is cut, altered or no token exits with 2."""
    result = call("replay", "--target", "app", what)
    assert (result.exit_code, "replay" in result.output) == (2, True), result.output


def test_the_same_seed_sends_the_same_requests(call: Call, served_url: str) -> None:
    """Two runs of a seed send the same requests in the same order, and another seed others."""
    sent = []
    for seed in ("5", "5", "6"):
        with proxied(served_url) as proxy:
            call("run", "--target", proxy.url, "--budget", "250", "--random-seed", seed)
        sent.append(list(zip(proxy.requests, proxy.bodies, strict=True)))
    assert sent[0] == sent[1]
    assert len(sent[0]) > 200
    assert sent[0] != sent[2]


def test_a_small_budget_is_quick(served_url: str) -> None:
    """A run of 200 requests loads neither Hypothesis nor Schemathesis nor a terminal's tools."""
    code = (
        "import sys\n"
        "from contracts.cli import main\n"
        f"main(['run', '--target', '{served_url}', '--budget', '200'], standalone_mode=False)\n"
        "print(sorted({'hypothesis', 'schemathesis', 'rich', 'pytest'} & set(sys.modules)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert told.stdout.splitlines()[-1] == "[]", told.stdout


@pytest.mark.parametrize("driver", ["directed", "turbo", "hypothesis", "schemathesis"])
@pytest.mark.parametrize("bound", [("--budget", "90"), ("--max-time", "1.5")])
def test_a_driver_that_is_cut_off_raises_no_alarm(
    driver: str, bound: tuple[str, str], call: Call, served_url: str
) -> None:
    """What is held back for budget or time looks like a fault of the server to nobody."""
    flags = ("--driver", driver, *bound, "--random-seed", "9")
    result = call("run", "--target", served_url, *flags)
    assert (result.exit_code, " 0 broken" in result.output) == (0, True), result.output


def test_a_dry_run_sends_nothing(call: Call, served_url: str) -> None:
    """It prints the plan, the requests and the laws, and opens no connection."""
    with proxied(served_url) as proxy:
        result = call("run", "--target", proxy.url, "--budget", "200", "--dry-run")
    assert (result.exit_code, proxy.requests) == (0, []), result.output
    assert "200 at most" in result.output
    assert "unknown-id-is-404" in result.output


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--law", "no-such-law"), "no-such-law"),
        (("--topic", "pages"), "paging"),
        (("--law", "pages-join", "--topic", "auth"), "no law is left"),
        (("--report", "pdf=x"), "pdf=x"),
        (("--report", "html=/dev/null/x.html"), "cannot be written"),
        (("--report", "html=x,json=x"), "another report"),
        (("--law", "nothing-like-it"), "contracts laws"),
        (("--client-secret", "x"), "--client-id"),
        (("--world", "/no/such/world.json"), "/no/such/world.json"),
        (("--known-failures", "/no/such.toml"), "/no/such.toml"),
    ],
)
def test_settings_that_cannot_be_followed_exit_with_2(
    flags: tuple[str, ...], said: str, call: Call
) -> None:
    """The message names what was wrong, and nothing is run."""
    result = call("run", "--target", "app", *flags)
    assert (result.exit_code, said in result.output) == (2, True), result.output


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("https://example.com", "--allow-host example.com"),
        ("https://api.joincandidhealth.com", "--production-i-mean-it"),
        ("http://api-staging.joincandidhealth.com", "plain text"),
        ("https://user:secret@127.0.0.1", "--client-secret"),
        ("ftp://127.0.0.1", "http"),
        ("nowhere", "http or https"),
    ],
)
def test_hosts_that_may_not_be_talked_to_exit_with_2(target: str, said: str, call: Call) -> None:
    """Also a dry run refuses them, and never shows a secret of the URL."""
    for more in ((), ("--dry-run",)):
        if target.startswith("ftp") and more:
            continue
        result = call("run", "--target", target, *more)
        assert (result.exit_code, said in result.output) == (2, True), result.output


def test_github_actions_gets_annotations_and_a_summary(
    call: Call, served_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each cause is an ::error line, and the summary has a heading for it."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result = call("run", "--target", served_url, *STRICTER)
    assert "::error title=field-is-known::" in result.output
    text = summary.read_text(encoding="utf-8")
    assert "`field-is-known`" in text
    assert "### ❌ create answers 200; expected 422" in text


def test_laws_are_listed_and_explained(call: Call) -> None:
    """The list names every law, and one law is told with evidence and method."""
    from contracts.laws import ALL

    rows = json.loads(call("laws", "--json").output)
    assert [row["id"] for row in rows] == [law.id for law in ALL]
    told = call("laws", "pages-join").output
    assert "Walk seven rows by two, in four orders." in told
    assert call("laws", "pages-joyn").exit_code == 2
    assert "pages-join" in call("laws", "pages-joyn").output


def test_a_discovered_world_file_serves_a_run(call: Call, served_url: str, tmp_path: Path) -> None:
    """What discover writes names payers, holds no refund, and is enough for a run."""
    world = tmp_path / "world.json"
    with proxied(served_url) as proxy:
        result = call("discover", "--target", proxy.url, "-o", str(world))
    assert result.exit_code == 0, result.output
    assert proxy.methods == {"GET", "POST"}
    assert [p for m, p in proxy.requests if m == "POST"] == ["/api/auth/v2/token"]
    document = json.loads(world.read_text(encoding="utf-8"))
    assert document["non_insurance_payers"]
    assert "refunds" not in document
    ledger = ("--ledger", str(tmp_path / "ledger.jsonl"))
    flags = ("--world", str(world), "--shared", "--budget", "150", *ledger)
    result = call("run", "--target", served_url, *flags)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", ["run", "laws", "replay", "discover", "sweep", "coverage"])
def test_each_command_shows_examples(command: str, call: Call) -> None:
    """The help of each command ends with examples that begin with its name."""
    told = call(command, "--help").output
    lines = told.partition("Examples:")[2].split("\n")
    assert any(line.strip().startswith(f"contracts {command}") for line in lines), told
