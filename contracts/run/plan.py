"""What a run is asked to do, and what that comes to; nothing is sent from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contracts.errors import PlanError
from contracts.kernel.law import Law, Tier
from contracts.laws import ALL
from contracts.targets.credentials import Credentials

DRIVERS = ("directed", "turbo", "hypothesis", "schemathesis")
APP = "app"
SMALL_BUDGET = 1_000
"""Below this many requests the drivers that take a second to load are left out."""

SHARES: Mapping[str, float] = {
    "directed": 0.6,
    "turbo": 0.5,
    "hypothesis": 0.5,
    "schemathesis": 1.0,
}
"""How much of what is left of budget and time each driver may use when others come after it."""

SHARED_BUDGET = 1_000
Progress = Callable[[str, str], None]
"""Told how a run goes: `phase`, `verdict` or `step`, and a text."""


def silent(_kind: str, _text: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    Attributes:
        target: a base URL, or `app` for the stand-in in this process.
        seed: what everything drawn is drawn from.
        world: the world file; None asks a stand-in for its own.
        tier: `read-only` sends no write at all.
        budget: the most requests, clean-up included; None leaves it to the target's kind.
        rate: requests a second; None leaves it to the target's kind.
        max_time: seconds after which nothing new is begun.
        laws: ids to check; empty for all. `topics` and `evidence` narrow further.
        drivers: names of DRIVERS; empty for those that fit the target and the budget.
        profile: the levels of rules to take for granted; None to ask the target.
        credentials: a client id with its secret, or a token; None for one of the run's own.
        allowed_hosts: hosts to talk to besides loopback and the vendor's staging.
        production: whether the vendor's production host may be talked to.
        shared: treat even a stand-in as an account with other people's data.
        ledger: where the ledger goes; None for a name of its own in the working folder.
        known_failures: the file of broken laws that are expected.
        timeout: seconds to wait for an answer.
        stop_after: server errors in a row that end the run.
        progress: told how it goes.
    """

    target: str
    seed: int
    world: Path | None = None
    tier: Tier = "scoped"
    budget: int | None = None
    rate: float | None = None
    max_time: float | None = None
    laws: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    profile: str | None = None
    credentials: Credentials | None = None
    allowed_hosts: tuple[str, ...] = ()
    production: bool = False
    shared: bool = False
    ledger: Path | None = None
    known_failures: Path | None = None
    timeout: float = 10.0
    stop_after: int = 20
    progress: Progress = field(default=silent, compare=False)

    def chosen_laws(self) -> tuple[Law, ...]:
        """The laws that the filters let through, in the order of all laws.

        Raises:
            PlanError: a filter names what does not exist, or nothing is left.
        """
        _known("--law", self.laws, [law.id for law in ALL])
        _known("--topic", self.topics, [law.topic for law in ALL])
        _known("--evidence", self.evidence, [law.evidence for law in ALL])
        chosen = tuple(
            law
            for law in ALL
            if (not self.laws or law.id in self.laws)
            and (not self.topics or law.topic in self.topics)
            and (not self.evidence or law.evidence in self.evidence)
        )
        if not chosen:
            raise PlanError("no law is left by --law, --topic and --evidence; widen one of them")
        return chosen

    def chosen_drivers(self, budget: int | None, *, shared: bool) -> tuple[str, ...]:
        """The drivers to run, in order: all, or the two light ones where requests are dear."""
        _known("--driver", self.drivers, DRIVERS)
        if self.drivers:
            return tuple(name for name in DRIVERS if name in self.drivers)
        if self.tier == "read-only":
            return ("directed",)
        light = shared or (budget is not None and budget < SMALL_BUDGET)
        if light:
            return ("directed", "turbo")
        return DRIVERS[:-1] if self.laws or self.topics or self.evidence else DRIVERS


def _known(flag: str, asked: tuple[str, ...], names: list[str] | tuple[str, ...]) -> None:
    from difflib import get_close_matches

    for name in asked:
        if name not in names:
            known = sorted(set(names))
            near = known if len(known) < 20 else get_close_matches(name, known, 3)
            advice = f"did you mean {' or '.join(near)}?" if near else "`contracts laws` lists all"
            raise PlanError(f"{flag} {name!r} is unknown; {advice}")
