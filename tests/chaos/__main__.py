"""Runs chaos trials, and prints each fault that it finds: `python -m tests.chaos 5000`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos.account import account
from tests.chaos.trial import Trial, trial


def main() -> int:
    """Exit code 1 where a trial finds a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("trials", nargs="?", type=int, default=200, help="how many (200)")
    parser.add_argument("--random-seed", type=int, default=0, help="of the first trial (0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at once (the cores)")
    parser.add_argument("--driver", action="append", default=[], help="of the judge (as usual)")
    asked = parser.parse_args()
    seeds = range(asked.random_seed, asked.random_seed + asked.trials)
    with tempfile.TemporaryDirectory() as folder, account(Path(folder)) as (served, world):

        def one(seed: int) -> Trial:
            own = Path(folder) / f"trial-{seed}"
            own.mkdir()
            try:
                return trial(seed, served, world, own, asked.driver)
            except TimeoutError as error:
                return Trial(seed, faulty=[str(error)])

        with ThreadPoolExecutor(asked.jobs) as pool:
            done = list(pool.map(one, seeds))
    for each in done:
        if each.faulty:
            print(each)
    hits = Counter(name for each in done for name in each.hits)
    codes = Counter(code for each in done for code in each.codes)
    left = sum(each.left[0] > 0 for each in done)
    faulty = sum(bool(each.faulty) for each in done)
    print(
        f"{len(done)} trials: {faulty} with a fault; exit codes {dict(sorted(codes.items()))}; "
        f"{left} left something, which a sweep in fair weather deleted"
    )
    print(f"{len(hits)} kinds of fault acted, the rarest in {min(hits.values(), default=0)} trials")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
