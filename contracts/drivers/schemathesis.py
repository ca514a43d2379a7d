"""The Schemathesis driver: the published document fuzzed, while our laws judge along.

Only this module imports Schemathesis. It runs against a bridge to a session, so all that it sends
passes our transport, and the laws judge every answer beside its own checks.

On an account with others' data its phases run one after another, each within a share of the
requests. A request that names another's refund names one of the run's own, or none, before it
leaves; see `contracts.generate.own_ids` and `contracts.drivers.asgi_bridge`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from schemathesis import BaseSchema, Case, Config, HookContext, openapi
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from contracts.drivers.asgi_bridge import DOCUMENT_PATH, Bridge
from contracts.drivers.context import Context
from contracts.drivers.isolation import isolated
from contracts.drivers.reproduce import candidates
from contracts.drivers.sequences import Failure, perform, shorten
from contracts.errors import BudgetSpent, SendError, ShareSpent
from contracts.generate.known_ids import KnownIds
from contracts.generate.own_ids import OwnIds
from contracts.kernel.findings import DriverResult
from contracts.kernel.law import Breach, Law
from contracts.kernel.session import Session
from contracts.kernel.steps import Step
from contracts.laws import WATCHERS
from contracts.model import ID
from contracts.targets.credentials import TOKEN_PATH
from mockserver.spec import openapi_bytes

NAME = "schemathesis"
EXAMPLES = 12
_LONGEST = 160
CHECKS_OFF = {
    "positive_data_acceptance": "a page token that fits its schema may never have been given out, "
    "and a body that fits may break a rule; the model says which",
    "negative_data_rejection": "fields beyond the schema are let in, as the vendor's schemas admit "
    "them; the model says what is refused",
    "ignored_auth": "in the mode that lets any bearer token in, an invented one is let in rightly; "
    "the laws on auth ask what must hold in each mode",
    "missing_required_header": "the same for a token left out",
}
"""Checks of Schemathesis that would raise false alarms here, each with the reason."""

CHECKS_OFF_SHARED = {
    "ensure_resource_availability": "among others' data an id that it names is replaced by one of "
    "ours, which may be deleted by then; the model says which refunds exist",
    "use_after_free": "for the same reason",
}
"""More of them on an account with others' data."""


