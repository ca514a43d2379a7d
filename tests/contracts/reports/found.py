"""What scripts and turbo find on a server with one defect, as findings; no tests."""

from dataclasses import replace
from functools import cache

from contracts.drivers import directed, turbo
from contracts.kernel.diagnosis import departure_of
from contracts.kernel.findings import DriverResult, Finding, Findings
from contracts.kernel.law import Law
from contracts.kernel.redaction import Redaction
from contracts.kernel.session import Sessions
from contracts.laws import WATCHERS
from contracts.targets.app import AppTarget
from tests.contracts.reports.runs import BEGAN
from tests.defects import BY_ID
from tests.defects.defect import Defect
from tests.defects.judge import CHEAP, SEED, STEPS
from tests.defects.server import Flawed
from tests.defects.settings import server_of, terms_of, worlds_of

_CLIENT = "client-of-the-scripts"


@cache
def found_in(name: str) -> Findings:
    """The findings of the cheap scripts."""
    return findings_on(BY_ID[name])


def findings_on(defect: Defect, *, by_chance: bool = False) -> Findings:
    """The same for any defect; and those of turbo, for watchers that the scripts leave unbroken."""
    terms = terms_of(defect.setting)
    target = AppTarget(server_of(defect, terms), _CLIENT)
    results = list(directed.run(target, terms, laws=CHEAP + WATCHERS, seed=SEED))
    broken = {result.law.id for result in results if result.state == "broken"}
    left = tuple(law for law in WATCHERS if law.id not in broken)
    sessions = Sessions(worlds_of(server_of(defect, terms)), terms)
    limits = turbo.Limits(steps=STEPS if by_chance else 0, failures=8)
    log = turbo.run(sessions, SEED, limits, left)
    results += [failure.result(turbo.NAME) for failure in log.failures.values()]
    by_law: dict[Law, DriverResult] = {}
    for result in results:
        if result.law not in by_law or result.state == "broken":
            by_law[result.law] = result
    return Findings(
        target="http://127.0.0.1:5050",
        genuine=False,
        profile="default",
        tier="scoped",
        seed=str(SEED),
        drivers=("directed", "turbo"),
        began=BEGAN,
        seconds=1.0,
        requests=1,
        findings=tuple(map(_finding, by_law.values())),
    )


def flawed(name: str) -> Flawed:
    """A fresh server with this defect."""
    defect = BY_ID[name]
    terms = terms_of(defect.setting)
    return Flawed(replace(defect), terms.organization, terms.rules)


def _finding(result: DriverResult) -> Finding:
    breach = result.breach
    if breach is not None:
        breach.departure = departure_of(breach)
        breach = Redaction([f"token-of-{_CLIENT}"]).breach(breach)
    replay = {"law": result.law.id} if breach is not None else None
    return Finding(result.law, result.state, result.driver, breach, result.reason, replay=replay)
