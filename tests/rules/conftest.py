"""The pytest fixture of these tests: a stand-in of any document and settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.client import Client, stand_in

Make = Callable[..., Client]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make(document, profile="strict", ...)` answers a client of a new stand-in."""
    return partial(stand_in, tmp_path)
