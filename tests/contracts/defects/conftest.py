"""What the tests of the proof share: the matrix of defects and laws, found once."""

import pytest

from tests.defects.matrix import Matrix, matrix


@pytest.fixture(scope="session")
def found() -> Matrix:
    """Every defect before every law."""
    return matrix()
