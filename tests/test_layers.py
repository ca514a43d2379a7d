"""`make layers` passes on the tree as it is, and fails where an import or a module is misplaced."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.errors import nearest
from tests.serving import ROOT

MISPLACED = {
    "an upward import of the judge": ("contracts/model/late.py", "import contracts.run.plan\n"),
    "a loose module of the judge": ("contracts/loose.py", ""),
    "a loose package of the judge": ("contracts/loose/__init__.py", ""),
    "the stand-in seen by the judge": ("contracts/run/peek.py", "import mockserver.state.world\n"),
    "an upward import of the stand-in": (
        "mockserver/state/late.py",
        "import mockserver.api.gate\n",
    ),
    "a loose module of the stand-in": ("mockserver/loose.py", ""),
    "the judge seen by the stand-in": ("mockserver/state/late.py", "import contracts.errors\n"),
    "an HTTP client in the judge": ("contracts/run/peek.py", "import httpx\n"),
    "a circle": ("contracts/kernel/law.py", "import contracts.kernel.session\n"),
}


def layers(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the check says of a tree."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of both packages and of the contracts that they are held to."""
    for package in ("mockserver", "contracts"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_passes(tree: Path) -> None:
    """No contract is broken."""
    result = layers(tree)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", MISPLACED)
def test_what_is_misplaced_fails(name: str, tree: Path) -> None:
    """One misplaced import or module breaks a contract."""
    path, text = MISPLACED[name]
    file = tree / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((file.read_text("utf-8") if file.exists() else "") + text, encoding="utf-8")
    result = layers(tree)
    assert result.returncode == 1, result.stdout
    assert " BROKEN" in result.stdout


def test_names_are_compared_in_one_place() -> None:
    """Finding the nearest takes the square of the length: only `nearest` does it, with a bound."""
    modules = (ROOT / "mockserver").rglob("*.py")
    using = [path.name for path in modules if "difflib" in path.read_text(encoding="utf-8")]
    assert using == ["errors.py"]
    assert nearest("allocation-sun" + "x" * 10**6, ["allocation-sum", "off"]) == "allocation-sum"
    assert nearest({"a": 1}, ["off"], cutoff=0.5) == ""
