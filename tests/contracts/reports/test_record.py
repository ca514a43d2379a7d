"""The JSON report keeps to its published schema and says what the findings say."""

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from contracts.kernel.findings import Findings
from contracts.reports import record
from contracts.reports.verdict import label
from tests.contracts.reports import runs

RUNS = [runs.good, runs.bad, runs.poisoned]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.__name__)
def test_a_report_keeps_to_the_schema(run: Callable[[], Findings]) -> None:
    """Good runs, bad runs and hostile bytes validate, formats included."""
    schema = _schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(_read(run()), schema, format_checker=checker)


@pytest.mark.parametrize(
    ("member", "value"),
    [("format", 2), ("laws", [{}]), ("verdict", {}), ("coverage", {"requests": -1})],
)
def test_the_schema_refuses_another_form(member: str, value: Any) -> None:
    """A report of another format, or without what it must have, does not validate."""
    report = {**_read(runs.good()), member: value}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, _schema())


def test_each_law_says_what_its_finding_says() -> None:
    """Laws come in their order, each with verdict, driver, requests, replay and breach."""
    report = _read(runs.bad())
    assert [law["id"] for law in report["laws"]] == [f.law.id for f in runs.bad().findings]
    for law, finding in zip(report["laws"], runs.bad().findings, strict=True):
        assert law["verdict"] == label(finding, runs.bad())
        assert law["replay"] == (finding.token or None)
        assert (law["breach"] is None) == (finding.breach is None)


def test_the_verdict_has_the_exit_code() -> None:
    """The exit code and the counts are those of the findings."""
    good, bad = _read(runs.good())["verdict"], _read(runs.bad())["verdict"]
    assert (good["exit_code"], bad["exit_code"]) == (0, 1)
    assert sum(bad["counts"].values()) == len(runs.bad().findings)
    assert bad["counts"]["broken"] + bad["counts"]["assumption"] == len(runs.bad().broken)


def test_bytes_that_are_no_text_are_in_base64() -> None:
    """A body that is no UTF-8 comes back byte by byte."""
    from base64 import b64decode

    laws = _read(runs.poisoned())["laws"]
    bodies = [
        e["reply"]["body"] for law in laws if law["breach"] for e in law["breach"]["exchanges"]
    ]
    coded = [body["base64"] for body in bodies if body and "base64" in body]
    assert runs.POISON in map(b64decode, coded)


def _read(findings: Findings) -> Any:
    return json.loads(record.render(findings))


def _schema() -> dict[str, Any]:
    text = files("contracts.reports").joinpath("report.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
