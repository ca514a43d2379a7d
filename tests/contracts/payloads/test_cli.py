"""The commands write, explain and verify, and say by their exit code what became of it."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.cli import main
from mockserver.fixtures.generate import generate
from mockserver.fixtures.writing import dumps
from tests.docs.documents import ROOT
from tests.serving import serving


def done(*words: str) -> Result:
    """What came of the command."""
    return CliRunner().invoke(main, ("payloads", *words))


def test_filters_narrow() -> None:
    """Operation, class and rule hold for every line."""
    result = done("--operation", "create", "--class", "invalid-semantic", "--rule", "payer-exists")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert rows
    for row in rows:
        assert (row["operation"], row["class"]) == ("create", "invalid-semantic")
        named = {site["rule"] for site in row["bends"]}
        named |= {answer["rule"] for answer in row["expect"]["answers"]}
        assert "payer-exists" in named


def test_count_and_seed() -> None:
    """As many lines as asked for, the same for a seed."""
    first, again = (done("--count", "12", "--random-seed", "3") for _ in range(2))
    assert first.stdout_bytes == again.stdout_bytes
    assert first.stdout.count("\n") == 12


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    """The file holds what standard output would, and what was left out is told."""
    path = tmp_path / "edges.json"
    result = done("--format", "postman", "--output", str(path))
    assert result.exit_code == 0
    assert "left out: the body is not UTF-8" in result.stderr
    assert json.loads(path.read_text(encoding="utf-8"))["item"]


def test_explain_tells_one() -> None:
    """The reason, the rule and the answer are told."""
    text = done("--explain", "create.amount_cents-is-zero").stdout
    for words in (
        "it must be greater than 0, so 422.",
        "amount-positive",
        "422 UnprocessableEntityError",
    ):
        assert words in text


def test_explain_helps_with_a_wrong_id() -> None:
    """An id that is none ends with exit code 2 and the nearest ones."""
    result = done("--explain", "create.amount_cents-is-zer")
    assert result.exit_code == 2
    assert "create.amount_cents-is-zero" in result.stderr


def test_what_fits_nothing_is_told_by_its_filters() -> None:
    """The message repeats them, as one of them has to go."""
    told = done("--operation", "token", "--rule", "payer-exists").stderr
    assert "no payload fits --operation token --rule payer-exists; leave a filter out" in told


def test_fewer_than_asked_for_is_refused() -> None:
    """Gets cannot be mixed to more: the message says how many there are; nothing is written."""
    result = done("--operation", "get", "--count", "1000")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert re.search(r"\d+ payloads fit --operation get as jsonl, not 1,000", result.stderr)


def test_what_no_mixture_fits_comes_to_an_end() -> None:
    """Mixtures are never malformed, however many are tried."""
    result = done("--operation", "update", "--class", "malformed-wire", "--count", "99")
    assert result.exit_code == 2
    assert "payloads fit" in result.stderr


@pytest.mark.parametrize(
    ("field", "pointers"),
    [
        ("/amount_cents", r"/amount_cents"),
        ("/allocations/1", r"/allocations/1(/.*)?"),
        ("amount_cents", r"(.*/)?amount_cents(/.*)?"),
        ("limit", r"\?limit"),
        ("content-type", r"Content-Type"),
    ],
)
def test_a_field_is_a_pointer_or_a_name(field: str, pointers: str) -> None:
    """Each payload changes the field, at the pointer and within it, or wherever the name is."""
    rows = list(map(json.loads, done("--field", field).stdout.splitlines()))
    assert rows
    for row in rows:
        assert any(re.fullmatch(pointers, site["pointer"]) for site in row["bends"]), row["bends"]


def test_filters_combine() -> None:
    """Field, status and class hold at once, and `none` is no answer."""
    result = done("--field", "target", "--status", "404", "--class", "invalid-semantic")
    rows = list(map(json.loads, result.stdout.splitlines()))
    assert rows
    assert {row["class"] for row in rows} == {"invalid-semantic"}
    assert all(404 in row["expect"]["statuses"] for row in rows)
    rows = list(map(json.loads, done("--status", "none").stdout.splitlines()))
    assert rows
    assert all(None in row["expect"]["statuses"] for row in rows)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--field", "amount_cent"), "--field amount_cent: no payload changes it; did you mean"),
        (("--field", "/amount"), "did you mean /amount_cents"),
        (("--status", "418"), "--status 418: no payload expects it; they expect 200,"),
        (("--status", "many"), "'many' is no status; give one such as 422, or `none`"),
        (("--rule", "allocation-sums"), "no rule 'allocation-sums'; did you mean allocation-sum"),
        (("--field", "amount_cents", "--safe"), "no payload fits --field amount_cents --safe"),
    ],
)
def test_a_value_that_nothing_has_names_the_nearest(words: tuple[str, ...], message: str) -> None:
    """The message shows the value and what to give instead, with exit code 2."""
    result = done(*words)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("form", ["csv", "curl", "http", "jsonl", "postman", "pytest"])
def test_a_count_is_exact_in_every_format(form: str) -> None:
    """What a format cannot hold is replaced by what it can, so that nothing is left out."""
    result = done("--operation", "create", "--count", "40", "--format", form)
    assert result.exit_code == 0
    assert "left out" not in result.stderr
    assert len(re.findall(_EACH[form], result.stdout, re.MULTILINE)) == 40


_EACH = {
    "csv": r"^\ufeff?create[.]",
    "curl": r"payload '?create[.].* && ",
    "http": r"^# @name payload_",
    "jsonl": r"^\{\"id\"",
    "postman": r"const answers",
    "pytest": r"^\{\"id\"",
}


def test_a_pipe_that_closes_is_no_error() -> None:
    """The reader of a pipe may have seen enough."""
    command = f"{sys.executable} -m contracts payloads | head -n 1 | wc -l"
    done_ = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, timeout=60
    )
    assert (done_.stdout.strip(), done_.stderr) == ("1", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "create.wire.long-length",
            ("then the client ends its side", "none at all", "curl cannot"),
        ),
        ("get_multi.scene.many.101", ("101 times",)),
        ("get_multi.scene.page.after-refusal", ("answered by 422",)),
        ("get_multi.auth.any.token-jwt", ("401 UnauthorizedError", "let in or not")),
    ],
)
def test_explain_tells_what_is_special(name: str, words: tuple[str, ...]) -> None:
    """Steps sent often or refused, wrong lengths, and answers that depend on the target."""
    text = done("--explain", name).stdout
    for word in words:
        assert word in text


def test_auth_decides_what_is_right_of_strangers() -> None:
    """Only 401 where only issued tokens are let in, and else no 401."""
    for auth, right in (("issued", [401]), ("any", [200]), ("unknown", [401, 200])):
        result = done("--operation", "get_multi", "--class", "auth", "--auth", auth)
        rows = map(json.loads, result.stdout.splitlines())
        row = next(row for row in rows if row["id"] == "get_multi.auth.any.token-invented")
        assert row["expect"]["statuses"] == right
        assert row["expect"]["auth"] == auth


def test_coverage_is_printed() -> None:
    """The table names keywords, rules and statuses."""
    text = done("--coverage").stdout
    for words in ("create /amount_cents minimum out", "payer-enabled", "get_multi 422"):
        assert words in text


def test_verify_passes_on_the_stand_in(tmp_path: Path) -> None:
    """All as expected: exit code 0, and a test case each in the JUnit file."""
    path = tmp_path / "junit.xml"
    result = done("verify", "--target", "app", "--operation", "get", "--junit", str(path))
    assert result.exit_code == 0, result.output
    suite = ET.parse(path).getroot()
    assert suite.get("failures") == "0"
    assert len(list(suite.iter("testcase"))) == int(suite.get("tests", "0")) > 50


def test_verify_says_that_its_budget_is_spent() -> None:
    """One message, and exit code 2, as not all was sent."""
    result = done("verify", "--target", "app", "--operation", "get_multi", "--budget", "60")
    assert result.exit_code == 2
    assert "the budget of 60 requests is used up" in result.output


def test_verify_fails_where_an_answer_differs(tmp_path: Path) -> None:
    """A world of other ids: exit code 1, and a failure for each that differs."""
    world = json.loads((ROOT / "contracts/payloads/world.json").read_text(encoding="utf-8"))
    world["invoices"] = [{"invoice_id": "00000000-0000-4000-8000-000000000001"}]
    other, path = tmp_path / "world.json", tmp_path / "junit.xml"
    other.write_text(json.dumps(world), encoding="utf-8")
    words = ("--world", str(other), "--class", "valid", "--operation", "create")
    result = done("verify", "--target", "app", *words, "--junit", str(path))
    assert result.exit_code == 1
    assert int(ET.parse(path).getroot().get("failures", "0")) > 0


@pytest.mark.parametrize(
    "words",
    [
        ("--world", "no-such-file.json"),
        ("--format", "yaml"),
        ("--count", "0"),
        ("--operation", "token", "--rule", "payer-exists"),
        ("--output", "no-such-folder/edges.jsonl"),
        ("--auth", "some"),
        ("verify", "--target", "app", "--operation", "token", "--rule", "payer-exists"),
        ("verify", "--target", "app", "--operation", "get", "--junit", "no-such-folder/j.xml"),
        ("verify", "--target", "http://127.0.0.1:1"),
        ("verify", "--target", "https://api.example.com"),
    ],
)
def test_what_cannot_run_is_exit_code_2(words: tuple[str, ...]) -> None:
    """Wrong options, files and targets end with one message."""
    result = done(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_options_before_verify_are_refused() -> None:
    """What `verify` would not see is not ignored."""
    result = done("--operation", "get", "verify", "--target", "app")
    assert result.exit_code == 2
    assert "--operation before verify" in result.stderr


def test_verify_takes_the_ids_of_the_stand_in(tmp_path: Path) -> None:
    """A stand-in with a fixture of one's own needs no --world."""
    file = tmp_path / "own.json"
    file.write_text(dumps(generate(20, 3, 7)), encoding="utf-8")
    with serving("--fixture", str(file)) as served:
        result = done("verify", "--target", served.url, "--operation", "create")
    assert result.exit_code == 0, result.output
    assert " 0 failed, 0 skipped" in result.output
