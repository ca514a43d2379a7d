"""The drivers that take too long for every test run: Hypothesis and Schemathesis."""

from collections.abc import Callable
from typing import TypeVar

from contracts.drivers import schemathesis, state_machine
from contracts.drivers.hypothesis import run_single_requests
from contracts.drivers.search import Effort
from contracts.drivers.sequences import FailureLog
from contracts.errors import TargetError
from contracts.kernel.session import Session, Sessions
from contracts.laws import WATCHERS
from contracts.targets.app import AppTarget
from tests.defects import BY_ID
from tests.defects.defect import Defect
from tests.defects.judge import SEED
from tests.defects.matrix import workers
from tests.defects.settings import server_of, terms_of, worlds_of
from tests.defects.table import Driver

T = TypeVar("T")
EXAMPLES, STEPS, SINGLES = 40, 20, 60
_PHASES = "its phases examples, coverage, fuzzing and stateful"


def hypothesis_column() -> Driver:
    """What the state machine finds of all defects."""
    column = dict(_mapped(_hypothesis))
    return Driver(
        "Hypothesis",
        f"{EXAMPLES} runs of {STEPS} steps and {SINGLES} single requests of each kind, a seed",
        column,
    )


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
    with workers() as pool:
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
    """Requests that the Hypothesis drivers sent until they met a broken law, or None.

    The state machine first, then single requests, both seeded and without shrinking.
    """
    terms = terms_of(defect.setting)
    sessions = Sessions(worlds_of(server_of(defect, terms)), terms)
    log = FailureLog(SEED)
    state_machine.run(sessions, log, effort=Effort(EXAMPLES, STEPS, shrinking=False))
    if not log.failures:
        run_single_requests(sessions, log, effort=Effort(SINGLES, shrinking=False))
    return min((failure.requests for failure in log.failures.values()), default=None)


def by_schemathesis(defect: Defect, examples: int = 5) -> tuple[bool, bool]:
    """Whether Schemathesis finds a defect by its own checks, and by our laws listening to it."""
    terms = terms_of(defect.setting)
    target = AppTarget(server_of(defect, terms), "schemathesis")
    session = Session(target, terms, SEED, WATCHERS)
    outcome = schemathesis.run(session, seed=SEED, examples=examples)
    if outcome.fault is not None:
        raise outcome.fault
    return bool(outcome.check_failures or outcome.errors), bool(outcome.breaches)
