"""Short runs in turn: each scenario against each server, round after round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.measures import Measure, ratios
from tests.benchmarks.servers import cpu_seconds
from tests.benchmarks.wrk import Call, Run, RunFailed, run

BARE = "bare uvicorn"
STANDIN = "mockserver"
WARM_UP = 500


@dataclass(frozen=True)
class Entrant:
    """A running server and the call it answers in each scenario that it plays."""

    name: str
    pid: int
    calls: Mapping[str, Call]


@dataclass(frozen=True)
class Turn:
    """One run, and the processor time in microseconds that the server took for a request."""

    run: Run
    cpu_us: float


@dataclass
class Turns:
    """What every server did in every scenario, a turn a round; and why some fell out."""

    found: dict[tuple[str, str], list[Turn]] = field(default_factory=dict)
    failed: dict[tuple[str, str], str] = field(default_factory=dict)

    def shares(self, name: str, key: str) -> Measure:
        """The bare app's processor time for a request as a share of a server's, round by round.

        The small print has the share by the clock on the wall, which whatever else runs on the
        machine disturbs, and the processor time itself.
        """
        ours, base = self.found[name, key], self.found[BARE, key]
        rates = [turn.run.per_second for turn in ours]
        by_wall = ratios(key, rates, [turn.run.per_second for turn in base]).median
        taken = [turn.cpu_us for turn in ours]
        small_print = f"{by_wall:.2f} by wall clock; {median(taken):.0f} µs of CPU"
        return ratios(key, [turn.cpu_us for turn in base], taken, small_print)

    def tail(self, name: str, key: str) -> Measure:
        """A server's 99th percentile as a multiple of its own median latency, round by round."""
        runs = [turn.run for turn in self.found[name, key]]
        p99, p50 = [run.p99_ms for run in runs], [run.p50_ms for run in runs]
        return ratios(f"{key}_p99", p99, p50, f"{median(p99):.1f} ms")


def play(
    entrants: Sequence[Entrant],
    keys: Sequence[str],
    rounds: int,
    requests: int,
    cpu: int,
    say: Callable[[str], None],
) -> Turns:
    """Run every scenario on every server, `rounds` times, each round beginning with another.

    A first short run of each, which does not count, warms it up. A peer whose answers
    are lost or of the wrong kind falls out of that scenario; the stand-in and the bare app may not.
    """
    turns = Turns()
    for turn in range(-1, rounds):
        say(f"round {turn + 1} of {rounds}" if turn >= 0 else "warming up")
        shift = max(turn, 0) % len(entrants)
        for key in keys:
            for entrant in (*entrants[shift:], *entrants[:shift]):
                count = requests if turn >= 0 else WARM_UP
                _take(turns, entrant, key, cpu, count, turn >= 0)
    return turns


def _take(turns: Turns, entrant: Entrant, key: str, cpu: int, count: int, counts: bool) -> None:
    cell = (entrant.name, key)
    if key not in entrant.calls or cell in turns.failed:
        return
    try:
        turn = _turn(entrant, entrant.calls[key], count, cpu)
    except RunFailed as failure:
        if entrant.name in (BARE, STANDIN):
            raise
        turns.failed[cell] = str(failure)
        turns.found.pop(cell, None)
        return
    if counts:
        turns.found.setdefault(cell, []).append(turn)


def _turn(entrant: Entrant, call: Call, requests: int, cpu: int) -> Turn:
    before = cpu_seconds(entrant.pid)
    taken = run(call, requests, cpu)
    return Turn(taken, max(cpu_seconds(entrant.pid) - before, 1e-9) / taken.requests * 1e6)
