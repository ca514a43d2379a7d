"""The file of known failures: a run fails when one comes, goes, changes or grows old."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.cli.conftest import Call

STRICTER = ("--law", "field-is-known", "--profile", "strict")
KEPT = ("--law", "field-is-known")


def entry(**fields: str) -> str:
    """One table of the file."""
    base = {"law": "field-is-known", "reason": "seen before", "expires": "2999-01-31"}
    lines = [f'{name} = "{value}"' for name, value in {**base, **fields}.items()]
    return "\n".join(["[[known]]", *lines])


def run(call: Call, url: str, tmp_path: Path, text: str, *flags: str) -> tuple[int, str]:
    """Run with a file of this content; the exit code and what was printed."""
    file = tmp_path / "known.toml"
    file.write_text(text, encoding="utf-8")
    result = call("run", "--target", url, "--known-failures", str(file), *flags)
    return result.exit_code, result.output


def test_a_known_failure_is_accepted(call: Call, served_url: str, tmp_path: Path) -> None:
    """A broken law that is in the file exits with 0 and shows its reason."""
    code, told = run(call, served_url, tmp_path, entry(), *STRICTER)
    assert (code, "known failure (seen before)" in told) == (0, True), told


def test_an_old_id_is_still_read(call: Call, served_url: str, tmp_path: Path) -> None:
    """An entry may name the id that a law had before, and the run says what it is called now."""
    text = entry(law="never-stumbles")
    quick = ("--law", "no-server-error", "--driver", "turbo", "--budget", "50")
    code, told = run(call, served_url, tmp_path, text, *quick)
    assert code == 1, told
    assert "no-server-error: the known failure disappeared" in told
    assert "note: known failures: never-stumbles is now called no-server-error" in told


def test_a_new_failure_fails(call: Call, served_url: str, tmp_path: Path) -> None:
    """A broken law that is not in the file exits with 1."""
    code, told = run(call, served_url, tmp_path, entry(law="pages-join"), *STRICTER)
    assert (code, "law         field-is-known: " in told) == (1, True), told


def test_one_that_disappears_fails(call: Call, served_url: str, tmp_path: Path) -> None:
    """An entry whose law is kept exits with 1."""
    code, told = run(call, served_url, tmp_path, entry(), *KEPT)
    assert (code, "disappeared" in told) == (1, True), told


def test_one_that_some_runs_miss_is_flaky(call: Call, served_url: str, tmp_path: Path) -> None:
    """Its entry stays valid while its law is kept, and accepts its failure."""
    flaky = f"{entry()}\nflaky = true"
    code, told = run(call, served_url, tmp_path, flaky, *KEPT)
    assert (code, "disappeared" in told) == (0, False), told
    code, told = run(call, served_url, tmp_path, flaky, *STRICTER)
    assert code == 0, told


def test_a_run_of_fewer_requests_may_miss_one(call: Call, served_url: str, tmp_path: Path) -> None:
    """An entry may name how many requests it takes to find it."""
    for needed, expected in ((1000, 0), (2, 1)):
        code, told = run(call, served_url, tmp_path, f"{entry()}\nrequests = {needed}", *KEPT)
        assert (code, "disappeared" in told) == (expected, expected == 1), told


def test_flaky_is_true_or_false(call: Call, served_url: str, tmp_path: Path) -> None:
    """Anything else is shown with its place."""
    code, told = run(call, served_url, tmp_path, entry(flaky="often"), *KEPT)
    assert (code, "known[0].flaky: expected true or false, found 'often'" in told) == (2, True), (
        told
    )


def test_one_that_expired_fails(call: Call, served_url: str, tmp_path: Path) -> None:
    """An entry past its day exits with 1, though its law is still broken."""
    code, told = run(call, served_url, tmp_path, entry(expires="2020-01-31"), *STRICTER)
    assert (code, "expired on 2020-01-31" in told) == (1, True), told


def test_one_that_changes_fails(call: Call, served_url: str, tmp_path: Path) -> None:
    """An entry whose pattern the breach no longer holds exits with 1, and a fitting one with 0."""
    code, told = run(call, served_url, tmp_path, entry(pattern="received: 409"), *STRICTER)
    assert (code, "changed" in told) == (1, True), told
    code, told = run(call, served_url, tmp_path, entry(pattern="received: 200"), *STRICTER)
    assert code == 0, told


def test_one_that_was_not_asked_for_surprises_nobody(
    call: Call, served_url: str, tmp_path: Path
) -> None:
    """An entry whose law a filter leaves out changes nothing."""
    code, told = run(call, served_url, tmp_path, entry(), "--law", "pages-join")
    assert code == 0, told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry(law="no-such-law"), "no-such-law"),
        (entry(expires="soon"), "'soon'"),
        (entry(reason=" "), "reason"),
        (entry(pattern="("), "pattern"),
        (entry(color="red"), "expected a table"),
        ("known = 1", "[[known]]"),
        ("][", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_exits_with_2(
    text: str, said: str, call: Call, tmp_path: Path
) -> None:
    """The message names the entry and what is wrong with it."""
    code, told = run(call, "app", tmp_path, text)
    assert (code, said in told) == (2, True), told


def test_what_schemathesis_finds_by_its_own_checks_can_be_known(
    call: Call, served_url: str, tmp_path: Path
) -> None:
    """An entry may name such a check; where it finds nothing, the entry has disappeared."""
    text = entry(law="schemathesis-not-a-server-error")
    code, told = run(call, served_url, tmp_path, text, "--driver", "schemathesis")
    assert (code, "disappeared" in told) == (1, True), told
    code, told = run(call, served_url, tmp_path, text, "--driver", "directed", *KEPT)
    assert code == 0, told
