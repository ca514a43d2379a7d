"""Puts one defect before the drivers: which laws notice it, and after how many requests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracts.drivers import directed, turbo
from contracts.kernel.law import Law
from contracts.kernel.session import Session, Sessions
from contracts.laws import ALL as LAWS
from contracts.laws import WATCHERS
from contracts.targets.app import AppTarget
from tests.defects.defect import Defect
from tests.defects.settings import server_of, terms_of, worlds_of

SEED = 1
STEPS = 500
DEAR = 100
"""Scripts that cost more requests than this are run only where nothing else notices."""

PLANNED = directed.plan(LAWS)
CHEAP = tuple(law for law in PLANNED if law.cost <= DEAR)
COSTLY = tuple(law for law in PLANNED if law.cost > DEAR)


@dataclass(frozen=True, slots=True)
class Scripted:
    """What a directed run noticed.

    Attributes:
        noticed: script to the laws broken while it ran: itself, and watchers.
        requests: sent until the first breach, or None.
        law: the first law broken, or empty.
    """

    noticed: Mapping[str, frozenset[str]]
    requests: int | None = None
    law: str = ""

    def laws(self, without: str = "") -> frozenset[str]:
        """The laws broken, had one law not been kept: its script not sent, or its watch not on."""
        heard = (found for script, found in self.noticed.items() if script != without)
        return frozenset().union(*heard) - {without}


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one defect; plain data, so that it may cross processes.

    Attributes:
        id: of the defect.
        directed: requests sent by the scripts until the first breach, or None.
        turbo: requests sent by turbo until the first breach, or None within STEPS steps.
        laws: every law that noticed, in either driver.
        needed: those without any one of which the defect would go unnoticed by both drivers.
        first: the law that noticed first in the directed run, or in turbo where none did.
    """

    id: str
    directed: int | None
    turbo: int | None
    laws: frozenset[str]
    needed: frozenset[str]
    first: str


def row_of(defect: Defect | None, name: str = "none", *, whole: bool = True) -> Row:
    """The row of a defect, or of a correct server.

    Unless `whole`, each driver stops where it notices the defect: `laws` holds those that noticed
    it first, and `needed` is empty. All else is the same.
    """
    by_scripts = run_directed(defect, CHEAP, whole=whole)
    random = run_turbo(defect)
    if not by_scripts.laws() and random is None:
        by_scripts = run_directed(defect, COSTLY, whole=whole)
    by_chance = frozenset(random.laws) if random is not None else frozenset[str]()
    first = by_scripts.law or (min(by_chance) if by_chance else "")
    return Row(
        defect.id if defect is not None else name,
        by_scripts.requests,
        random.requests if random is not None else None,
        by_scripts.laws() | by_chance,
        frozenset(_needed(defect, by_scripts, by_chance) if whole else ()),
        first,
    )


def _needed(
    defect: Defect | None, by_scripts: Scripted, by_chance: frozenset[str]
) -> Iterable[str]:
    for law in by_scripts.laws() | by_chance | set(by_scripts.noticed):
        if by_scripts.laws(without=law) or by_chance - {law}:
            continue
        others = tuple(watcher for watcher in WATCHERS if watcher.id != law)
        noticed_all_the_same = law in by_chance and run_turbo(defect, others) is not None
        if not noticed_all_the_same:
            yield law


def run_directed(defect: Defect | None, laws: Sequence[Law], *, whole: bool = True) -> Scripted:
    """Run scripts in one session, watchers listening, and keep what each of them brings up.

    Unless `whole`, the first script that brings something up is the last.
    """
    terms = terms_of(defect.setting if defect is not None else "default")
    target = AppTarget(server_of(defect, terms), "directed")
    session = Session(target, terms, SEED, WATCHERS)
    noticed: dict[str, frozenset[str]] = {}
    first, requests = "", None
    for law in laws:
        start = len(session.exchanges)
        verdict = directed.judge(law, session)
        found = dict.fromkeys(session.breaches)
        if verdict.state == "broken":
            found[law.id] = None
        if found and requests is None:
            first, requests = _first(session, start, law.id)
        if found:
            noticed[law.id] = frozenset(found)
            if not whole:
                break
        session.breaches.clear()
    return Scripted(noticed, requests, first)


def _first(session: Session, start: int, script: str) -> tuple[str, int]:
    """The law first broken since `start`, and how many requests had been sent by then."""
    places = {id(exchange): at for at, exchange in enumerate(session.exchanges[start:], start + 1)}
    seen = [(places[id(b.exchanges[0])], law) for law, b in session.breaches.items()]
    at, law = min(seen, default=(len(session.exchanges), script))
    return law, at


@dataclass(frozen=True, slots=True)
class Chance:
    """What turbo noticed first: the laws broken by one step, and the requests sent until then."""

    laws: tuple[str, ...]
    requests: int


def run_turbo(
    defect: Defect | None, laws: Sequence[Law] = WATCHERS, *, seed: int = SEED, steps: int = STEPS
) -> Chance | None:
    """Random steps from one seed until a law is broken, or None."""
    terms = terms_of(defect.setting if defect is not None else "default")
    limits = turbo.Limits(steps=steps, shrinking=False)
    sessions = Sessions(worlds_of(server_of(defect, terms)), terms)
    failures = turbo.run(sessions, seed, limits, laws).failures
    requests = [failure.requests for failure in failures.values()]
    return Chance(tuple(failures), requests[0]) if failures else None
