"""A driver in a process of its own: what it gets, and what it leaves."""

import copyreg
import pickle
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from tempfile import TemporaryDirectory
from typing import Any

from contracts.errors import TargetError
from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import DriverResult
from contracts.kernel.law import Law
from contracts.laws import ALL
from contracts.run.plan import Plan, silent

PROCESSES = get_context("spawn")
_BY_ID = {law.id: law for law in ALL}
_BEAT_SECONDS = 1.0
_SECONDS_TO_END = 5.0


@dataclass(frozen=True, slots=True)
class Before:
    """What the drivers before it found.

    Attributes:
        broken: ids of the laws that they saw broken.
        sent: the requests of the run so far.
    """

    broken: frozenset[str]
    sent: int


@dataclass(frozen=True, slots=True)
class Left:
    """What a driver in a process of its own leaves.

    Attributes:
        results: as in a `Context`; so are `problems`.
        error: the text of the error that ended it, or empty.
        told: problems for the progress.
        exchanges: that its recorder kept, of `seen` in all; `unknown` as there.
        sent: the requests of the run, those before it among them.
        secrets: tokens and other texts that no report may show.
    """

    results: Sequence[DriverResult]
    problems: Sequence[str]
    error: str
    told: Sequence[str]
    exchanges: Sequence[Exchange]
    seen: int
    unknown: frozenset[str]
    sent: int
    secrets: Sequence[str]


Work = Callable[[Connection, Plan, str], None]
"""Runs in the process; takes its end of the pipe, the plan and the driver's name, receives a
`Before`, and sends a `Left` by `send`. It is a function of a module."""


class Apart:
    """One driver in a process that is a new interpreter, started at once.

    The process holds signals of the terminal back, as the run that started it ends it.
    """

    def __init__(self, work: Work, plan: Plan, name: str) -> None:
        self._name = name
        self._pipe, theirs = PROCESSES.Pipe()
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        arguments = work, self._folder.name, theirs, replace(plan, progress=silent), name
        self._process = PROCESSES.Process(target=_work, args=arguments, daemon=True)
        with _held_back():
            self._process.start()
        theirs.close()

    def left(self, before: Before, beat: Callable[[], None]) -> Left:
        """Tell it what the drivers before it found, and wait for what it leaves.

        Args:
            before: what they found.
            beat: is called once a second meanwhile.

        Raises:
            TargetError: the process ended without an answer.
        """
        try:
            self._pipe.send(before)
            while not self._pipe.poll(_BEAT_SECONDS):
                beat()
            left: Left = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, OSError) as error:
            self._process.join(_SECONDS_TO_END)
            raise TargetError(
                f"the process of {self._name} ended without a result (exit code "
                f"{self._process.exitcode}); run again with --jobs 1 to see why"
            ) from error
        return left

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.terminate()
        self._process.join(_SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._pipe.close()
        self._folder.cleanup()


def _work(work: Work, folder: str, pipe: Connection, plan: Plan, name: str) -> None:
    """Work with temporary files in a folder that is removed however the process ends."""
    tempfile.tempdir = folder
    work(pipe, plan, name)


def send(pipe: Connection, left: Left) -> None:
    """Send what a driver leaves; a law of `ALL` goes by its id, as its script does not pickle."""
    data = BytesIO()
    pickler = pickle.Pickler(data, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {**copyreg.dispatch_table, Law: _reduced}
    pickler.dump(left)
    pipe.send_bytes(data.getvalue())


def _reduced(law: Law) -> tuple[Any, ...]:
    if law.id in _BY_ID:
        return _known, (law.id, law.evidence, law.source)
    return Law, tuple(getattr(law, field.name) for field in fields(law))


def _known(law_id: str, evidence: Any, source: str) -> Law:
    law = _BY_ID[law_id]
    same = (law.evidence, law.source) == (evidence, source)
    return law if same else replace(law, evidence=evidence, source=source)


@contextmanager
def _held_back() -> Iterator[None]:
    """Hold signals of the terminal back; what is started meanwhile never gets them.

    Windows has no such mask: there the terminal interrupts both processes.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    terminal = {signal.SIGINT, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, terminal)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
