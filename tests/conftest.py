"""The pytest fixtures that all tests share: the stand-in in this process and as a child process."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from mockserver import Settings, create_app
from mockserver.app import Mockserver
from tests.serving import Served, in_process, serving

Serve = Callable[..., Served]
"""`serve("--flag", "value", env={...})` answers a child process that is ended with the test."""

NODE_FOLDER = Path(__file__).parent / "sdk" / "node"
NPM_INSTALL = "npm install --no-audit --no-fund --no-package-lock --ignore-scripts".split()
NPM_SECONDS = 120

GROUPS = {
    "tests/contracts/defects/": "defects",
    "tests/contracts/payloads/": "payloads",
    "tests/docs/test_staging.py": "staging",
}
"""Tests that share what takes long to make: a run on several cores gives a group to one core."""

_numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of a group, and the blocks of one document, on the same core."""
    for item in items:
        group = next((name for path, name in GROUPS.items() if item.nodeid.startswith(path)), "")
        if item.nodeid.startswith("tests/docs/test_snippets.py::test_a_block_works_as_shown["):
            group = item.nodeid.rpartition("[")[2].partition(":")[0]
        if group:
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture
def app() -> Mockserver:
    """A stand-in of the test's own over the default fixture, with a clock that stands still."""
    return create_app(Settings(clock="frozen"))


@pytest.fixture
def client(app: Mockserver) -> Iterator[httpx.Client]:
    """A synchronous client of `app`, in this process; its bearer token is `any`."""
    with in_process(app) as client:
        yield client


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The stand-in as a user starts it, one child process for the whole run."""
    with serving() as served:
        yield served


@pytest.fixture(scope="session")
def served_url(served: Served) -> str:
    """Where `served` is, such as `http://127.0.0.1:40123`."""
    return served.url


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A function that starts a child process with other flags."""
    with ExitStack() as stack:

        def start(*flags: str, env: dict[str, str] | None = None) -> Served:
            return stack.enter_context(serving(*flags, env=env))

        yield start


@pytest.fixture
def world() -> str:
    """The name of a world that no other test uses: a client id, or part of a path."""
    return f"test-{next(_numbers)}"


@pytest.fixture(scope="session")
def node_sdk() -> Path:
    """The folder under which the official Node SDK is installed, by npm if need be.

    Whoever asks for it is skipped, with the reason, where there is no node or no way to install.
    """
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (NODE_FOLDER / "node_modules" / "candidhealth" / "package.json").is_file():
        _npm_install()
    return NODE_FOLDER


def _npm_install() -> None:
    npm = shutil.which(NPM_INSTALL[0])
    if npm is None:
        pytest.skip("the official Node SDK is not installed, and neither is npm")
    command = [npm, *NPM_INSTALL[1:]]
    try:
        subprocess.run(
            command, cwd=NODE_FOLDER, check=True, capture_output=True, timeout=NPM_SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"the official Node SDK could not be installed: {error}")
