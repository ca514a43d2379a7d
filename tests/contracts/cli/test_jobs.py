"""A run by two processes finds what one finds, and never passes where one of them is lost."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import PlanError, TargetError
from contracts.kernel.findings import Findings
from contracts.run.apart import Apart, Before
from contracts.run.drive import drive_apart
from contracts.run.plan import APP, Plan
from contracts.run.run import run
from mockserver import Settings, create_app
from tests.contracts.cli.conftest import Call
from tests.serving import ROOT, environment

Maker = Callable[[Plan], Any]


def frozen(_plan: Plan) -> Any:
    """The stand-in with a clock that stands still, so that its answers repeat."""
    return create_app(Settings(clock="frozen", max_worlds=100_000))


def keeps_deleted(plan: Plan) -> Any:
    """One that answers a delete and keeps the refund."""
    app = frozen(plan)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "DELETE" and "/_mock/worlds" not in scope["path"]:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await app(scope, receive, send)

    return answer


def stumbles_over_lists(plan: Plan) -> Any:
    """One that fails on a token call that holds a list, which only Schemathesis sends."""
    app = frozen(plan)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        whole = await receive()

        async def again() -> Any:
            return whole

        if scope["path"].endswith("/token") and b"[" in whole.get("body", b""):
            raise RuntimeError("a list")
        await app(scope, again, send)

    return answer


def by(jobs: int, drivers: tuple[str, ...] = ("directed", "schemathesis")) -> Findings:
    """What a run by so many processes finds."""
    return run(Plan(APP, 3, drivers=drivers, jobs=jobs))


def small(app: Maker) -> Iterator[None]:
    """Give runs of this process an app of the test's, and few examples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contracts.run.open.own_app", app)
        patch.setattr("contracts.drivers.schemathesis.EXAMPLES", 2)
        yield


def drive_small(app: Maker, pipe: Connection, plan: Plan, name: str) -> None:
    """The work of the other process, with the same."""
    with contextmanager(small)(app):
        drive_apart(pipe, plan, name)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Maker], None]]:
    """Give runs an app of the test's in both processes."""
    with ExitStack() as stack:

        def on(app: Maker) -> None:
            stack.enter_context(contextmanager(small)(app))
            monkeypatch.setattr("contracts.run.drive.drive_apart", partial(drive_small, app))

        yield on


@pytest.mark.parametrize("app", [frozen, keeps_deleted, stumbles_over_lists])
def test_two_processes_find_what_one_finds(app: Maker, on: Callable[[Maker], None]) -> None:
    """Verdicts, breaches, replay tokens, counts and requests are the same for a seed."""
    on(app)
    one, two = by(1), by(2)
    assert one.exit_code == two.exit_code == (0 if app is frozen else 1)
    for name in ("requests", "drivers", "problems", "surprises", "error"):
        assert getattr(one, name) == getattr(two, name), name
    for first, second in zip(one.findings, two.findings, strict=True):
        assert first.law.id == second.law.id
        for name in ("state", "driver", "reason", "requests", "token"):
            assert getattr(first, name) == getattr(second, name), (first.law.id, name)
        assert str(first.breach) == str(second.breach)
        if first.state == "broken":
            assert first.departure.cause == second.departure.cause
    sent = ([(e.request, e.reply.status) for e in each.exchanges] for each in (one, two))
    assert next(sent) == next(sent)


def test_a_new_interpreter_finds_the_same_as_the_command(call: Call, tmp_path: Path) -> None:
    """The command divides the work of its own, and no token of either process is in a report."""
    path = tmp_path / "all.har"
    words = ("run", "--target", "app", "--random-seed", "3", "--har", "all")
    drivers = ("--driver", "directed", "--driver", "schemathesis")
    done = call(*words, *drivers, "--jobs", "2", "--report", f"har={path}")
    assert done.exit_code == 0, done.output
    assert by(1).requests == int(done.output.split(" requests in ")[0].split()[-1])
    har = path.read_text(encoding="utf-8")
    assert "Bearer $TOKEN" in har
    assert "eyJhbGciOi" not in har.replace("eyJhbGciOi...", "")


def test_the_garbage_collector_is_as_before_after_a_run() -> None:
    """It comes seldom in a run alone, which keeps what it sends."""
    before, meanwhile = gc.get_threshold(), list[int]()
    run(Plan(APP, 1), drive=lambda _context: meanwhile.append(gc.get_threshold()[0]))
    assert gc.get_threshold() == before
    assert meanwhile[0] > before[0]


def _dies(_pipe: Connection, _plan: Plan, _name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_dies_is_an_error(
    on: Callable[[Maker], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run says which one and what to do, keeps what the others found, and ends with 2."""
    on(frozen)
    monkeypatch.setattr("contracts.run.drive.drive_apart", _dies)
    found = by(2)
    assert found.exit_code == 2
    assert "the process of schemathesis ended without a result (exit code -9)" in found.error
    assert "--jobs 1" in found.error
    assert sum(finding.state == "kept" for finding in found.findings) > 100


def _never_ends(pipe: Connection, _plan: Plan, _name: str) -> None:
    pipe.recv()
    pipe.recv()


def test_a_process_is_ended_with_the_run() -> None:
    """An interrupt while the run waits leaves no process behind."""
    waiting = Apart(_never_ends, Plan(APP, 1), "schemathesis")

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        waiting.left(Before(frozenset(), 0), interrupt)
    waiting.end()
    assert waiting._process.exitcode == -signal.SIGTERM


def test_a_target_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    """What ends the process before its driver began is no result either."""
    lost = Apart(drive_apart, Plan(APP, 1, world=tmp_path / "none.json"), "schemathesis")
    with pytest.raises(TargetError, match=r"exit code 1"):
        lost.left(Before(frozenset(), 0), lambda: None)
    lost.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_both_processes(number: signal.Signals, tmp_path: Path) -> None:
    """The report holds what was found by then, and the output that both have ends."""
    path = tmp_path / "junit.xml"
    words = ("run", "--target", "app", "--jobs", "2", "--report", f"junit={path}")
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "contracts", *words],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        lines = iter(child.stdout)
        assert any(line.strip() == "turbo" for line in lines)
        if number == signal.SIGINT:
            os.killpg(child.pid, number)
        else:
            child.send_signal(number)
        rest = "".join(lines)
    assert child.returncode == 2, rest
    assert "Traceback" not in rest
    assert "interrupted" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"target": "http://127.0.0.1:1"}, "one process asks a server"),
        ({"budget": 200}, "--budget bounds all drivers"),
        ({"max_time": 20.0}, "--max-time bounds all drivers"),
        ({"rate": 20.0}, "--rate bounds all drivers"),
    ],
)
def test_work_that_cannot_be_divided_is_refused(more: dict[str, Any], why: str) -> None:
    """A number of processes above one is refused there, and one is the default."""
    words: dict[str, Any] = {"target": APP, "seed": 1, **more}
    with pytest.raises(PlanError, match=f"--jobs 2: {why}.*leave --jobs out"):
        Plan(**words, jobs=2).check()
    Plan(**words, jobs=1).check()
    assert Plan(**words, jobs=None).processes == 1
    assert Plan(APP, 1, jobs=None).processes == (os.cpu_count() or 1)
