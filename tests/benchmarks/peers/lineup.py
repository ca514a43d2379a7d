"""Who is measured: for each server how it is started, what it plays, or why it is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.peers import install, stubs
from tests.benchmarks.scenarios import ROOT
from tests.benchmarks.servers import Launch

PLAIN_UVICORN = ("-m", "uvicorn", "--port", "{port}", "--no-access-log", "--log-level", "warning")
NOTHING_ELSE = ("--lifespan", "off", "--no-proxy-headers")
PLAYED_BACK = frozenset({"get", "page", "create"})
DOCUMENT = install.ROOT / "mockserver" / "spec" / "openapi.json"


@dataclass(frozen=True)
class Peer:
    """A server that is measured: its start and the scenarios that it can play.

    A stateful one is given its records first; a prefixed one has the scenario's key in its paths.
    """

    launch: Launch
    plays: frozenset[str]
    stateful: bool = False
    prefixed: bool = False


@dataclass(frozen=True)
class Missing:
    """A peer that is not there, and the reason."""

    name: str
    why: str


Found = Peer | Missing


def standin() -> Launch:
    """The stand-in with its default settings, as `mockserver serve` starts it."""
    command = (sys.executable, "-m", "mockserver", "serve", "--port", "{port}")
    headers = {"Authorization": "Bearer any"}
    return Launch("mockserver", (*command, "--log-format", "json"), f"{ROOT}?limit=1", {}, headers)


ABSENT = '{"operation": "*", "header": {"name": "X-Absent"}, "answer": 503}'
STEERED = {
    "unsteered": ("--journal-calls", "0"),
    "steered": ("--rate-limit", "999999999/10", "--fault", ABSENT),
}


def steered(name: str) -> Launch:
    """The stand-in without a journal, or with journal, a limit and a fault that does not match."""
    launch = standin()
    return replace(launch, name=name, command=(*launch.command, *STEERED[name]))


def bare(answers: Path) -> Launch:
    """The bare app over the stand-in's own answers."""
    module = "tests.benchmarks.peers.bare:app"
    command = (sys.executable, *PLAIN_UVICORN, *NOTHING_ELSE, module)
    return Launch("bare uvicorn", command, f"/create{ROOT}", {"BENCH_ANSWERS": str(answers)})


def peers(answers: stubs.Answers, folder: Path) -> list[Found]:
    """Every peer, ready to start or missing with a reason."""
    return [
        _fastapi(),
        _prism(),
        _wiremock(lambda: stubs.wiremock(_played_back(answers), folder)),
        _mockoon(lambda: stubs.mockoon(_played_back(answers), folder)),
    ]


def _played_back(answers: stubs.Answers) -> stubs.Answers:
    return {key: found for key, found in answers.items() if key in PLAYED_BACK}


def _fastapi() -> Found:
    python = install.fastapi_python()
    if python is None:
        return Missing("FastAPI, by hand", "FastAPI is not importable: run with --install-peers")
    command = (python, *PLAIN_UVICORN, "tests.benchmarks.peers.fastapi_app:app")
    plays = PLAYED_BACK | {"wrong_type"}
    return Peer(Launch("FastAPI, by hand", command, f"{ROOT}?limit=1"), plays, stateful=True)


def _prism() -> Found:
    script = install.node_script("@stoplight/prism-cli", "dist/index.js")
    if script is None:
        return Missing("Prism", "not installed: run with --install-peers (needs node and npm)")
    if not DOCUMENT.exists():
        return Missing("Prism", "there is no mockserver/spec/openapi.json to serve")
    command = ("node", script, "mock", "-p", "{port}", "-v", "fatal", str(DOCUMENT))
    headers = {"Authorization": "Bearer any"}
    name = f"Prism {install.node_version('@stoplight/prism-cli')}"
    return Peer(Launch(name, command, ROOT, {}, headers), frozenset({"get", "create"}))


def _wiremock(root: Callable[[], Path]) -> Found:
    jar = install.wiremock_jar()
    if jar is None:
        return Missing("WireMock", "not installed: run with --install-peers (needs npm and java)")
    quiet = ("--no-request-journal", "--disable-banner")
    command = ("java", "-jar", jar, "--port", "{port}", "--root-dir", str(root()), *quiet)
    name = f"WireMock {install.node_version('wiremock')}, static"
    return Peer(Launch(name, command, f"{ROOT}"), PLAYED_BACK)


def _mockoon(data: Callable[[], Path]) -> Found:
    script = install.node_script("@mockoon/cli", "bin/run.js")
    if script is None:
        return Missing("Mockoon", "not installed: run with --install-peers (needs node and npm)")
    options = ("--repair", "--disable-log-to-file", "--disable-admin-api", "--port", "{port}")
    command = ("node", script, "start", "--data", str(data()), *options)
    name = f"Mockoon {install.node_version('@mockoon/cli')}, static"
    return Peer(Launch(name, command, ROOT), PLAYED_BACK)
