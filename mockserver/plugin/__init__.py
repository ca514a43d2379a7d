"""The plugin of pytest: a fresh world for each test that asks for one, and its journal on failure.

Nothing that serves is imported before the first such test.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from candid import AsyncCandidApiClient, CandidApiClient

    from mockserver.plugin.stand_ins import StandIn
    from mockserver.plugin.worlds import World

__all__ = [
    "mockserver_async_sdk",
    "mockserver_sdk",
    "mockserver_url",
    "mockserver_world",
    "pytest_addoption",
    "pytest_configure",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
]

MARKER = (
    "mockserver(*, fixture, profile, rules, clock, limits, faults, in_process, fail_on): what the"
    " world of a test starts with; the marker nearest to the test wins, argument by argument."
)

WORLD = pytest.StashKey["World"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("mockserver", "mockserver, a stand-in for the refunds API")
    group.addoption(
        "--mockserver-in-process",
        action="store_true",
        default=None,
        help="no server: requests go to an app in this process, by mockserver_world.transport",
    )
    group.addoption(
        "--mockserver-fail-on",
        action="append",
        metavar="KIND",
        help="fail tests whose calls got `warnings`, went to `unknown-paths`, or show a kind of "
        "`mockserver conduct` (`conduct` is any); may be repeated",
    )
    parser.addini("mockserver_args", "flags of `mockserver serve`", type="args", default=[])
    parser.addini("mockserver_in_process", "as --mockserver-in-process", type="bool", default=False)
    parser.addini("mockserver_fail_on", "as --mockserver-fail-on", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and refuse options that are not known."""
    config.addinivalue_line("markers", MARKER)
    chosen = [*(config.getoption("mockserver_fail_on") or ()), *config.getini("mockserver_fail_on")]
    if chosen:
        from mockserver.plugin.wishes import checked_kinds

        checked_kinds(chosen, pytest.UsageError)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed, if its calls are of a kind that it shall fail on."""
    result = yield
    world = item.stash.get(WORLD, None)
    if world is not None:
        world.judge()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """End the report of a test that fails with the journal of its world."""
    report = yield
    world = item.stash.get(WORLD, None)
    if world is not None and report.failed:
        report.sections.append((f"journal of world {world.world}", world.journal_text()))
    return report


@pytest.fixture(scope="session")
def _mockserver_served(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandIn]:
    from mockserver.plugin.stand_ins import served

    with served(pytestconfig, tmp_path_factory.mktemp("mockserver")) as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def _mockserver_in_process(pytestconfig: pytest.Config) -> Iterator[StandIn]:
    from mockserver.plugin.stand_ins import in_process

    with in_process(pytestconfig) as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def mockserver_url(_mockserver_served: StandIn) -> str:
    """Where the stand-in of this run is, such as http://127.0.0.1:40123: one for each worker."""
    return _mockserver_served.base_url


@pytest.fixture
def mockserver_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A fresh world of this test alone: a mockserver.Client that steers it, with a client_id.

    The client under test calls `base_url` with that client_id, or `api_url` with any token. In
    process, `transport` is the one to give to httpx.Client and httpx.AsyncClient; else it is None.
    """
    from mockserver.plugin.wishes import wish_of
    from mockserver.plugin.worlds import fresh

    wish = wish_of(request.node, request.config)
    name = "_mockserver_in_process" if wish.in_process else "_mockserver_served"
    with fresh(request.getfixturevalue(name), request.node.nodeid, wish) as world:
        request.node.stash[WORLD] = world
        yield world
        del request.node.stash[WORLD]


@pytest.fixture
def mockserver_sdk(mockserver_world: World) -> CandidApiClient:
    """The official SDK in `mockserver_world`. Needs candidhealth."""
    from mockserver.plugin.sdk import connected

    return connected(mockserver_world)


@pytest.fixture
def mockserver_async_sdk(mockserver_world: World) -> AsyncCandidApiClient:
    """The official async SDK in `mockserver_world`. Needs candidhealth."""
    from mockserver.plugin.sdk import connected_async

    return connected_async(mockserver_world)
