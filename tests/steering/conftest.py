"""The pytest fixtures of the tests of steering."""

from __future__ import annotations

import httpx
import pytest

from tests.steering.world import Steered


@pytest.fixture
def steered(client: httpx.Client) -> Steered:
    """The default world of a stand-in in this process, its clock still."""
    return Steered(client)
