"""Every block of code in the documents works, and prints what the document shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.conftest import Told
from tests.docs.documents import FOLLOWED, Block, document
from tests.docs.reader import OUTPUT, Reader, own_commands, shown_by
from tests.docs.shown import same, settled
from tests.serving import serving

LANGUAGES = ("sh", "python", "js", "yaml", "toml", "dockerfile", *OUTPUT)
TO_BE_DONE = [
    block
    for name in FOLLOWED
    for block in document(name).blocks()
    if block.language not in OUTPUT and (block.language != "sh" or own_commands(block))
]


@pytest.mark.parametrize("block", TO_BE_DONE, ids=str)
def test_a_block_works_as_shown(block: Block, told: Told) -> None:
    """A block ends well, after those before it, and prints what is shown with it."""
    done = told(block.file)[block]
    if done.skipped:
        pytest.skip(done.skipped)
    assert done.code == 0, done.errors
    shown = shown_by(document(block.file), block)
    if shown is not None:
        assert same(shown.text, done.output, shown.language), (
            f"{block} shows\n{settled(shown.text)}\nbut this came:\n{settled(done.output)}"
        )


@pytest.mark.parametrize("name", FOLLOWED)
def test_languages_are_known(name: str) -> None:
    """Each block says what it is written in, and nothing is passed over as unknown."""
    unknown = [f"{block} {block.language!r}" for block in document(name).blocks()]
    assert [told for told in unknown if told.split()[-1].strip("'") not in LANGUAGES] == []


def test_documents_show_what_comes() -> None:
    """Enough blocks show what they print that showing it means something."""
    shown = [block for block in TO_BE_DONE if shown_by(document(block.file), block)]
    assert len(shown) > 15, shown


def test_the_use_as_a_library_can_be_repeated(tmp_path: Path) -> None:
    """Each block works a second time, and so do other laws than those that the page chooses."""
    page = document("docs/own-tests.md")
    with serving() as served:
        reader = Reader(tmp_path, served.url)
        for block in page.blocks() * 2:
            done = reader.does(block)
            assert done.code == 0, done.errors
        (over_http,) = [block for block in page.blocks() if "HttpTarget(" in block.text]
        text = over_http.text.replace('law.topic == "get"', "law.cost < 8")
        assert text != over_http.text
        for _ in range(2):
            done = reader.does(over_http._replace(text=text))
            assert "kept" in done.output, done.errors
            assert "broken" not in done.output
