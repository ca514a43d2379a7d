"""What a run is to do, and the laws and drivers that it chooses. Sends nothing."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from os import cpu_count
from pathlib import Path
from urllib.parse import unquote

from contracts.drivers import BY_NAME, DRIVERS, Driver
from contracts.drivers.context import Progress
from contracts.errors import PlanError
from contracts.kernel.law import Law, Tier
from contracts.laws import ALL
from contracts.model.rules import Evidence
from contracts.safety.hosts import check_host, is_genuine, is_loopback
from contracts.safety.pace import VENDOR_PER_SECOND
from contracts.targets.credentials import Credentials
from contracts.targets.network import Network
from contracts.targets.tls import TlsFiles

APP = "app"
_IN_WORLD = re.compile(r"(?P<root>.*?)/_mock/w/(?P<name>[^/]+)/?")
_SHARED_BUDGET = 1_000
SMALL_BUDGET = 1_000
"""Below this many requests only the light drivers run, as the others take a second to load."""


def silent(_kind: str, _text: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    Attributes:
        target: a base URL, or `app` for the stand-in in this process.
        seed: decides everything that is drawn.
        world: the world file; None asks a stand-in for its own.
        tier: `read-only` sends no write at all.
        budget: the most requests, clean-up included; the default depends on the target.
        rate: requests a second; the default depends on the target.
        max_time: seconds after which no new sequence starts.
        laws: ids to check; empty for all. `topics` and `evidence` narrow further.
        drivers: names of drivers; empty for those that fit the target and the budget.
        profile: the rule levels to expect; None to ask the target.
        credentials: a client id with its secret, or a token; None for one of the run's own.
        allowed_hosts: hosts to talk to besides loopback and the vendor's staging.
        production: whether the vendor's production host may be talked to.
        shared: treat even a stand-in as an account with others' data.
        settle: seconds that a write may take to be seen on a shared account; None to measure them.
        ledger: where the ledger goes; None for a name of its own in the working folder.
        known_failures: the file of broken laws that are expected.
        fail_on: the weakest evidence whose broken laws fail the run; None for `implied` on the
            vendor's API and `assumed` elsewhere.
        timeout: seconds to wait for an answer.
        network: headers and TLS files to reach the server with.
        stop_after: server errors in a row that end the run.
        jobs: processes that may share the work; None for as many as there are cores where the
            work can be divided, and one elsewhere.
        progress: is called as the run goes on.
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
    settle: float | None = None
    ledger: Path | None = None
    known_failures: Path | None = None
    fail_on: Evidence | None = None
    timeout: float = 10.0
    network: Network = field(default_factory=Network)
    stop_after: int = 20
    jobs: int | None = 1
    progress: Progress = field(default=silent, compare=False)

    @property
    def is_vendor(self) -> bool:
        """Whether it points to the vendor."""
        return self.target != APP and is_genuine(self.target)

    @property
    def is_local(self) -> bool:
        """Whether it points to this process or this machine."""
        return self.target == APP or is_loopback(self.target)

    @property
    def named_world(self) -> str | None:
        """The world of a stand-in that the target's path names, or None."""
        found = _IN_WORLD.fullmatch(self.target)
        return None if found is None else unquote(found["name"])

    @property
    def root(self) -> str:
        """The target without a world's path: where a stand-in has its control plane."""
        found = _IN_WORLD.fullmatch(self.target)
        return self.target if found is None else found["root"]

    @property
    def processes(self) -> int:
        """How many processes may share the work."""
        if self.jobs is not None:
            return self.jobs
        return 1 if self._why_undivided else cpu_count() or 1

    @property
    def _why_undivided(self) -> str:
        """Why one process has to do all the work, or nothing."""
        if self.target != APP:
            return "one process asks a server, as its budget, rate, ledger and clean-up hold in one"
        shared = {"--budget": self.budget, "--max-time": self.max_time, "--rate": self.rate}
        given = [name for name, value in shared.items() if value is not None]
        return f"{given[0]} bounds all drivers together, in one process" if given else ""

    def most_requests(self, *, shared: bool) -> int | None:
        """The budget given, or the default on an account with others' data; None without."""
        return _SHARED_BUDGET if self.budget is None and shared else self.budget

    def check(self) -> None:
        """Refuse what may not be sent to, before anything is.

        Raises:
            HostRefused: the host is not allowed.
            PlanError: the rate is beyond the vendor's, the app is to be shared or to be reached by
                TLS, several processes are to do what one has to, or headers or TLS files cannot be
                used.
        """
        self.network.check()
        if self.target != APP:
            check_host(self.target, self.allowed_hosts, production=self.production)
        elif self.shared:
            raise PlanError("--shared needs a served target; the app in this process is ours alone")
        elif self.network.tls != TlsFiles():
            raise PlanError(
                "--ca-file, --client-cert and --client-key need a served target; the app in this "
                "process uses no TLS"
            )
        if self.rate is not None and self.is_vendor and self.rate >= VENDOR_PER_SECOND:
            raise PlanError(
                f"--rate {self.rate:g}: the vendor allows 1000 requests in 10 s; stay below "
                f"{VENDOR_PER_SECOND:g} a second"
            )
        if self.processes > 1 and self._why_undivided:
            raise PlanError(f"--jobs {self.jobs}: {self._why_undivided}; leave --jobs out")

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

    def chosen_drivers(self, budget: int | None, *, shared: bool) -> tuple[Driver, ...]:
        """The drivers to run, in order: those asked for, or those that fit tier and budget."""
        _known("--driver", self.drivers, BY_NAME)
        if self.drivers:
            return tuple(driver for driver in DRIVERS if driver.name in self.drivers)
        if self.tier == "read-only":
            return tuple(driver for driver in DRIVERS if driver.reads_only)
        if budget is not None and budget < SMALL_BUDGET:
            return tuple(driver for driver in DRIVERS if driver.is_light)
        narrowed = self.laws or self.topics or self.evidence
        return tuple(
            driver
            for driver in DRIVERS
            if (driver.narrows or not narrowed) and (driver.shares_data or not shared)
        )


def _known(flag: str, asked: tuple[str, ...], names: Collection[str]) -> None:
    for name in asked:
        if name not in names:
            known = sorted(set(names))
            near = known if len(known) < 20 else get_close_matches(name, known, 3)
            advice = f"did you mean {' or '.join(near)}?" if near else "`contracts laws` lists all"
            raise PlanError(f"{flag} {name!r} is unknown; {advice}")
