"""The essential checks of the JUnit schema that CI servers share; nothing of this project."""

import re
import xml.etree.ElementTree as ET

Counts = dict[str, int]
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "properties": {"property"},
    "property": set[str](),
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    "skipped": set[str](),
    "failure": set[str](),
    "error": set[str](),
    "system-out": set[str](),
    "system-err": set[str](),
}
REQUIRED = {
    "testsuites": {"tests", "failures"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "property": {"name", "value"},
    "testcase": {"name", "classname"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
}
KNOWN = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": REQUIRED["testsuite"] | {"hostname", "id", "package"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message", "type"},
}
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def complaints(text: str) -> list[str]:
    """What is wrong with a document; a text that is no XML raises ParseError."""
    root = ET.fromstring(text)
    found = [] if root.tag == "testsuites" else [f"the root is {root.tag}"]
    for element in root.iter():
        found += _of_element(element)
    for suite in root.iter("testsuite"):
        found += _of_suite(suite)
    return found


def _of_element(element: ET.Element) -> list[str]:
    tag, keys = element.tag, set(element.attrib)
    found = [f"{tag} in {element.tag}" for tag in (c.tag for c in element) if not _in(tag, element)]
    found += [f"{tag} lacks {name}" for name in REQUIRED.get(tag, set()) - keys]
    found += [f"{tag} has {name}" for name in keys - KNOWN.get(tag, keys)]
    return found


def _in(child: str, element: ET.Element) -> bool:
    return child in CHILDREN.get(element.tag, set())


def _of_suite(suite: ET.Element) -> list[str]:
    counted = {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    found = [f"{k}={suite.get(k)}, not {n}" for k, n in counted.items() if suite.get(k) != str(n)]
    order = [child.tag for child in suite]
    if order != sorted(order, key=["properties", "testcase", "system-out", "system-err"].index):
        found.append(f"the order is {order}")
    if not _NUMBER.fullmatch(suite.get("time", "")):
        found.append(f"time is {suite.get('time')!r}")
    if not _TIMESTAMP.fullmatch(suite.get("timestamp", "")):
        found.append(f"timestamp is {suite.get('timestamp')!r}")
    return found
