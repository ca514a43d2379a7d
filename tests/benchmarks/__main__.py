"""Measures the stand-in against a bare uvicorn app, other servers and its own targets.

All servers are up at once, pinned to one core; wrk has the other one, 64 connections and one
thread. Each scenario is run on each server in turn, `--requests` times, over `--rounds` rounds. A
share is the processor time that the bare app, answering the stand-in's own bytes, took for a
request, divided by what the server took in the same round: only such ratios mean anything on a
machine that is shared. In-process figures come from
fresh interpreters on the servers' core. Peers (FastAPI, Prism, WireMock, Mockoon) are measured
when they are installed in `.bench/`; `--install-peers`, or PEERS=1, puts them there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from rich.console import Console

from tests.benchmarks import bench, page, table
from tests.benchmarks.peers import install

BUSY = 0.7
QUICK = 1_000
QUICK_PARTS = ("servers", "starts")
TOOLS = {"wrk": "the Debian package wrk", "taskset": "the Debian package util-linux"}


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default 5)")
    parser.add_argument(
        "--requests", type=int, default=10_000, help="how many a run has (default 10000)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"only what is served and the start, in runs of {QUICK:,} requests, without peers",
    )
    parser.add_argument(
        "--size",
        type=int,
        action="append",
        choices=(100_000, 1_000_000),
        help="grow a world to this many refunds; may be repeated (default both)",
    )
    parser.add_argument("--no-peers", action="store_true", help="only the bare app beside it")
    parser.add_argument("--install-peers", action="store_true", help="install peers into .bench/")
    parser.add_argument(
        "--only",
        action="append",
        choices=tuple(bench.PARTS),
        help="measure only this part; may be repeated",
    )
    parser.add_argument("--write", action="store_true", help="write the table into the docs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample here")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.requests, chosen.no_peers = QUICK, True
        chosen.only = chosen.only or list(QUICK_PARTS)
    return chosen


def cores() -> tuple[int, int]:
    """The core for servers and the core for wrk and this process."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        sys.exit("the bench needs two cores: one for the servers and one for wrk")
    os.sched_setaffinity(0, {allowed[1]})
    return allowed[0], allowed[1]


def need_tools() -> None:
    """End with a clear word when wrk or taskset is not on the PATH."""
    missing = [f"{tool} (from {where})" for tool, where in TOOLS.items() if not shutil.which(tool)]
    if missing:
        sys.exit(f"the bench needs {' and '.join(missing)}: install it and run again")


def show(found: bench.Found, out: Console) -> None:
    """Print the tables."""
    table.print_targets(out, found.measures)
    out.print()
    if found.turns.found and found.starts:
        table.print_servers(out, found.names, found.turns, found.starts)
    table.print_missing(out, found.missing)
    out.print()
    table.print_versions(out, found.versions)


def main() -> None:
    """Measure and print."""
    chosen = options()
    need_tools()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.chdir(install.ROOT)
    notes = Console(stderr=True, highlight=False)
    if chosen.install_peers or os.environ.get("PEERS", "") not in ("", "0"):
        notes.print("installing peers into .bench/ ...")
        for failure in install.install_peers():
            notes.print(f"could not install {failure}")
    load, began = os.getloadavg()[0], time.monotonic()
    sizes = tuple(chosen.size or (100_000, 1_000_000))
    plan = bench.Plan(chosen.rounds, chosen.requests, cores(), not chosen.no_peers, sizes)
    found = bench.run(plan, chosen.only or list(bench.PARTS), notes.print)
    out = Console(width=table.WIDTH, highlight=False)
    show(found, out)
    out.print(f"measured in {time.monotonic() - began:.0f} s", style="dim")
    if load > BUSY:
        out.print(f"the machine is busy with other work (load {load:.1f}): times by wall clock lie")
    if chosen.write:
        page.write(found, " ".join(("python -m tests.benchmarks", *sys.argv[1:])))
    if chosen.json:
        chosen.json.write_text(json.dumps(found.as_json(), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except RuntimeError as failure:
        sys.exit(f"the bench ended early: {failure}")