PHASES = ("examples", "coverage", "fuzzing", "stateful")
Part = tuple[tuple[str, ...], float]
WHOLE: tuple[Part, ...] = ((PHASES, 1.0),)
SHARED: tuple[Part, ...] = ((("fuzzing",), 0.3), (("stateful",), 0.4), (("coverage",), 0.5))
"""Phases that run together, each with its share of the requests left. Coverage comes last, as it
alone would use up a small budget; what is left then makes failures shorter. The examples of the
document are left out, as Schemathesis sends their ids as they are written."""
SHARED_EXAMPLES = 6
Bound = Callable[[float], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: failed checks of its own, breaches of our laws, errors of the engine.

    `requests` were sent; `judged` of their answers came from the API and were judged.
    `candidates` has for each broken law some sequences that may break it again in a fresh world.
    `fault` is the error of the target or of a safety layer that ended the run early, or None.
    """

    check_failures: tuple[DriverResult, ...]
    breaches: dict[str, Breach]
    candidates: dict[str, tuple[tuple[Step, ...], ...]]
    errors: tuple[str, ...]
    requests: int
    judged: int
    fault: SendError | None = None


@isolated()
def drive(context: Context) -> None:
    """Run Schemathesis in a world of its own; each of its checks that fails becomes a law."""
    alone = context.terms.exclusive
    with context.bounded():
        with context.sessions.open(f"x-{context.seed}", WATCHERS, context.seed) as session:
            outcome = run(
                session,
                seed=context.seed,
                examples=EXAMPLES if alone else SHARED_EXAMPLES,
                progress=lambda sent: context.progress("step", f"{NAME}: {sent} requests"),
                parts=WHOLE if alone else SHARED,
                bound=context.bounded,
            )
        _report(context, outcome)


def _report(context: Context, outcome: Outcome) -> None:
    """Leave the results of our laws and of its own checks; raise what ended it early."""
    fault: SendError | None = outcome.fault
    for law in context.unbroken_watchers:
        breach = outcome.breaches.get(law.id)
        if breach is None and outcome.judged and outcome.fault is None:
            context.kept([law], NAME)
        elif breach is not None:
            try:
                again = None if fault else _shortest(context, law, outcome.candidates[law.id])
            except SendError as gone:
                fault, again = gone, None
            context.results.append(again or DriverResult(law, "broken", NAME, breach, replay={}))
    if fault is not None:
        raise fault
    # Requests that were held back look like server errors to it, so its own checks do not count.
    cut_off = context.cut_off and context.terms.exclusive
    context.results += () if cut_off else outcome.check_failures
    for error in outcome.errors:
        context.progress("problem", f"{NAME}: {error}")


def _shortest(
    context: Context, law: Law, sequences: Sequence[Sequence[Step]]
) -> DriverResult | None:
    """The breach by the shortest sequence that shows it, if one does."""
    for at, steps in enumerate(sequences):
        name = f"x{at}-{context.seed}-{law.id}"
        breach = perform(steps, context.sessions, name, (law,)).breaches.get(law.id)
        if breach is not None:
            sent = context.counter.sent
            failure = Failure(law, breach, tuple(steps), context.seed, at, sent)
            return shorten(failure, context.sessions, context.most_to_shorten).result(NAME)
    return None


def run(
    session: Session,
    *,
    seed: int = 0,
    examples: int = 20,
    progress: Callable[[int], None] = lambda _sent: None,
    parts: Sequence[Part] = WHOLE,
    bound: Bound = lambda _share: nullcontext(),
) -> Outcome:
    """Run the examples, coverage, fuzzing and stateful phases; the seed decides every example.

    So many examples are drawn for an operation in the fuzzing and stateful phases. `progress` is
    called with the number of requests so far after each scenario. The phases of a part run together
    within what `bound` allows for its share.
    """
    failures: dict[tuple[str, str], DriverResult] = {}
    errors: list[str] = []
    fault: SendError | None = None
    own = OwnIds(session) if session.foreign_allowed else None
    for phases, share in parts:
        bridge = Bridge(session, openapi_bytes(), own)
        config = configuration(session.target.bearer(), seed, examples, phases)
        with bound(share), _crashes_noted(errors):
            _run_phases(bridge, own, config, failures, errors, progress)
        fault = bridge.fault
        if fault is not None and not isinstance(fault, ShareSpent):
            break
    fault = None if isinstance(fault, BudgetSpent) else fault
    again = {}
    for law_id, breach in session.breaches.items():
        shown = breach.exchanges[0]
        before = session.exchanges[: session.exchanges.index(shown)]
        again[law_id] = tuple(candidates(shown, before, session.target.bearer()))
    texts = tuple(dict.fromkeys(errors))
    sent, judged = session.sent, session.judged
    return Outcome(tuple(failures.values()), session.breaches, again, texts, sent, judged, fault)


def _run_phases(
    bridge: Bridge,
    own: OwnIds | None,
    config: Config,
    failures: dict[tuple[str, str], DriverResult],
    errors: list[str],
    progress: Callable[[int], None],
) -> None:
    """Run the phases of a configuration, until the bridge sends nothing more.

    Raises:
        KeyboardInterrupt: a signal came, and nothing more leaves.
    """
    session = bridge.session
    schema: BaseSchema = openapi.from_asgi(DOCUMENT_PATH, bridge, config=config)
    if session.foreign_allowed:
        schema = schema.exclude(path=TOKEN_PATH)
    _give_known_ids(schema, session, own)
    stream = from_schema(schema).execute()
    try:
        for event in stream:
            if isinstance(event, events.ScenarioFinished):
                _collect(event.recorder, failures, bridge)
                progress(session.sent)
            elif isinstance(event, events.NonFatalError):
                errors.append(f"{event.label}: {_first_line(event.value)}")
            elif isinstance(event, events.FatalError):
                errors.append(_first_line(event.exception))
            elif isinstance(event, events.Interrupted) and bridge.fault is None:
                raise KeyboardInterrupt
            if bridge.fault is not None:
                stream.stop()
    finally:
        bridge.close()


def _first_line(error: object) -> str:
    """The start of an error's text, which may be pages long."""
    text = str(error).strip()
    if text.startswith("Hypothesis "):
        return "the target answered the same requests differently"
    return (text.splitlines() or ["no reason given"])[0][:_LONGEST]


@contextmanager
def _crashes_noted(errors: list[str]) -> Iterator[None]:
    """Note the crash of a thread of the tool in one line, instead of a traceback."""
    before = threading.excepthook

    def note(_crash: threading.ExceptHookArgs) -> None:
        errors.append("it crashed on an answer, and left out the rest of an operation")

    threading.excepthook = note
    try:
        yield
    finally:
        threading.excepthook = before


def configuration(bearer: str, seed: int, examples: int, phases: Sequence[str] = PHASES) -> Config:
    """The settings under which a run repeats itself and raises no false alarm."""
    settings: dict[str, Any] = {
        "seed": seed,
        "headers": {"Authorization": f"Bearer {bearer}"},
        "workers": 1,
        "continue-on-failure": True,
        "cache": {"enabled": False},
        "generation": {"max-examples": examples, "database": "none"},
        "checks": {name: {"enabled": False} for name in CHECKS_OFF},
        "output": {"sanitization": {"enabled": False}},
    }
    if tuple(phases) != PHASES:
        settings["phases"] = {name: {"enabled": name in phases} for name in PHASES}
        settings["checks"] |= {name: {"enabled": False} for name in CHECKS_OFF_SHARED}
        settings["phases"]["coverage"]["unexpected-methods"] = []
        settings["generation"]["no-shrink"] = True
    return Config.from_dict(settings)


def _give_known_ids(schema: BaseSchema, session: Session, own: OwnIds | None) -> None:
    known = KnownIds(session.organization)

    def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
        del context
        case.body = known.in_fields(case.body)
        named = case.path_parameters if own is not None else None
        if own is not None and isinstance(named, dict) and ID in named:
            changes = case.method.upper() != "GET"
            case.path_parameters = {**named, ID: own.instead_of(named[ID], changes=changes)}
        if isinstance(case.query, dict):
            case.query = known.in_fields(case.query)
            if case.query.get("page_token") not in session.state.tokens:
                case.query.pop("page_token", None)
        return case

    schema.hook(map_case)


def _collect(
    recorder: ScenarioRecorder, failures: dict[tuple[str, str], DriverResult], bridge: Bridge
) -> None:
    for case, nodes in recorder.checks.items():
        about = (bridge.by_case[case],) if case in bridge.by_case else ()
        for node in nodes if about else ():
            info = node.failure_info
            if node.status == Status.FAILURE and info is not None:
                said = f"{recorder.label}: {info.failure.title}: {info.failure.message}"
                law = _law(node.name)
                breach = Breach("the published document", said, about, law)
                result = DriverResult(law, "broken", NAME, breach)
                failures.setdefault((node.name, recorder.label), result)


def _law(check: str) -> Law:
    name, source = f"{NAME}-{check.replace('_', '-')}", "the published OpenAPI document"
    sentence = f"Schemathesis finds nothing by its check {check}."
    return Law(name, sentence, "schema", "documented", source, "scoped", 0)
