"""Writes what was found as tables of plain text; it measures and judges nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from tests.benchmarks.measures import Measure
from tests.benchmarks.peers.lineup import Missing
from tests.benchmarks.rounds import BARE, Turns
from tests.benchmarks.startup import Start
from tests.benchmarks.targets import TARGETS, Target

WIDTH = 150
HEADINGS = ("what", "required", "aim", "reached", "spread", "", "verdict", "small print")
SHARES = {"get": "GET one", "page": "page of 100", "create": "POST create"}
REFUSED = {"wrong_type": "refused POST"}


def print_targets(console: Console, measures: Mapping[str, Measure]) -> None:
    """The stand-in against its targets: bounds, median, spread and a verdict in words."""
    first, *others = HEADINGS
    table = _table("mockserver against its targets", first, *others[:4])
    table.add_column("")
    table.add_column("verdict")
    table.add_column("small print", style="dim", overflow="fold")
    for row in rows(measures):
        table.add_row(*row)
    console.print(table)


def rows(measures: Mapping[str, Measure]) -> Iterator[tuple[str, ...]]:
    """A row under HEADINGS for each target that was measured."""
    for target in TARGETS:
        found = measures.get(target.key)
        if found is not None:
            yield (
                target.what,
                *_bounds(target),
                figure(found.median),
                spread(found),
                target.unit,
                target.verdict(found),
                found.small_print,
            )


def print_servers(
    console: Console, names: Sequence[str], turns: Turns, starts: Mapping[str, Start]
) -> None:
    """Every server as a share of the bare app in the same rounds: median ± farthest sample."""
    columns = (*SHARES.values(), *REFUSED.values(), "create p99", "first answer", "idle RSS")
    table = _table(f"every server as a share of {BARE}: median ± farthest", "server", *columns)
    for name in names:
        cells = [_share(turns, name, key) for key in (*SHARES, *REFUSED)]
        table.add_row(name, *cells, _tail(turns, name), *_start(starts[name], starts[BARE]))
    console.print(table)
    for (name, key), why in turns.failed.items():
        console.print(f"{name} fell out of {key}: {why}", style="dim")


def print_missing(console: Console, missing: Iterable[Missing]) -> None:
    """A line for each peer that could not be measured."""
    for peer in missing:
        console.print(f"{peer.name}: not measured: {peer.why}")


def print_versions(console: Console, versions: Mapping[str, str]) -> None:
    """Everything that took part."""
    console.print("; ".join(f"{name} {text}" for name, text in versions.items()), style="dim")


def figure(value: float) -> str:
    """A number with two decimals, with three below a tenth and with none from a hundred on."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def spread(measure: Measure) -> str:
    """The range of the samples."""
    if len(measure.samples) == 1:
        return "one sample"
    return f"{figure(measure.low)} to {figure(measure.high)}"


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _bounds(target: Target) -> tuple[str, str]:
    return target.bound(target.least), target.bound(target.aim)


def _share(turns: Turns, name: str, key: str) -> str:
    if (name, key) not in turns.found:
        return "–"
    found = turns.shares(name, key)
    return figure(found.median) if name == BARE else f"{figure(found.median)} {_give(found)}"


def _give(measure: Measure) -> str:
    return f"± {max(measure.high - measure.median, measure.median - measure.low):.2f}"


def _tail(turns: Turns, name: str) -> str:
    if (name, "create") not in turns.found:
        return "–"
    found = turns.tail(name, "create")
    return f"{figure(found.median)} × median"


def _start(start: Start, base: Start) -> tuple[str, str]:
    first = start.first_answer.median / base.first_answer.median
    rss = start.idle_rss.median / base.idle_rss.median
    return (
        f"{figure(first)} × ({start.first_answer.median:.2f} s)",
        f"{figure(rss)} × ({start.idle_rss.median:.0f} MiB)",
    )
