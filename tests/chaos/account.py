"""An account of a served stand-in whose refunds are others', and the world file to test it with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockserver.fixtures.generate import generate
from mockserver.fixtures.writing import dumps
from tests.serving import ROOT, Served, environment, serving

CANARY = "canary-of-another-tenant"
FOREIGN = 60


@contextmanager
def account(folder: Path) -> Iterator[tuple[Served, Path]]:
    """A stand-in whose every world holds refunds of others, each with a canary in its note."""
    fixture, world = folder / "foreign.json", folder / "world.json"
    content = json.loads(dumps(generate(FOREIGN, 5, 0)))
    for number, row in enumerate(content["refunds"]):
        row["refund_note"] = f"{CANARY} {number}"
    fixture.write_text(json.dumps(content), encoding="utf-8")
    with serving("--fixture", str(fixture)) as served:
        discover = [sys.executable, "-m", "contracts", "discover", "--target", served.url]
        command = [*discover, "-o", str(world)]
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True)
        yield served, world
