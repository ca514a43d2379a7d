"""The drivers that take too long for every test run: Hypothesis and Schemathesis."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

from hypothesis import Phase, settings
from hypothesis import seed as with_seed
from hypothesis.stateful import run_state_machine_as_test

from contracts.app_target import AppTarget
from contracts.drivers import schemathesis
from contracts.drivers.machine import found_by, machine, quiet
from contracts.errors import TargetError
from contracts.law import Breach
from contracts.target import Reply, Request, Send, Target
from tests.defects import BY_ID
from tests.defects.defect import Defect
from tests.defects.judge import SEED
from tests.defects.matrix import PROCESSES
from tests.defects.settings import server_of, terms_of
from tests.defects.table import Driver

T = TypeVar("T")
EXAMPLES, STEPS = 40, 20
_PHASES = "its phases examples, coverage, fuzzing and stateful"


def hypothesis_column() -> Driver:
    """What the state machine finds of all defects."""
    column = dict(_mapped(_hypothesis))
    return Driver("Hypothesis", f"{EXAMPLES} runs of {STEPS} steps, a seed, no shrinking", column)


def schemathesis_columns() -> list[Driver]:
    """What Schemathesis finds of all defects, by its own checks and by our laws."""
    both = dict(_mapped(_schemathesis))
    plain = {key: mine for key, (mine, _) in both.items()}
    ours = {key: laws for key, (_, laws) in both.items()}
    return [
        Driver("Schemathesis, plain", _PHASES, plain),
        Driver("Schemathesis, with our laws", _PHASES, ours),
    ]


def _mapped(work: Callable[[str], tuple[str, T]]) -> list[tuple[str, T]]:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, BY_ID))


def _hypothesis(key: str) -> tuple[str, int | None]:
    try:
        return key, by_hypothesis(BY_ID[key])
    except TargetError as error:
        raise AssertionError(f"{key} crashes: {error}") from error


def _schemathesis(key: str) -> tuple[str, tuple[bool, bool]]:
    try:
        return key, by_schemathesis(BY_ID[key])
    except TargetError as error:
        raise AssertionError(f"{key} crashes: {error}") from error


def by_hypothesis(defect: Defect) -> int | None:
    """Requests that the state machine sent until it met a broken law, or None.

    At most EXAMPLES runs of STEPS steps, seeded, without shrinking.
    """
    terms = terms_of(defect.setting)
    app = server_of(defect, terms)
    sent, found = 0, 0

    def count(request: Request, send: Send) -> Reply:
        nonlocal sent
        sent += 1
        return send(request)

    def worlds(name: str) -> AbstractContextManager[Target]:
        @contextmanager
        def world() -> Iterator[Target]:
            yield AppTarget(app, name, middleware=[count])

        return world()

    refunds: Any = machine(worlds, terms)

    def perform(self: Any, step: Any, *, counted: bool = True) -> None:
        nonlocal found
        try:
            refunds._perform(self, step, counted=counted)
        except Breach:
            found = found or sent
            raise

    counting = type("Counting", (refunds,), {"_perform": perform})
    base = quiet(EXAMPLES, stateful_step_count=STEPS)
    once = settings(base, phases=(Phase.generate,))
    found_by(lambda: run_state_machine_as_test(with_seed(SEED)(counting), settings=once))
    return found or None


def by_schemathesis(defect: Defect, examples: int = 5) -> tuple[bool, bool]:
    """Whether Schemathesis finds a defect by its own checks, and by our laws listening to it."""
    terms = terms_of(defect.setting)
    target = AppTarget(server_of(defect, terms), "schemathesis")
    outcome = schemathesis.run(target, terms, seed=SEED, examples=examples)
    return bool(outcome.findings or outcome.errors), bool(outcome.breaches)
