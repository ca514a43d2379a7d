"""A served stand-in whose every world holds 500 refunds that are not the suite's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.fixtures.generate import generate
from mockserver.fixtures.writing import dumps
from tests.serving import Served, serving

FOREIGN = 500


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One child process for all tests of this folder."""
    file: Path = tmp_path_factory.mktemp("crowded") / "crowded.json"
    file.write_text(dumps(generate(FOREIGN, 10, 0)), encoding="utf-8")
    with serving("--fixture", str(file)) as served:
        yield served
