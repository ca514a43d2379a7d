"""A printed script runs in dash, shows the difference, and leaves nothing behind."""

import os
import shlex
import shutil
import subprocess
from dataclasses import replace

import pytest

from contracts.model import ID
from contracts.reports.groups import groups
from contracts.reports.script import script_of
from contracts.reports.shell import body_word
from contracts.targets.app import AppTarget
from contracts.targets.target import Reply, Request, encode
from tests.contracts.reports.found import flawed, found_in
from tests.contracts.targets.servers import served
from tests.defects import BY_ID
from tests.defects.defect import Defect, rewritten
from tests.defects.server import Flawed
from tests.defects.settings import server_of, terms_of
from tests.reference_server import ReferenceServer

needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, ("dash", "curl", "jq"))), reason="dash, curl or jq is not installed"
)
SHOWN = {
    "note-is-trimmed": 'refund_note received: "',
    "invoice-is-forgotten": '/invoice_id received: "absent"',
    "amount-is-text": "/amount_cents received: ",
    "check-number-is-cut-at-64": "/check_number received: ",
    "note-replaces-reason": '/refund_reason received: "absent"',
    "allocations-turned-round": "/allocations received: ",
    "target-may-repeat": "status received: 200",
    "delete-is-204": "status received: 204",
    "scheme-is-not-needed": "status received: 200",
    "ties-by-id": "ids received: ",
    "check-number-in-any-case": "ids received: ",
    "pages-overlap": "ids received: ",
    "token-lives-an-hour": "received: 200 {",
    "note-is-cut-at-4096": "/refund_note received: [4096,",
    "update-sets-all-notes-alike": '/refund_note received: "',
    "delete-takes-twins-along": "status received: 404",
    "update-answers-the-old": " received: ",
}
"""By defect, one of each kind of script, how the line begins that shows it."""
OPEN = {"token-lives-an-hour", "allocations-turned-round"}
"""Whose scripts expect what is open in part, so that no two texts are the same."""
FOREIGN = str(terms_of("seeded").organization.refunds[0][ID])
LEAVES = "delete-does-nothing"


def dash(script: str, url: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a script at a server to its end."""
    return subprocess.run(
        ["dash", "-c", script],
        env={**os.environ, "BASE": url, **more},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def run(script: str, url: str) -> dict[str, str]:
    """What a script prints at a server, by `expected` and `received`."""
    done = dash(script, url)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    lines = [
        line for line in done.stdout.splitlines() if "expected: " in line or "received: " in line
    ]
    assert len(lines) == 2, done.stdout
    return {"expected": lines[0], "received": lines[1]}


def left_in(server: ReferenceServer) -> list[int]:
    """How many refunds more than at first are in each world that a script made."""
    known = len(server.first.refunds)
    return [
        len(world.state.refunds) - known
        for token, world in server.worlds.items()
        if token.startswith("token-of-script-")
    ]


@needs_tools
@pytest.mark.parametrize("name", SHOWN)
def test_a_script_shows_the_difference(name: str) -> None:
    """The flawed server gives another value than the one expected; what was made is deleted."""
    findings = found_in(name)
    script = script_of(groups(findings)[0], findings)
    server = flawed(name)
    with served(server) as url:
        told = run(script, url)
    assert SHOWN[name] in told["received"], told
    assert told["expected"].partition(": ")[2] != told["received"].partition(": ")[2]
    assert left_in(server) == [0]


@needs_tools
@pytest.mark.parametrize("name", sorted(SHOWN.keys() - OPEN))
def test_a_correct_server_shows_none(name: str) -> None:
    """There both lines are the same, so a script tells whether the server is right."""
    findings = found_in(name)
    script = script_of(groups(findings)[0], findings)
    with served(server_of(None, terms_of(BY_ID[name].setting))) as url:
        told = run(script, url)
    assert told["expected"].partition(": ")[2] == told["received"].partition(": ")[2], told


@needs_tools
def test_a_refund_that_cannot_be_deleted_is_no_error() -> None:
    """Where a delete does nothing the script shows it and ends all the same."""
    findings = found_in(LEAVES)
    with served(flawed(LEAVES)) as url:
        told = run(script_of(groups(findings)[0], findings), url)
    assert "received: " in told["received"]


def test_a_real_api_asks_for_a_token() -> None:
    """The script takes no token of its own there, and deletes no world."""
    findings = replace(found_in("note-is-trimmed"), genuine=True, target="https://api.example.test")
    script = script_of(groups(findings)[0], findings)
    assert "${TOKEN:?" in script
    assert "BASE=${BASE:-https://api.example.test}" in script
    assert "_mock" not in script


def answers_another(request: Request, reply: Reply) -> Reply:
    """Answer each create with the first refund that was there before."""
    answer = reply.json_or_none()
    if request.method != "POST" or not isinstance(answer, dict) or ID not in answer:
        return reply
    return rewritten(reply, {**answer, ID: FOREIGN})


@needs_tools
def test_among_others_data_nothing_foreign_is_deleted() -> None:
    """A create that is answered with another's id ends the script, and that refund stays."""
    findings = replace(found_in("note-is-trimmed"), genuine=True, target="https://api.example.test")
    script = script_of(groups(findings)[0], findings)
    terms = terms_of("seeded")
    server = Flawed(Defect("x", "", said=answers_another), terms.organization, terms.rules)
    token = AppTarget(server, "script").bearer()
    with served(server) as url:
        done = dash(script, url, TOKEN=token)
    assert FOREIGN in server.worlds[token].state.refunds
    assert (done.returncode, "is not deleted" in done.stderr) == (1, True), done.stderr


@needs_tools
def test_among_others_data_its_own_is_deleted() -> None:
    """The refunds there before are there afterwards, and no other."""
    findings = replace(found_in("note-is-trimmed"), genuine=True, target="https://api.example.test")
    script = script_of(groups(findings)[0], findings)
    server = flawed("note-is-trimmed")
    token = AppTarget(server, "script").bearer()
    with served(server) as url:
        done = dash(script, url, TOKEN=token)
    assert (done.returncode, "received: " in done.stdout) == (0, True), done.stderr
    assert server.worlds[token].state.refunds == server.first.refunds


def test_a_text_of_a_body_is_no_variable() -> None:
    """What looks like a variable or a command in a body is sent as it is."""
    body = encode({"refund_note": "$P `id` $(id) it's \u0000"})
    said, before = body_word(body, {})
    assert before == []
    assert shlex.split(said) == [body.decode()]
    done = subprocess.run(["dash", "-c", f"printf %s {said}"], capture_output=True, check=True)
    assert done.stdout == body


def test_bytes_that_are_no_text_are_written_in_octal() -> None:
    """They go by a file."""
    said, before = body_word(b"\xff\x00", {})
    assert (said, before) == ('"@$T.in"', ["printf '\\377\\000' > \"$T.in\""])


def test_a_long_repetition_is_made_by_jq() -> None:
    """A text of 65,536 letters takes a few words."""
    said, _ = body_word(encode({"refund_note": "0123456789abcdef" * 4_096}), {})
    assert len(said) < 200
    assert '"0123456789abcdef"*4096' in said


@needs_tools
def test_a_refund_without_an_id_is_named_as_left() -> None:
    """Where an answer is cut, so that no id can be read, the script says that a refund may stay."""
    name = "answer-is-cut"
    findings = found_in(name)
    with served(flawed(name)) as url:
        done = dash(script_of(groups(findings)[0], findings), url)
    assert "left behind: a refund whose id is unknown" in done.stderr
