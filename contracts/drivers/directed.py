"""Runs the scripts of laws in one session within a budget of requests; watchers listen along."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from contracts.errors import Blocked, BudgetSpent
from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Breach, Law
from contracts.kernel.session import Session
from contracts.kernel.terms import Terms
from contracts.laws import ALL
from contracts.targets.target import Target

State = Literal["kept", "broken", "undecided", "skipped"]
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one law.

    Attributes:
        law: the law.
        state: kept; broken, with its breach; undecided, as its scene could not be set up;
            skipped, as the budget did not reach so far or its tier was not allowed.
        breach: how it was broken.
        reason: why it is undecided or skipped.
        requests: how many requests its script sent.
    """

    law: Law
    state: State
    breach: Breach | None = None
    reason: str = ""
    requests: int = 0


def plan(laws: Iterable[Law], budget: int | None = None) -> tuple[Law, ...]:
    """The scripted laws to run, cheapest first within the order of worth, that fit a budget.

    Args:
        laws: candidates in the order of their worth.
        budget: requests to spend; None runs all.
    """
    chosen, spent = [], 0
    for law in sorted((law for law in laws if law.script is not None), key=_cost):
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
    report: Callable[[Verdict], None] | None = None,
) -> tuple[Verdict, ...]:
    """A verdict for each law, in the order of `laws`.

    Args:
        target: where to send.
        terms: what is known of it; `terms.budget` bounds the requests.
        laws: which laws to put.
        seed: decides every name and id that scripts draw.
        report: told each scripted verdict as it falls.

    Raises:
        TargetError: the target gave no usable answer.
    """
    session = Session(target, terms, seed, [law for law in laws if law.watch is not None])
    planned = plan(laws, terms.budget)
    verdicts = {}
    for law in planned:
        verdicts[law.id] = judge(law, session)
        if report is not None:
            report(verdicts[law.id])
    for law in laws:
        if law.watch is not None:
            verdicts[law.id] = _watched(law, session)
    return tuple(verdicts.get(law.id) or _skipped(law) for law in laws)


def judge(law: Law, session: Session) -> Verdict:
    """Run one script in a session."""
    assert law.script is not None, f"{law.id} has no script"
    start = len(session.exchanges)
    verdict = Verdict(law, "kept")
    try:
        law.script(session)
    except Breach as breach:
        breach.law = law
        breach.exchanges = breach.exchanges or _evidence(session, start, breach.about)
        verdict = Verdict(law, "broken", breach)
    except Blocked as blocked:
        verdict = Verdict(law, "undecided", reason=str(blocked))
    except BudgetSpent as spent:
        verdict = Verdict(law, "skipped", reason=str(spent))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        verdict = _malformed(law, session.exchanges[start:] or session.exchanges, error)
    return replace(verdict, requests=len(session.exchanges) - start)


def _evidence(session: Session, start: int, about: Any) -> tuple[Exchange, ...]:
    """The exchanges of a script, or the one that its scene was made by earlier."""
    shown = session.exchanges[start:]
    if not shown and about is not None:
        shown = [exchange for exchange in session.exchanges if exchange.answer is about]
    return tuple(shown[-_SHOWN:])


def _malformed(law: Law, exchanges: Sequence[Exchange], error: Exception) -> Verdict:
    """A script stumbled over an answer that lacks what every such answer has."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = trace.tb_frame.f_globals["__name__"] if trace is not None else ""
    if not exchanges or not module.startswith(("contracts.laws", "contracts.laws.scenes")):
        raise error
    breach = Breach(
        f"an answer of the documented form ({error!r})",
        exchanges[-1].summary(),
        tuple(exchanges[-_SHOWN:]),
        law,
    )
    return Verdict(law, "broken", breach)


def _watched(law: Law, session: Session) -> Verdict:
    breach = session.breaches.get(law.id)
    if breach is not None:
        return Verdict(law, "broken", breach)
    return Verdict(law, "kept" if session.exchanges else "undecided")


def _skipped(law: Law) -> Verdict:
    return Verdict(law, "skipped", reason="the budget does not reach so far")


def _cost(law: Law) -> int:
    return law.cost
