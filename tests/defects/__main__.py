"""Prints the table of defects by drivers, as `make defects` does, and writes two pages of docs."""

from __future__ import annotations

import argparse
import sys

from tests.defects import document
from tests.defects.account import account_column
from tests.defects.matrix import matrix_of, workers
from tests.defects.table import printed, usual


def main(arguments: list[str]) -> int:
    """Put every defect before the drivers asked for; exit code 1 where one goes unnoticed."""
    asked = _parser().parse_args(arguments)
    if asked.write_laws:
        document.write_laws()
        return 0
    with workers(asked.jobs) as pool:
        found = matrix_of(pool, whole=False)
        drivers = [*usual(found.rows), account_column(pool)]
    if asked.hypothesis or asked.write_docs:
        from tests.defects.others import hypothesis_column

        drivers.append(hypothesis_column())
    if asked.schemathesis or asked.write_docs:
        from tests.defects.others import schemathesis_columns

        drivers += schemathesis_columns()
    print(printed(found.rows, drivers))
    print(f"{found.seconds:.0f} s of processor time for directed and turbo")
    if asked.write_docs:
        document.write_laws()
        document.write_proof(drivers)
    unnoticed = [row.id for row in found.rows.values() if not row.laws]
    print(f"unnoticed: {', '.join(unnoticed)}" if unnoticed else "every defect is noticed")
    return 1 if unnoticed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.defects", description=__doc__)
    how_many = "processes to use, as many as there are cores by default"
    parser.add_argument("--jobs", type=_number, metavar="N", help=how_many)
    for flag, text in (
        ("--hypothesis", "run the state machine too, a minute or two"),
        ("--schemathesis", "run Schemathesis too, ten minutes or more"),
        ("--write-docs", "run both, and write docs/laws.md and docs/proof.md"),
        ("--write-laws", "run nothing, and write docs/laws.md"),
    ):
        parser.add_argument(flag, action="store_true", help=text)
    return parser


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes; use 1 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
