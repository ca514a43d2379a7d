"""A run as JUnit XML, one test case a law, for CI servers; what they make of it is theirs."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from contracts.kernel.findings import Finding, Findings
from contracts.reports.failure import failure_lines
from contracts.reports.groups import Group, groups
from contracts.reports.script import script_of
from contracts.reports.texts import clipped, printable, shown
from contracts.reports.verdict import LABELS, label

_MOST = 20_000
_SUITE = "contracts"


def render(findings: Findings) -> str:
    """The document of a run; valid XML 1.0 whatever the bodies hold."""
    by_law = {one.law: group for group in groups(findings) for one in group.findings}
    cases = [_case(one, findings, by_law.get(one.law)) for one in findings.findings]
    cases += [_surprise(number, text) for number, text in enumerate(findings.surprises, 1)]
    if findings.failure:
        cases.append(case_of(_SUITE, "the run"))
        end(cases[-1], findings.failure)
    if findings.problems:
        problems = ET.Element("system-err")
        problems.text = printable("\n".join(findings.problems))
        cases.append(problems)
    return document(_numbers(findings), [_properties(findings), *cases])


def document(numbers: dict[str, str], children: Iterable[ET.Element]) -> str:
    """A document with one suite of these numbers, the totals among them repeated above it."""
    suites = ET.Element("testsuites", {k: v for k, v in numbers.items() if k in _TOTALS})
    ET.SubElement(suites, "testsuite", numbers).extend(children)
    ET.indent(suites)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(suites, 'unicode')}\n"


_TOTALS = ("name", "tests", "failures", "errors", "skipped", "time")


def case_of(group: str, name: str) -> ET.Element:
    """A case that passed."""
    return ET.Element("testcase", classname=group, name=printable(name))


def fail(case: ET.Element, kind: str, message: str, text: str) -> None:
    """Make a case one that failed, with a message of one line."""
    line = " ".join(clipped(message, 300).split())
    failure = ET.SubElement(case, "failure", type=kind, message=printable(line))
    failure.text = printable(clipped(text, _MOST))


def skip(case: ET.Element, reason: str) -> None:
    """Make a case one that was skipped."""
    ET.SubElement(case, "skipped", message=printable(reason))


def end(case: ET.Element, why: str) -> None:
    """Make a case one that says that the run cannot pass for a good one."""
    line = " ".join(clipped(why, 300).split())
    error = ET.SubElement(case, "error", type="unfinished", message=printable(line))
    error.text = printable(clipped(why, _MOST))


def _numbers(findings: Findings) -> dict[str, str]:
    passed_over = sum(f.state != "kept" and not findings.fails(f) for f in findings.findings)
    return {
        "name": _SUITE,
        "tests": str(len(findings.findings) + len(findings.surprises) + bool(findings.failure)),
        "failures": str(len(findings.broken) + len(findings.surprises)),
        "errors": str(int(bool(findings.failure))),
        "skipped": str(passed_over),
        "time": f"{findings.seconds:.3f}",
        # The common schema knows no offset and no fraction here.
        "timestamp": findings.began[:19],
    }


def _properties(findings: Findings) -> ET.Element:
    properties = ET.Element("properties")
    written = {"genuine": str(findings.genuine).lower(), "drivers": ", ".join(findings.drivers)}
    for name in ("seed", "target", "genuine", "profile", "tier", "drivers", "requests"):
        value = printable(written.get(name, str(getattr(findings, name))))
        ET.SubElement(properties, "property", name=name, value=value)
    return properties


def _case(finding: Finding, findings: Findings, group: Group | None) -> ET.Element:
    law, kind = finding.law, label(finding, findings)
    case = case_of(f"{_SUITE}.{law.topic}", f"{law.id}: {law.sentence}")
    case.set("time", f"{finding.seconds:.3f}")
    if findings.fails(finding) and group is not None:
        fail(case, law.evidence, _message(finding, kind, group), _text(finding, findings, group))
    elif kind != "kept":
        why = finding.known or finding.reason or law.sentence
        skip(case, f"{LABELS[kind]}: {why}")
    return case


def _message(finding: Finding, kind: str, group: Group) -> str:
    start = "our assumption is wrong: " if kind == "assumption" else ""
    if finding is group.first:
        return f"{start}{group.title}"
    return f"{start}see {group.first.law.id}: {group.title}"


def _text(finding: Finding, findings: Findings, group: Group) -> str:
    """The whole cause in the case of its first law; in the others that law, and their own words."""
    breach, law, due = finding.breach, finding.law, list[str]()
    if breach is not None:
        due = [f"expected: {shown(breach.expected)}", f"received: {shown(breach.received)}"]
    if finding is not group.first:
        lines = [f"{law.id}: {law.sentence}", f"evidence: {law.evidence}, {law.source}", *due]
        return "\n".join([f"same cause as {group.first.law.id}: {group.title}", "", *lines])
    lines = [*map(str, failure_lines(group, findings, verbose=True)), "", *due]
    script = script_of(group, findings)
    if script:
        lines += ["", "script for sh, with curl and jq:", "", script]
    return "\n".join(lines)


def _surprise(number: int, text: str) -> ET.Element:
    """A test case of its own, as the run fails by it."""
    case = case_of(f"{_SUITE}.known-failures", f"surprise {number}")
    ET.SubElement(case, "failure", type="surprise", message=printable(text)).text = printable(text)
    return case
