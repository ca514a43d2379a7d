"""The README is short, and says of requests, fixtures and modules what is so."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from mockserver.spec.facts import PRODUCTION_URL, REFUNDS_PATH
from tests.docs.documents import ROOT, document
from tests.docs.reader import LOCAL, commands

README = document("README.md")
EXCHANGE = ROOT / "fixtures" / "exchanges"


def _vendors_curl() -> list[str]:
    blocks = [block for block in README.blocks() if block.language == "sh"]
    found = [command for block in blocks for command in commands(block) if "<token>" in command]
    assert len(found) == 1, found
    return shlex.split(found[0].replace("\\\n", " "))


def test_it_is_short() -> None:
    """It has at most 230 lines, and each reader's section begins with code within one screen."""
    assert len(README.lines) <= 230
    starts = [n for n, line in enumerate(README.lines, 1) if re.match(r"## For \w+ ", line)]
    assert len(starts) == 3
    for start in starts:
        first = next(block for block in README.blocks() if block.line > start)
        assert first.line + len(first.text.splitlines()) - start < 30, first


def test_the_curl_is_the_vendors() -> None:
    """The first curl is the vendor's with another host: method, path, headers and body are the
    page's.
    """
    curl, *arguments = _vendors_curl()
    assert curl == "curl"
    assert arguments[:3] == ["-X", "POST", LOCAL + REFUNDS_PATH]
    assert arguments[3:7] == [
        *("-H", "Authorization: Bearer <token>"),
        *("-H", "Content-Type: application/json"),
    ]
    sent: Any = json.loads(arguments[8])
    assert sent == json.loads((EXCHANGE / "create-refund.request.json").read_text("utf-8"))
    assert PRODUCTION_URL not in README.text


def test_the_default_fixture_is_as_told() -> None:
    """The counts that are told of the default fixture are its counts."""
    told = re.search(r"`default` \((\w+) payers, (\d+) refunds", README.text)
    default = json.loads((ROOT / "fixtures" / "default.json").read_text("utf-8"))
    assert told is not None
    assert (told[1], int(told[2])) == ("ten", len(default["refunds"]))
    assert len(default["non_insurance_payers"]) == 10


def test_shipped_fixtures_are_named() -> None:
    """Every shipped fixture is named."""
    shipped = [path.stem for path in (ROOT / "fixtures").glob("*.json")]
    assert [name for name in shipped if f"`{name}`" not in README.text] == []


def test_every_page_is_linked() -> None:
    """The README leads to the index, which has every other document once, and names each folder."""
    linked = {link.partition("#")[0] for link in README.links()}
    assert {"docs/README.md", "CHANGELOG.md", "LICENSE", "fixtures/README.md"} <= linked
    listed = document("docs/README.md").links()
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    others = ["../README.md", "../CHANGELOG.md", "../fixtures/README.md"]
    assert sorted(listed) == sorted([*pages, *others])
    for folder in ("mockserver", "fixtures", "contracts", "tests"):
        assert f"`{folder}/`" in README.text, folder


def test_it_says_what_it_is_not() -> None:
    """It says that it is unofficial, holds synthetic data, and is no place for patient data."""
    for words in ("Unofficial", "not affiliated", "synthetic data only", "never put patient"):
        assert words in README.text, words
