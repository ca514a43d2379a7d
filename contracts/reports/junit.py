"""A run as JUnit XML, one test case a law, for CI servers; what they make of it is theirs."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from contracts.kernel.findings import Finding, Findings
from contracts.reports.texts import clipped, printable, shown
from contracts.reports.verdict import LABELS, counts, label

_MOST = 20_000
_SUITE = "contracts"


def render(findings: Findings) -> str:
    """The document; valid XML 1.0 whatever the bodies hold."""
    cases = [_case(finding, findings) for finding in findings.findings]
    cases += [_surprise(number, text) for number, text in enumerate(findings.surprises, 1)]
    suite = ET.Element("testsuite", _numbers(findings))
    suite.append(_properties(findings))
    suite.extend(cases)
    _texts(suite, "system-err", findings.problems)
    suites = ET.Element("testsuites", {k: v for k, v in suite.attrib.items() if k in _TOTALS})
    suites.append(suite)
    ET.indent(suites)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(suites, 'unicode')}\n"


_TOTALS = ("name", "tests", "failures", "errors", "skipped", "time")


def _numbers(findings: Findings) -> dict[str, str]:
    tally = counts(findings)
    passed_over = tally["known"] + tally["undecided"] + tally["skipped"]
    return {
        "name": _SUITE,
        "tests": str(len(findings.findings) + len(findings.surprises)),
        "failures": str(len(findings.broken) + len(findings.surprises)),
        "errors": "0",
        "skipped": str(passed_over),
        "time": f"{findings.seconds:.3f}",
        # The common schema knows no offset and no fraction here.
        "timestamp": findings.began[:19],
    }


def _properties(findings: Findings) -> ET.Element:
    properties = ET.Element("properties")
    for name, value in (
        ("seed", findings.seed),
        ("target", findings.target),
        ("genuine", str(findings.genuine).lower()),
        ("profile", findings.profile),
        ("tier", findings.tier),
        ("drivers", ", ".join(findings.drivers)),
        ("requests", str(findings.requests)),
    ):
        ET.SubElement(properties, "property", name=name, value=printable(value))
    return properties


def _case(finding: Finding, findings: Findings) -> ET.Element:
    law, kind = finding.law, label(finding, findings)
    name = printable(f"{law.id}: {law.sentence}")
    case = ET.Element("testcase", classname=f"{_SUITE}.{law.topic}", name=name)
    if kind in {"broken", "assumption"}:
        failure = ET.SubElement(case, "failure", type=law.evidence, message=_message(finding, kind))
        failure.text = clipped(_told(finding, LABELS[kind], findings.replay_of(finding)), _MOST)
    elif kind != "kept":
        reason = finding.known or finding.reason
        ET.SubElement(case, "skipped", message=printable(f"{LABELS[kind]}: {reason}"))
    return case


def _message(finding: Finding, kind: str) -> str:
    breach = finding.breach
    start = "our assumption is wrong: " if kind == "assumption" else ""
    if breach is None:
        return f"{start}{finding.law.sentence}"
    told = f"{start}expected {shown(breach.expected)}, received {shown(breach.received)}"
    return " ".join(clipped(told, 300).split())


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
    return printable("\n".join(lines))


def _surprise(number: int, text: str) -> ET.Element:
    """A test case of its own, as the run fails by it."""
    case = ET.Element("testcase", classname=f"{_SUITE}.known-failures", name=f"surprise {number}")
    ET.SubElement(case, "failure", type="surprise", message=printable(text)).text = printable(text)
    return case


def _texts(suite: ET.Element, name: str, lines: Iterable[str]) -> None:
    text = printable("\n".join(lines))
    if text:
        ET.SubElement(suite, name).text = text
