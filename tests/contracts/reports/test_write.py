"""Every kind of report is written whole, alike each time, and without a secret."""

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.reports import KINDS, write
from tests.contracts.reports import runs


def test_the_kinds_are_these() -> None:
    """The five kinds have the names that the command line gives them."""
    assert KINDS == ("junit", "json", "html", "har", "markdown")


def test_an_unknown_kind_is_named(tmp_path: Path) -> None:
    """Another kind is refused by a message with its name and all that there are."""
    with pytest.raises(ValueError, match=r"'pdf' is unknown; choose one of junit, json, html"):
        write("pdf", tmp_path / "report", runs.good())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_written_into_a_new_folder(kind: str, tmp_path: Path) -> None:
    """Missing folders are made, and a report that was there is replaced."""
    path = tmp_path / "new" / "report"
    write(kind, path, runs.bad())
    first = path.read_bytes()
    path.write_bytes(first * 2)
    write(kind, path, runs.bad())
    assert path.read_bytes() == first
    assert first.endswith(b"\n")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_bytes_leave_plain_text(kind: str, tmp_path: Path) -> None:
    """Whatever comes, the report is UTF-8 without control characters or turned text."""
    write(kind, tmp_path / "report", runs.poisoned())
    text = (tmp_path / "report").read_bytes().decode()
    assert [c for c in set(text) if ord(c) < 32 and c not in "\n\t"] == []
    assert "\u202e" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_token_is_in_a_report(kind: str, tmp_path: Path) -> None:
    """Neither the token of the run, whole or cut short, nor one it was given, is in a report."""
    findings, bearer = runs.standing_in()
    shown = tuple(replace(finding, state="broken") for finding in findings.findings)
    write(kind, tmp_path / "report", replace(findings, findings=shown))
    text = (tmp_path / "report").read_text()
    answers = [e.answer for e in findings.exchanges if e.prediction.operation == "token"]
    given = [answer["access_token"] for answer in answers if "access_token" in answer]
    assert len(given) >= 2
    for token in (bearer, bearer[:-4], *given):
        assert token not in text


def test_a_token_without_a_shape_is_known_by_the_run(tmp_path: Path) -> None:
    """A token that looks like any word is taken out too, as the exchanges say that it is one."""
    sent = [exchange.request.header("authorization") for exchange in runs.good().exchanges]
    assert "Basic token-of-test" in sent
    write("har", tmp_path / "report", runs.good())
    assert "token-of-test" not in (tmp_path / "report").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_of_nothing_is_reported(kind: str, tmp_path: Path) -> None:
    """A run that decided no law and kept no request has a report as well."""
    write(kind, tmp_path / "report", replace(runs.good(), findings=(), exchanges=(), requests=0))
    assert (tmp_path / "report").stat().st_size > 0
