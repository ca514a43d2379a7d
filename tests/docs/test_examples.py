"""The patches of docs/architecture.md apply, touch as many files as it says, and work."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, document
from tests.serving import environment

PAGE = document("docs/architecture.md")
PATCHES = {
    kind: (files, patch)
    for kind, files, patch in re.findall(
        r"^### An? (law|driver|payload format|rule)\b[^\n]*: (\w+) files\n.*?```diff\n(.*?)```",
        PAGE.text,
        re.MULTILINE | re.DOTALL,
    )
}
NUMBERS = {"two": 2, "three": 3, "four": 4}
MOST = {"law": 3, "driver": 3, "payload format": 2}
PROOFS = {
    "law": """
from contracts.laws import ALL
from tests.defects import BY_ID
from tests.defects.document import law_row
from tests.defects.judge import row_of

row = row_of(BY_ID["answers-set-a-cookie"])
assert (row.laws, row.needed) == ({"no-cookie"}, {"no-cookie"}), row
law = next(law for law in ALL if law.id == "no-cookie")
assert "| " + " | ".join(law_row(law)) + " |" in open("docs/laws.md").read()
""",
    "rule": "from mockserver.rules import BY_ID; assert BY_ID['allocation-count']",
}
TESTS = {
    "driver": ("tests/contracts/drivers/test_limits.py",),
    "payload format": ("tests/contracts/payloads/test_checklist.py",),
    "rule": ("tests/rules", "tests/docs/test_fidelity.py"),
}
RUNS = {
    "law": ("run", "--target", "app", "--law", "no-cookie", "--budget", "200"),
    "driver": ("run", "--target", "app", "--driver", "limits"),
    "payload format": ("payloads", "--count", "3", "--format", "checklist"),
}


def run(tree: Path, *words: str) -> str:
    """What Python prints in a tree; it must end well."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=tree,
        env={**environment(), "PYTHONPATH": str(tree)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    return done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the project."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".*")
    for name in ("contracts", "docs", "fixtures", "mockserver", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_there_is_an_example_of_each() -> None:
    """A law, a driver, a format and a rule are shown."""
    assert set(PATCHES) == {"law", "driver", "payload format", "rule"}


@pytest.mark.parametrize("kind", PATCHES)
def test_an_example_works(kind: str, tree: Path) -> None:
    """Its patch touches the files that its heading counts, its tests pass, and it can be run."""
    files, patch = PATCHES[kind]
    touched = re.findall(r"^\+\+\+ (\S+)$", patch, re.MULTILINE)
    assert len(touched) == NUMBERS[files] <= MOST.get(kind, 4), touched
    command = ["git", "apply", "-p0", "-"]
    subprocess.run(command, cwd=tree, input=patch, encoding="utf-8", check=True)
    if kind in PROOFS:
        run(tree, "-c", PROOFS[kind])
    if kind in TESTS:
        run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS[kind])
    if kind in RUNS:
        told = run(tree, "-m", "contracts", *RUNS[kind])
        assert "0 broken" in told or told.count("- [ ] ") == 3, told
