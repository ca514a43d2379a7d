"""`python -m tests.fuzz`: search, and print what costs too much."""

from __future__ import annotations

import argparse
import resource
import sys

from tests.fuzz.inputs import Recipe
from tests.fuzz.search import MOST_BYTES, MOST_MILLISECONDS, Search, share
from tests.fuzz.subject import Subject

MEMORY = 4 * 2**30
"""More than this ends the process: a find too."""


def main() -> int:
    """Exit code 1 for a find."""
    told = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    told.add_argument("--seconds", type=float, default=60, help="how long to search (60)")
    told.add_argument("--seed", type=int, default=0, help="what is drawn depends on it (0)")
    told.add_argument("--input", help="measure this one input, as a find was printed")
    told.add_argument("--dearest", action="store_true", help="print the dearest inputs too")
    chosen = told.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    search = Search(Subject(), chosen.seed)
    if chosen.input:
        recipe = Recipe.read(chosen.input)
        cost = search.confirmed(recipe)
        print(f"{cost.milliseconds:.1f} ms of CPU, {cost.peak_bytes / 1e6:.1f} MB")
        return int(share(cost, recipe) >= 1)
    search.run(seconds=chosen.seconds)
    for find in search.finds:
        print(find)
    if chosen.dearest:
        for cost_share, recipe in sorted(search.dearest.values(), key=lambda each: -each[0]):
            print(f"{cost_share:.0%} {recipe}")
    print(
        f"{search.tried} inputs of at most 64 KiB, {len(search.finds)} of which took over"
        f" {MOST_MILLISECONDS:g} ms of CPU or {MOST_BYTES // 1_000_000} MB (seed {chosen.seed})"
    )
    return int(bool(search.finds))


if __name__ == "__main__":
    sys.exit(main())
