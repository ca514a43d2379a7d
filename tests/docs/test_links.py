"""What the documents point to is there, and nothing in them belongs to one machine."""

from __future__ import annotations

import re

import pytest

from mockserver import __version__
from tests.docs.documents import DOCUMENTS, ROOT, document

HOSTS = {
    "127.0.0.1",
    "HOST",
    "api-staging.joincandidhealth.com",
    "app.test",
    "candid",
    "docs.joincandidhealth.com",
    "keepachangelog.com",
    "mock",
    "semver.org",
}
"""Every host that a document may name."""

_HOST = re.compile(r"https?://([\w.-]+)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:mockserver|fixtures|contracts|tests|docs)/[\w./-]*")
_FROM_ROOT = re.compile(r"(?<![\w.:>}*/)\]])/(?!api/|_mock|openapi\.)[\w.-]+(?:/[\w.-]+)+")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    """A link inside the project names a file that is there, and a heading that it has."""
    for link in document(name).links():
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), f"{name} links to {link}"
        if anchor:
            there = document(target.resolve().relative_to(ROOT).as_posix()).anchors()
            assert anchor in there, f"{name} links to {link}, which has {sorted(there)}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_are_there(name: str) -> None:
    """A file or folder of the project that the prose names is there."""
    for code in _CODE.findall(document(name).prose):
        if _PATH.fullmatch(code):
            assert (ROOT / code).exists(), f"{name} names {code}"


@pytest.mark.parametrize("name", [*DOCUMENTS, "LICENSE", "Makefile"])
def test_nothing_belongs_to_one_machine(name: str) -> None:
    """No document has a path from the root of a file system, or a host that is not known."""
    text = document(name).text
    assert set(_FROM_ROOT.findall(text)) <= {"/dev/null"}
    assert set(_HOST.findall(text)) <= HOSTS


def test_such_paths_would_be_seen() -> None:
    """A path of a machine and a host elsewhere are told from what the documents may name."""
    assert _FROM_ROOT.findall("in /opt/thing/data") == ["/opt/thing/data"]
    assert _FROM_ROOT.findall("GET /api/auth/v2/token or /_mock/worlds or a/b") == []
    assert set(_HOST.findall("from https://elsewhere.example/simple")) - HOSTS


def test_the_version_has_its_changes() -> None:
    """The changelog begins with the version that is installed, and the README serves that one."""
    versions = re.findall(r"^## \[([^]]+)\]", document("CHANGELOG.md").text, re.MULTILINE)
    assert versions[0] == __version__
    assert f"mockserver {__version__} is ready" in document("README.md").text
