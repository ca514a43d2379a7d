"""A run as JUnit XML, one test case a law, for CI servers; what they make of it is theirs."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from contracts.kernel.findings import Finding, Findings
from contracts.reports.texts import clipped, printable, shown
from contracts.reports.verdict import LABELS, label

_MOST = 20_000
_SUITE = "contracts"


def render(findings: Findings) -> str:
    """The document of a run; valid XML 1.0 whatever the bodies hold."""
    cases = [_case(finding, findings) for finding in findings.findings]
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


def _case(finding: Finding, findings: Findings) -> ET.Element:
    law, kind = finding.law, label(finding, findings)
    case = case_of(f"{_SUITE}.{law.topic}", f"{law.id}: {law.sentence}")
    if findings.fails(finding):
        text = _told(finding, LABELS[kind], findings.replay_of(finding))
        fail(case, law.evidence, _message(finding, kind), text)
    elif kind != "kept":
        why = finding.known or finding.reason or _message(finding, "")
        skip(case, f"{LABELS[kind]}: {why}")
    return case


def _message(finding: Finding, kind: str) -> str:
    breach = finding.breach
    start = "our assumption is wrong: " if kind == "assumption" else ""
    if breach is None:
        return f"{start}{finding.law.sentence}"
    return f"{start}expected {shown(breach.expected)}, received {shown(breach.received)}"


def _told(finding: Finding, words: str, replay: str) -> str:
    law, breach = finding.law, finding.breach
    lines = [f"{law.id}: {law.sentence}", f"verdict: {words}"]
    lines += [f"evidence: {law.evidence}, {law.source}"]
    if breach is not None:
        lines += [f"expected: {shown(breach.expected)}", f"received: {shown(breach.received)}"]
    if breach is not None and breach.exchanges:
        last = breach.exchanges[-1]
        lines += ["", "request:", last.request.curl(), f"  -> {last.summary()}"]
    if breach is not None and len(breach.exchanges) > 1:
        lines += ["", f"sequence ({len(breach.exchanges)} requests, oldest first):"]
        for number, exchange in enumerate(breach.exchanges, 1):
            lines += [f"{number}. {exchange.request.curl()}", f"   -> {exchange.summary()}"]
    if replay:
        lines += ["", f"replay: {replay}"]
    return "\n".join(lines)


def _surprise(number: int, text: str) -> ET.Element:
    """A test case of its own, as the run fails by it."""
    case = case_of(f"{_SUITE}.known-failures", f"surprise {number}")
    ET.SubElement(case, "failure", type="surprise", message=printable(text)).text = printable(text)
    return case
