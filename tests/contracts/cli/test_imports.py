"""What `contracts payloads verify` imports: a command pays only for what it does."""

import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT, environment, serving

UNUSED = {
    "asyncio",
    "contracts.cli.progress",
    "contracts.drivers.directed",
    "contracts.drivers.turbo",
    "contracts.reports.coverage",
    "contracts.reports.har",
    "contracts.reports.junit",
    "contracts.reports.markdown",
    "contracts.reports.page",
    "contracts.run.drive",
    "contracts.run.run",
    "contracts.targets.app",
    "httpx",
    "hypothesis",
    "jsonschema",
    "mockserver.app",
    "multiprocessing",
    "pydantic",
    "requests",
    "rich",
    "schemathesis",
    "xml",
}
"""Modules that a verification of a server has no use for."""

PROGRAM = """
import sys
from contracts.cli import main
words = ["payloads", "verify", "--operation", "delete", "--target", *sys.argv[1:]]
main(words, standalone_mode=False)
print(*sorted(sys.modules), file=sys.stderr)
"""


def imported(*words: str) -> set[str]:
    """The modules that a fresh interpreter has imported after it verified a server."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(ended.stderr.split())


def test_verify_imports_no_module_without_a_use(tmp_path: Path) -> None:
    """Not for a server; with `--junit` it imports what writes JUnit, and no other report."""
    with serving() as served:
        plain = imported(served.url)
        junit = imported(served.url, "--junit", str(tmp_path / "junit.xml"))
    assert "contracts.payloads.verifier.verdicts" in plain
    assert plain & UNUSED == set()
    assert junit & UNUSED == {"contracts.reports.junit", "xml"}
