"""The JUnit report fits the common schema and says of each law what a CI server needs."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from contracts.kernel.findings import Findings
from contracts.reports import junit
from contracts.reports.groups import groups
from tests.contracts.reports import runs
from tests.contracts.reports.junit_schema import complaints


@pytest.mark.parametrize("run", [runs.good, runs.bad, runs.poisoned], ids=lambda run: run.__name__)
def test_the_report_fits_the_schema(run: object) -> None:
    """Good runs, bad runs and hostile bytes give valid XML with counts that add up."""
    assert callable(run)
    assert complaints(junit.render(run())) == []


def test_the_schema_can_complain() -> None:
    """A count that is wrong and an attribute that is missing are both noticed."""
    text = junit.render(runs.bad()).replace('errors="0" ', "", 1).replace('tests="', 'tests="9')
    found = " ".join(complaints(text))
    assert "not 1" in found, found
    assert complaints("<testsuites/>") != []


def test_each_law_has_one_case() -> None:
    """There is a case a law, in the order of the laws, and one more a surprise."""
    cases = _cases(runs.bad())
    names = [name for name in cases if not name.startswith("surprise")]
    assert names == [f"{f.law.id}: {f.law.sentence}" for f in runs.bad().findings]
    assert len(cases) == len(names) + 1
    law = runs.bad().findings[0].law
    assert cases[names[0]].get("classname") == f"contracts.{law.topic}"


def test_a_failure_tells_all() -> None:
    """The first law of a cause has evidence, requests, diff, other laws, token and script."""
    group = next(g for g in groups(runs.bad()) if "refund_note" in g.title)
    failure = _failure(runs.bad(), group.first.law.id)
    text = failure.text or ""
    assert failure.get("message") == group.title
    for part in (
        "  evidence    documented: ",
        "request     curl -sS -X ",
        "- expected  /refund_note",
        "+ received  /refund_note",
        "expected: ",
        "received: ",
        f"replay      contracts replay --target {runs.bad().target} {group.shown.token}",
        "script for sh, with curl and jq:",
    ):
        assert part in text, (part, text)


def test_the_other_laws_of_a_cause_refer_to_the_first() -> None:
    """Their cases fail too, with a message that names it, and their own words."""
    group = next(g for g in groups(runs.bad()) if "refund_note" in g.title)
    others = [finding for finding in group.findings[1:] if runs.bad().fails(finding)]
    assert others
    for finding in others:
        failure = _failure(runs.bad(), finding.law.id)
        assert failure.get("message") == f"see {group.first.law.id}: {group.title}"
        assert "received: " in (failure.text or "")


def test_a_case_has_its_time() -> None:
    """Each law has the seconds that its own script took."""
    case = next(iter(_cases(runs.bad()).values()))
    assert case.get("time") == "0.000"
    finding = replace(runs.bad().findings[0], seconds=1.5)
    run = replace(runs.bad(), findings=(finding,))
    assert next(iter(_cases(run).values())).get("time") == "1.500"


def test_a_wrong_assumption_is_ours() -> None:
    """On the vendor's API a broken assumed law says so; a documented one does not."""
    message = _failure(replace(runs.bad(), fail_on="assumed"), runs.ASSUMED).get("message") or ""
    assert message.startswith("our assumption is wrong: ")
    assert "assumption" not in (_failure(runs.bad(), "status-as-predicted").get("message") or "")


def test_known_and_undecided_are_skipped() -> None:
    """A known failure and an undecided law are skipped with their reasons."""
    cases = _cases(runs.bad())
    known = next(case for name, case in cases.items() if name.startswith(f"{runs.KNOWN}:"))
    skipped = known.find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "known failure: ticket R-12"
    reasons = [e.get("message", "") for case in cases.values() for e in case.findall("skipped")]
    assert any(reason.startswith("undecided: this needs ") for reason in reasons), reasons


def test_the_run_is_in_the_properties() -> None:
    """Seed, target, profile, tier and requests are properties of the suite."""
    root = ET.fromstring(junit.render(runs.bad()))
    found = {p.get("name"): p.get("value") for p in root.iter("property")}
    wanted = {"seed": "7", "profile": "default", "tier": "scoped", "genuine": "true"}
    assert wanted.items() <= found.items()
    assert found["target"] == "https://api.example.test/base/"
    assert found["requests"] == str(runs.bad().requests)
    assert "contracts sweep" in (root.findtext("testsuite/system-err") or "")


def _cases(findings: Findings) -> dict[str, ET.Element]:
    root = ET.fromstring(junit.render(findings))
    return {case.get("name", ""): case for case in root.iter("testcase")}


def _failure(findings: Findings, law: str) -> ET.Element:
    cases = _cases(findings)
    case = next(case for name, case in cases.items() if name.startswith(f"{law}: "))
    failure = case.find("failure")
    assert failure is not None, law
    return failure
