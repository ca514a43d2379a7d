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
WARM_UP_S = 1


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
        """A server's requests a second as a share of the bare app's, round by round.

        The small print has the share by processor time, which neighbours on the machine
        disturb less, and the absolute rate.
        """
        ours, base = self.found[name, key], self.found[BARE, key]
        pairs = zip(ours, base, strict=True)
        by_cpu = median(theirs.cpu_us / max(mine.cpu_us, 1e-9) for mine, theirs in pairs)
        rates = [turn.run.per_second for turn in ours]
        small_print = f"{by_cpu:.2f} by CPU time; {median(rates):,.0f} a second"
        return ratios(key, rates, [turn.run.per_second for turn in base], small_print)

    def tail(self, name: str, key: str) -> Measure:
        """A server's 99th percentile as a multiple of its own median latency, round by round."""
        runs = [turn.run for turn in self.found[name, key]]
        p99, p50 = [run.p99_ms for run in runs], [run.p50_ms for run in runs]
        return ratios(f"{key}_p99", p99, p50, f"{median(p99):.1f} ms")


def play(
    entrants: Sequence[Entrant],
    keys: Sequence[str],
    rounds: int,
    seconds: float,
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
                length = seconds if turn >= 0 else WARM_UP_S
                _take(turns, entrant, key, cpu, length, turn >= 0)
    return turns


def _take(turns: Turns, entrant: Entrant, key: str, cpu: int, seconds: float, counts: bool) -> None:
    cell = (entrant.name, key)
    if key not in entrant.calls or cell in turns.failed:
        return
    try:
        turn = _turn(entrant, entrant.calls[key], seconds, cpu)
    except RunFailed as failure:
        if entrant.name in (BARE, STANDIN):
            raise
        turns.failed[cell] = str(failure)
        turns.found.pop(cell, None)
        return
    if counts:
        turns.found.setdefault(cell, []).append(turn)


def _turn(entrant: Entrant, call: Call, seconds: float, cpu: int) -> Turn:
    before = cpu_seconds(entrant.pid)
    taken = run(call, seconds, cpu)
    return Turn(taken, (cpu_seconds(entrant.pid) - before) / taken.requests * 1e6)
