"""Puts a defect before a run on an account that others use: directed, then turbo, within a budget.

It is the run that `contracts run` makes: canary, marks, ledger, ownership and clean-up. But the app
is another one, time passes only where the run waits, and the run ends at the first broken law.
"""

import json
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from contracts.drivers import BY_NAME, directed, turbo
from contracts.drivers.context import Context
from contracts.errors import WrongAnswer
from contracts.kernel.findings import DriverResult
from contracts.kernel.session import Session
from contracts.model.organization import organization_from
from contracts.model.rules import profile
from contracts.run.canary import Canary
from contracts.run.drive import run_guarded
from contracts.run.plan import APP, Plan
from contracts.run.run import run
from contracts.safety.settle import Settle
from contracts.safety.sweep import sweep
from tests.contracts.organization import refund
from tests.defects import BY_ID, clock
from tests.defects.defect import Defect
from tests.defects.judge import SEED
from tests.defects.matrix import BUNCH
from tests.defects.server import Flawed
from tests.defects.settings import SETTINGS
from tests.defects.table import ACCOUNT, Driver
from tests.reference_server import ReferenceServer

BUDGET = 1_000
FOREIGN = 50
"""How many refunds of others the account holds, with numbers, notes and times like ours."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a run on an account made of one defect.

    Attributes:
        requests: sent until it was found, or None where it was not.
        law: the first broken law, if any.
        stopped: whether the run stopped before its drivers, at the canary or before it.
        note: what else the run said.
        sent: how many requests the whole run sent, clean-up included.
    """

    requests: int | None
    law: str = ""
    stopped: bool = False
    note: str = ""
    sent: int = 0


def account_column(pool: Executor) -> Driver:
    """What a run on an account finds of all defects."""
    seen = dict(zip(BY_ID, pool.map(sighting, BY_ID, chunksize=BUNCH), strict=True))
    stopped = frozenset(key for key, sighting in seen.items() if sighting.stopped)
    return Driver(
        ACCOUNT,
        f"directed, then turbo, among {FOREIGN} refunds of others, at most {BUDGET:,} requests; "
        f"{len(stopped)} of these end at the canary or before",
        {key: sighting.requests for key, sighting in seen.items()},
        stopped,
    )


def sighting(key: str) -> Sighting:
    """What a run on an account makes of the defect with this id."""
    return by_account(BY_ID[key])


def by_account(defect: Defect) -> Sighting:
    """Run the suite on an account with a defect."""
    return run_on(account_of(defect.setting, defect), defect.setting)


def account_of(setting: str, defect: Defect | None = None) -> ReferenceServer:
    """A server that holds refunds of others, with a defect or correct."""
    name, document = SETTINGS[setting]
    organization = organization_from(
        {**document, "refunds": [refund(number) for number in range(1, FOREIGN + 1)]}
    )
    if defect is None:
        return ReferenceServer(organization, profile(name))
    return Flawed(defect, organization, profile(name))


def run_on(server: ReferenceServer, setting: str) -> Sighting:
    """Run the suite on an account, up to the first broken law."""
    name, document = SETTINGS[setting]
    met = _Met()
    with TemporaryDirectory() as folder, _in_process(server):
        world, ledger = Path(folder) / "world.json", Path(folder) / "ledger.jsonl"
        world.write_text(json.dumps(document), encoding="utf-8")
        plan = Plan(APP, SEED, world, budget=BUDGET, profile=name, ledger=ledger)
        try:
            findings = run(plan, drive=met.drive)
        except WrongAnswer as error:
            return Sighting(1, stopped=True, note=str(error))
    if not met.began and findings.error:
        return Sighting(findings.requests, "", True, findings.error, findings.requests)
    note = "; ".join(findings.problems)
    return Sighting(met.requests, met.law, False, note, findings.requests)


class _Met:
    """Runs directed and turbo up to the first broken law, and keeps which it was."""

    def __init__(self) -> None:
        self.requests: int | None = None
        self.law = ""
        self.began = False

    def drive(self, context: Context) -> None:
        """Run directed, and turbo where that found nothing, each with its share of the budget."""
        self.began = True
        context.budget = int(_left(context) * BY_NAME["directed"].share)
        run_guarded(_directed, directed.NAME, context)
        if not self._note(context):
            context.budget = _left(context)
            run_guarded(_turbo, turbo.NAME, context)
            self._note(context)

    def _note(self, context: Context) -> bool:
        """Keep the first broken law, if there is one."""
        kept = context.recorder.exchanges
        places = {id(exchange): place for place, exchange in enumerate(kept, 1)}
        broken = [
            (places.get(id(result.breach.exchanges[-1]), len(kept)), result.law.id)
            for result in context.results
            if result.breach is not None and result.breach.exchanges
        ]
        if broken:
            self.requests, self.law = min(broken)
        return bool(broken)


def _left(context: Context) -> int:
    return BUDGET - context.counter.sent


def _directed(context: Context) -> None:
    """Run the scripts as the driver does, up to the first that shows a law broken."""
    sessions, most = context.sessions.bounded(context.budget), context.budget or 0
    with sessions.worlds(f"d-{context.seed}") as target:
        watchers, listeners = context.unbroken_watchers, sessions.listeners
        session = Session(target, sessions.terms, context.seed, watchers, listeners)
        for law in directed.plan(context.laws):
            if session.sent + law.cost > most or any(r.breach for r in context.results):
                return
            try:
                context.results.append(directed.judge(law, session))
            finally:
                for breach in session.breaches.values():
                    assert breach.law is not None, "a watcher's breach names its law"
                    context.results.append(DriverResult(breach.law, "broken", breach=breach))


def _turbo(context: Context) -> None:
    limits = turbo.Limits(turbo.STEPS, shrinking=False)
    sessions, laws = context.sessions.bounded(context.budget), context.unbroken_watchers
    turbo.run(sessions, context.seed, limits, laws).report(context, laws, turbo.NAME)


@contextmanager
def _in_process(server: ReferenceServer) -> Iterator[None]:
    """Let a run meet this server in place of the stand-in, and a clock that only waiting moves.

    The ledger is not forced onto the disk, as nothing here crashes.
    """
    with ExitStack() as stack:
        for place, new in (
            ("contracts.run.open.own_app", lambda _plan: server),
            ("contracts.run.safety_layers.Settle", partial(Settle, clock.now)),
            ("contracts.run.canary.Canary", partial(Canary, clock=clock.now)),
            ("contracts.safety.ledger.os.fsync", lambda _file: None),
            ("contracts.safety.limits.sleep", clock.wait),
            ("contracts.run.clean_up.sweep", partial(sweep, wait=clock.wait)),
        ):
            stack.enter_context(patch(place, new))
        yield
