"""The bench in parts: what each part measures, and what they found, put together."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.benchmarks import inprocess
from tests.benchmarks.cast import Cast, entrant, gather
from tests.benchmarks.filled import fill
from tests.benchmarks.judge import judge
from tests.benchmarks.measures import Measure, ratios
from tests.benchmarks.peers import install
from tests.benchmarks.peers.lineup import STEERED, Missing, Peer, steered
from tests.benchmarks.plugin import plugin
from tests.benchmarks.rounds import STANDIN, Turns, play
from tests.benchmarks.servers import running
from tests.benchmarks.startup import Start, starts
from tests.benchmarks.versions import versions

Say = Callable[[str], None]
STEERED_KEYS = ("get", "page", "create")


@dataclass(frozen=True)
class Plan:
    """How much to measure, and on which cores (servers', wrk's)."""

    rounds: int
    requests: int
    cores: tuple[int, int]
    with_peers: bool
    sizes: tuple[int, ...]


@dataclass
class Found:
    """Everything that was found: the stand-in's measures by key, and the servers' comparison."""

    measures: dict[str, Measure] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    turns: Turns = field(default_factory=Turns)
    starts: dict[str, Start] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)

    def add(self, measures: Iterable[Measure]) -> None:
        """Keep measures of the stand-in."""
        self.measures |= {measure.key: measure for measure in measures}

    def as_json(self) -> dict[str, object]:
        """Everything as plain data."""
        return {
            "versions": self.versions,
            "measures": {key: found.as_json() for key, found in self.measures.items()},
            "runs": [
                {"server": name, "scenario": key, "rounds": [asdict(turn) for turn in turns]}
                for (name, key), turns in self.turns.found.items()
            ],
            "failed": [[*cell, why] for cell, why in self.turns.failed.items()],
            "starts": {
                name: {measure.key: measure.as_json() for measure in vars(start).values()}
                for name, start in self.starts.items()
            },
            "missing": [vars(peer) for peer in self.missing],
        }


def compare_servers(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """Every scenario on every server, all of them up at once."""
    with contextlib.ExitStack() as stack:
        entrants = []
        for peer in cast.peers:
            say(f"starting {peer.launch.name}")
            server = stack.enter_context(running(peer.launch, plan.cores[0]))
            entrants.append(entrant(cast, peer, server))
        keys = [one.key for one in cast.scenarios]
        found.turns = play(entrants, keys, plan.rounds, plan.requests, plan.cores[1], say)
    found.add(found.turns.shares(STANDIN, key) for key in keys)
    found.add([found.turns.tail(STANDIN, "create")])


def compare_starts(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """First answers and idle memory, each server alone."""
    say("starting each server alone")
    found.starts = starts([peer.launch for peer in cast.peers], plan.rounds, plan.cores[0])
    found.add(vars(found.starts[STANDIN]).values())


def fill_server(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """Memory and the collector's longest pause in a served stand-in of 100,000 refunds and more."""
    say("filling a served stand-in with 200,000 refunds")
    found.add(fill(cast.second_line, plan.cores))


def time_pair(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """A create and a get in this machine's Python, with no transport."""
    say("timing a create and a get in process")
    found.add(inprocess.pair(plan.cores[0]))


def grow_worlds(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """Times and memory as a world grows; what was measured served is not overwritten."""
    found.add(inprocess.traced_memory(plan.cores[0], 1000))
    for count in plan.sizes:
        say(f"growing a world to {count:,} refunds")
        found.measures = {m.key: m for m in inprocess.growth(plan.cores[0], count)} | found.measures


def load_fixtures(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """Starts over large fixtures."""
    for count in plan.sizes:
        say(f"starting over a fixture of {count:,} refunds")
        found.add(inprocess.large_fixture(plan.cores[0], count))


def make_worlds(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """New worlds over a large fixture."""
    say("making worlds over a fixture of 100,000 refunds")
    found.add(inprocess.new_world(plan.cores[0]))


def steer(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """What journal, limits, faults and snapshots cost."""
    with contextlib.ExitStack() as stack:
        entrants = []
        for name in STEERED:
            say(f"starting mockserver, {name}")
            peer = Peer(steered(name), frozenset(STEERED_KEYS), stateful=True)
            server = stack.enter_context(running(peer.launch, plan.cores[0]))
            entrants.append(entrant(cast, peer, server))
        turns = play(entrants, STEERED_KEYS, plan.rounds, plan.requests, plan.cores[1], say)
    for key in STEERED_KEYS:
        plain, ours = ([turn.cpu_us for turn in turns.found[name, key]] for name in STEERED)
        found.add(
            [ratios(f"steered_{key}", plain, ours, "journal, limit and a fault, by CPU time")]
        )
    say("timing faults and snapshots in process")
    found.add(inprocess.steering(plan.cores[0]))


def run_tests(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """What the pytest plugin costs."""
    say("running tests with a world each")
    found.add(plugin(plan.cores))


def time_judge(plan: Plan, cast: Cast, found: Found, say: Say) -> None:
    """How fast the judge is."""
    say("running the judge")
    found.add(judge(plan.cores))


PARTS: dict[str, Callable[[Plan, Cast, Found, Say], None]] = {
    "servers": compare_servers,
    "starts": compare_starts,
    "filled": fill_server,
    "pair": time_pair,
    "growth": grow_worlds,
    "worlds": make_worlds,
    "steering": steer,
    "fixtures": load_fixtures,
    "plugin": run_tests,
    "judge": time_judge,
}


def keep_bytecode(folder: Path) -> None:
    """Let every Python started from here keep its compiled modules, whatever the shell asks for.

    Without them a start is mostly compiling, which no installed server does.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def run(plan: Plan, parts: Iterable[str], say: Say) -> Found:
    """Measure the parts in turn."""
    found = Found(versions=versions(install.fastapi_python() if plan.with_peers else None))
    with tempfile.TemporaryDirectory() as folder:
        keep_bytecode(Path(folder) / "bytecode")
        cast = gather(Path(folder), plan.cores[0], plan.with_peers, say)
        found.names = [peer.launch.name for peer in cast.peers]
        found.missing = cast.missing
        for part in parts:
            PARTS[part](plan, cast, found, say)
    return found
