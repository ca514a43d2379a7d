"""docs/architecture.md draws the house as it is."""

from __future__ import annotations

import re
import tomllib

from tests.docs.documents import ROOT, document

TREES = [
    block.text
    for block in document("docs/architecture.md").blocks()
    if re.match(r"\w+/\n", block.text)
]
TREE, JUDGE = TREES
PARTS = re.findall(r"^  ([\w/.]+) ", TREE, re.MULTILINE)
"""The parts of mockserver/, as they are drawn."""

JUDGED = re.findall(r"^  ([\w/.]+) ", JUDGE, re.MULTILINE)
"""The parts of contracts/, as they are drawn."""


def test_every_part_is_drawn() -> None:
    """The tree has each module and package of mockserver/, but those of one line."""
    assert set(PARTS) == _parts("mockserver") - {"py.typed", "version.py"}


def test_every_part_of_the_judge_is_drawn() -> None:
    """The second tree has each module and package of contracts/ once."""
    assert sorted(JUDGED) == sorted(_parts("contracts") - {"py.typed"})


def test_the_judge_imports_what_it_may() -> None:
    """The page names the two modules of the stand-in that `make layers` leaves to the judge."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = [c for c in settings["tool"]["importlinter"]["contracts"] if c["id"] == "judge"]
    barred = {name.removeprefix("mockserver.") for name in contract["forbidden_modules"]}
    open_to_it = {part.split(".")[0].strip("/") for part in PARTS} - barred
    assert open_to_it == {"spec"}
    assert "`mockserver` and `mockserver.spec`" in document("docs/architecture.md").text


def test_parts_stand_in_the_order_of_the_layers() -> None:
    """The order from top to bottom is the one that `make layers` checks."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = [c for c in settings["tool"]["importlinter"]["contracts"] if c["id"] == "layers"]
    layers = [part for layer in contract["layers"] for part in layer.split(" | ")]
    drawn = [part.split(".")[0].strip("/") for part in PARTS]
    assert drawn == [layer for layer in layers if layer != "version"]


def _parts(package: str) -> set[str]:
    return {
        path.name + "/" * path.is_dir()
        for path in (ROOT / package).iterdir()
        if not path.name.startswith(("_", "."))
    }
