"""The wheel, and the one that is built from the sdist, serve from any folder."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver import __version__
from tests.serving import ROOT, environment

BUILD = (sys.executable, "-m", "hatchling", "build", "--directory")
TALK = """
import mockserver, httpx
from mockserver import Settings, create_app, InProcessTransport
from contracts.laws import ALL

print(mockserver.__file__)
app = create_app(Settings())
with httpx.Client(transport=InProcessTransport(app), base_url="http://mockserver") as http:
    for path in ("/_mock", "/openapi.yaml", "/_mock/openapi.json", "/_mock/worlds"):
        assert http.get(path).status_code == 200, path
print(len(ALL) > 100)
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of this checkout, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([*BUILD, str(folder)], cwd=ROOT, capture_output=True, check=True)
    [sdist] = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        packed.extractall(folder / "source", filter="data")
    [source] = (folder / "source").iterdir()
    (folder / "again").mkdir()
    command = [*BUILD, str(folder / "again"), "--target", "wheel"]
    subprocess.run(command, cwd=source, capture_output=True, check=True)
    return folder


def names(wheel: Path) -> set[str]:
    """The files in a wheel."""
    with zipfile.ZipFile(wheel) as packed:
        return set(packed.namelist())


def wheels(dist: Path) -> Iterator[Path]:
    """The wheel of this checkout, and that of its sdist."""
    name = f"mockserver-{__version__}-py3-none-any.whl"
    yield dist / name
    yield dist / "again" / name


def test_both_wheels_hold_the_same_and_no_test(dist: Path) -> None:
    """All modules, all fixtures and the published documents, and nothing that only tests need."""
    first, second = map(names, wheels(dist))
    assert first == second
    tops = {name.split("/")[0] for name in first}
    assert tops == {"mockserver", "contracts", f"mockserver-{__version__}.dist-info"}
    modules = {
        str(path.relative_to(ROOT))
        for package in ("mockserver", "contracts")
        for path in (ROOT / package).rglob("*.py")
    }
    assert modules <= first
    assert sum(name.endswith("default.json") for name in first) == 1


def test_a_wheel_serves_from_another_folder(dist: Path, tmp_path: Path) -> None:
    """It reads nothing of the checkout: fixtures, documents and laws are in it."""
    for number, wheel in enumerate(wheels(dist)):
        place = tmp_path / str(number)
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(place)
        ran = subprocess.run(
            [sys.executable, "-c", TALK],
            cwd=tmp_path,
            env=environment({"PYTHONPATH": str(place)}),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.split() == [str(place / "mockserver" / "__init__.py"), "True"]
