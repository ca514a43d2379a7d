"""Schemathesis on the published document, with our laws listening: the one module that imports it.

It runs against a bridge to a session, so whatever it sends passes our transport, and the laws
judge every answer beside its own checks.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from schemathesis import BaseSchema, Case, Config, HookContext, openapi
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from contracts.drivers.asgi_bridge import DOCUMENT_PATH, Bridge
from contracts.drivers.reproduce import recalled
from contracts.errors import BudgetSpent, SafetyError, TargetError
from contracts.generate.known_ids import KnownIds
from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Breach
from contracts.kernel.session import Session
from contracts.kernel.steps import Step
from contracts.kernel.terms import Terms
from contracts.laws import WATCHERS
from contracts.targets.target import Target
from mockserver.spec import openapi_bytes

_LONGEST = 160
CHECKS_OFF = {
    "positive_data_acceptance": "a page token that fits its schema need not be one we were given, "
    "and a body that fits may break a rule; the model says which",
    "negative_data_rejection": "fields beyond the schema are let in, as the vendor's schemas admit "
    "them; the model says what is refused",
    "ignored_auth": "in the mode that lets any bearer token in, an invented one is let in rightly; "
    "the laws on auth ask what must hold in each mode",
    "missing_required_header": "the same for a token left out",
}
"""Checks of Schemathesis that would raise false alarms here, each with the reason."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check of Schemathesis's own: its name, its message, and what it was about."""

    check: str
    operation: str
    message: str
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: failed checks of its own, breaches of our laws, errors of the engine.

    `recalled` has for each law broken some sequences that may break it again in a fresh world.
    `fault` is the error of the target or of a safety layer that ended the run early, or None.
    """

    findings: tuple[Finding, ...]
    breaches: dict[str, Breach]
    recalled: dict[str, tuple[tuple[Step, ...], ...]]
    errors: tuple[str, ...]
    requests: int
    fault: TargetError | SafetyError | None = None


def run(
    target: Target,
    terms: Terms,
    *,
    seed: int = 0,
    examples: int = 20,
    progress: Callable[[int], None] = lambda _sent: None,
) -> Outcome:
    """Run the examples, coverage, fuzzing and stateful phases.

    Args:
        target: where to send; requests go through it one at a time.
        terms: what is known of it.
        seed: decides every example.
        examples: how many are drawn for an operation in the fuzzing and stateful phases.
        progress: told the number of requests so far after each scenario.
    """
    session = Session(target, terms, seed, WATCHERS)
    bridge = Bridge(session, openapi_bytes())
    schema = openapi.from_asgi(DOCUMENT_PATH, bridge, config=configuration(target, seed, examples))
    _give_known_ids(schema, session)
    findings: dict[tuple[str, str], Finding] = {}
    errors: list[str] = []
    with _crashes_noted(errors):
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _collect(event.recorder, findings, bridge)
                progress(session.sent)
            elif isinstance(event, events.NonFatalError):
                errors.append(f"{event.label}: {_first_line(event.value)}")
            elif isinstance(event, events.FatalError):
                errors.append(_first_line(event.exception))
    if session.foreign_allowed:
        session.clean_up()
    fault = None if isinstance(bridge.fault, BudgetSpent) else bridge.fault
    again = {law: _recalled(breach, session) for law, breach in session.breaches.items()}
    told = tuple(dict.fromkeys(errors))
    return Outcome(tuple(findings.values()), session.breaches, again, told, session.sent, fault)


def _recalled(breach: Breach, session: Session) -> tuple[tuple[Step, ...], ...]:
    shown = breach.exchanges[0]
    before = session.exchanges[: session.exchanges.index(shown)]
    return tuple(recalled(shown, before, session.target.bearer()))


def _first_line(error: object) -> str:
    """Enough to know an error by: its texts go over pages, with objects of its own in them."""
    text = str(error).strip()
    if text.startswith("Hypothesis "):
        return "the target answered the same requests differently"
    return (text.splitlines() or ["no reason given"])[0][:_LONGEST]


@contextmanager
def _crashes_noted(errors: list[str]) -> Iterator[None]:
    """A thread of the tool that falls over an answer is told in a line, not as a traceback."""
    before = threading.excepthook

    def note(_crash: threading.ExceptHookArgs) -> None:
        errors.append("it fell over an answer, and left out the rest of an operation")

    threading.excepthook = note
    try:
        yield
    finally:
        threading.excepthook = before


def configuration(target: Target, seed: int, examples: int) -> Config:
    """The settings under which a run repeats itself and raises no false alarm."""
    settings: dict[str, Any] = {
        "seed": seed,
        "headers": {"Authorization": f"Bearer {target.bearer()}"},
        "workers": 1,
        "continue-on-failure": True,
        "cache": {"enabled": False},
        "generation": {"max-examples": examples, "database": "none"},
        "checks": {name: {"enabled": False} for name in CHECKS_OFF},
        "output": {"sanitization": {"enabled": False}},
    }
    return Config.from_dict(settings)


def _give_known_ids(schema: BaseSchema, session: Session) -> None:
    known = KnownIds(session.organization)

    def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
        del context
        case.body = known.in_fields(case.body)
        if isinstance(case.query, dict):
            case.query = known.in_fields(case.query)
            if case.query.get("page_token") not in session.state.tokens:
                case.query.pop("page_token", None)
        return case

    schema.hook(map_case)


def _collect(
    recorder: ScenarioRecorder, findings: dict[tuple[str, str], Finding], bridge: Bridge
) -> None:
    for case, nodes in recorder.checks.items():
        about = (bridge.by_case[case],) if case in bridge.by_case else ()
        for node in nodes:
            info = node.failure_info
            if node.status == Status.FAILURE and info is not None:
                message = f"{info.failure.title}: {info.failure.message}"
                found = Finding(node.name, recorder.label, message, about)
                findings.setdefault((node.name, recorder.label), found)
