"""The directed driver: the scripts of the laws in one session, while the watchers judge along."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from time import monotonic
from traceback import walk_tb
from typing import Any

from contracts.drivers.context import Context
from contracts.errors import Blocked, BudgetSpent
from contracts.kernel.conversation import Listener
from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import DriverResult
from contracts.kernel.law import Breach, Law
from contracts.kernel.session import Session
from contracts.kernel.setup import setup_of
from contracts.kernel.terms import Terms
from contracts.laws import ALL
from contracts.model.basis import basis_of_value
from contracts.targets.target import Target

NAME = "directed"
_SHOWN = 8
_BEFORE = 5


def drive(context: Context) -> None:
    """Run the scripts in one world; results are left in the context as they come."""
    spans: dict[str, int] = {}

    def report(result: DriverResult) -> None:
        spans[result.law.id] = context.recorder.seen
        context.results.append(result)
        context.progress("verdict", f"{result.law.id} {result.state}")

    for result in _run(context, report):
        if result.law.id not in spans:
            context.results.append(_traced(result, spans, context))


def play_again(law: Law, context: Context) -> None:
    """Check one law again, by its script alone or by the one that showed it broken."""
    context.results += [result for result in _run(context) if result.law.id == law.id]


def plan(laws: Iterable[Law], budget: int | None = None) -> tuple[Law, ...]:
    """The laws whose scripts fit a budget of requests, cheapest first, then in the order given."""
    chosen, spent = [], 0
    scripted = (law for law in laws if law.script is not None)
    for law in sorted(scripted, key=attrgetter("cost")):
        if budget is not None and spent + law.cost > budget:
            break
        chosen.append(law)
        spent += law.cost
    return tuple(chosen)


def run(
    target: Target,
    terms: Terms,
    *,
    laws: Sequence[Law] = ALL,
    seed: int | str = 0,
    report: Callable[[DriverResult], None] = lambda _result: None,
    listeners: Sequence[Listener] = (),
) -> tuple[DriverResult, ...]:
    """A result for each law, in the order of `laws`.

    `terms.budget` bounds the requests, the seed decides every name and id that scripts draw, and
    `report` is called with the result of each script as it comes.

    Raises:
        TargetError: the target gave no usable answer.
    """
    watchers = [law for law in laws if law.watch is not None]
    session = Session(target, terms, seed, watchers, listeners)
    results = {}
    try:
        for law in plan(laws):
            if terms.budget is not None and session.sent + law.cost > terms.budget:
                break
            results[law.id] = judge(law, session)
            report(results[law.id])
    except BaseException:
        for law in watchers:
            if law.id in session.breaches:
                report(_watched(law, session))
        raise
    for law in watchers:
        results[law.id] = _watched(law, session)
    late = "the budget was used up before it"
    return tuple(results.get(law.id, DriverResult(law, "skipped", reason=late)) for law in laws)


def judge(law: Law, session: Session) -> DriverResult:
    """Run one script in a session."""
    assert law.script is not None, f"{law.id} has no script"
    start, clock = len(session.exchanges), monotonic()
    result = DriverResult(law, "kept", NAME)
    try:
        law.script(session)
    except Breach as breach:
        breach.law = law
        if breach.difference is not None:
            breach.basis = basis_of_value(breach.difference)
        breach.exchanges = breach.exchanges or _evidence(session, start, breach.about)
        breach.setup = _setup(breach, session.exchanges)
        result = _broken(law, breach)
    except Blocked as blocked:
        result = DriverResult(law, "undecided", reason=str(blocked))
    except BudgetSpent as spent:
        result = DriverResult(law, "skipped", reason=str(spent))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        result = _malformed(law, session.exchanges[start:] or session.exchanges, error)
    sent = len(session.exchanges) - start
    return replace(result, requests=sent, seconds=monotonic() - clock)


def _evidence(session: Session, start: int, about: Any) -> tuple[Exchange, ...]:
    """The exchanges of a script, or the earlier one that made its scene."""
    shown = session.exchanges[start:]
    if not shown and about is not None:
        shown = [exchange for exchange in session.exchanges if exchange.answer is about]
    return tuple(shown[-_SHOWN:])


def _setup(breach: Breach, sent: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """What the exchanges of a breach rest on, among all that was sent."""
    first = breach.exchanges[0] if breach.exchanges else None
    at = next((at for at, exchange in enumerate(sent) if exchange is first), 0)
    return setup_of(breach.exchanges, sent[:at])


def _malformed(law: Law, exchanges: Sequence[Exchange], error: Exception) -> DriverResult:
    """The result of a script that failed on an answer without what every such answer has."""
    *_, (frame, _line) = walk_tb(error.__traceback__)
    if not exchanges or not frame.f_globals["__name__"].startswith("contracts.laws"):
        raise error
    due, shown = f"an answer of the documented form ({error!r})", tuple(exchanges[-_SHOWN:])
    return _broken(law, Breach(due, shown[-1].summary(), shown, law))


def _watched(law: Law, session: Session) -> DriverResult:
    breach = session.breaches.get(law.id)
    if breach is not None:
        breach.setup = _setup(breach, session.exchanges)
        return _broken(law, breach)
    if not session.exchanges:
        return DriverResult(law, "undecided", reason="no request was sent")
    return DriverResult(law, "kept", NAME)


def _run(
    context: Context, report: Callable[[DriverResult], None] = lambda _result: None
) -> tuple[DriverResult, ...]:
    """Run the laws of a context, without deleting what its world keeps for the other drivers."""
    sessions = context.sessions.bounded(context.budget)
    with sessions.worlds(f"d-{context.seed}") as target:
        return run(
            target,
            sessions.terms,
            laws=context.laws,
            seed=context.seed,
            report=report,
            listeners=sessions.listeners,
        )


def _broken(law: Law, breach: Breach) -> DriverResult:
    return DriverResult(law, "broken", NAME, breach, replay={})


def _traced(result: DriverResult, spans: Mapping[str, int], context: Context) -> DriverResult:
    """A watcher's result, with the script whose request broke the law and what came before."""
    if result.breach is None or result.replay is None or not result.breach.exchanges:
        return result
    shown, kept = result.breach.exchanges[0], context.recorder.exchanges
    index = next((i for i, exchange in enumerate(kept) if exchange is shown), None)
    start = 0
    for law_id, end in spans.items():
        if index is not None and index < end:
            result.replay["script"] = law_id
            result.breach.exchanges = tuple(kept[max(start, index - _BEFORE) : index + 1])
            result.breach.setup = _setup(result.breach, kept)
            break
        start = end
    return result
