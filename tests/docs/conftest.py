"""What came of each document's blocks, done once a run and in order, as its reader would."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.docs.documents import Block, document
from tests.docs.reader import Done, Reader
from tests.serving import serving

Told = Callable[[str], dict[Block, Done]]
"""Answers what came of each block of the document at this path."""


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Reads a document when it is first asked about, with a stand-in started for it alone."""

    @cache
    def read(name: str) -> dict[Block, Done]:
        with serving() as served:
            reader = Reader(tmp_path_factory.mktemp("reader"), served.url)
            try:
                return {block: reader.does(block) for block in document(name).blocks()}
            finally:
                reader.servers.end()

    return read
