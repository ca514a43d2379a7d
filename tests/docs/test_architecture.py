"""docs/architecture.md draws the house as it is."""

from __future__ import annotations

import re
import tomllib

from tests.docs.documents import ROOT, document

TREE = document("docs/architecture.md").blocks()[0].text
PARTS = re.findall(r"^  ([\w/.]+) ", TREE, re.MULTILINE)
"""The parts of mockserver/, as they are drawn."""


def test_every_part_is_drawn() -> None:
    """The tree has each module and package of mockserver/, but those of one line."""
    there = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / "mockserver").iterdir()
        if not path.name.startswith(("_", "."))
    }
    assert set(PARTS) == there - {"py.typed", "version.py"}


def test_parts_stand_in_the_order_of_the_layers() -> None:
    """The order from top to bottom is the one that `make layers` checks."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = [c for c in settings["tool"]["importlinter"]["contracts"] if c["id"] == "layers"]
    layers = [part for layer in contract["layers"] for part in layer.split(" | ")]
    drawn = [part.split(".")[0].strip("/") for part in PARTS]
    assert drawn == [layer for layer in layers if layer != "version"]
