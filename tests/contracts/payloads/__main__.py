"""Looks for a record that shows each defect, and writes shown.json and latent.json.

What a file says is tried first and kept where it still holds. A defect that no record of any
setting shows becomes latent; its reason is kept, or has to be written by hand. `--afresh` forgets
what is known and looks for the first record of each. Exit code 1 where a reason is missing.
"""

from __future__ import annotations

import argparse
import sys

from tests.contracts.payloads.proof import Shown, latent, showing, shown, write
from tests.defects import ALL


def main(arguments: list[str]) -> int:
    """Look for all defects, tell what is new, and write the files."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.contracts.payloads",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--afresh", action="store_true", help="forget which record shows which")
    known = {} if parser.parse_args(arguments).afresh else shown()
    reasons = latent()
    found: dict[str, Shown] = {}
    left: dict[str, str] = {}
    for defect in ALL:
        place = showing(defect, known.get(defect.id))
        if place is not None:
            found[defect.id] = place
        else:
            left[defect.id] = reasons.get(defect.id, "")
        if place is None or place != known.get(defect.id):
            told = f"{place.record} ({place.setting})" if place else f"latent: {left[defect.id]}"
            print(f"{defect.id}: {told}", flush=True)
    write(found, left)
    print(f"{len(found)} of {len(ALL)} defects are shown, {len(left)} are latent")
    return 0 if all(left.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
