"""Every defect before every law, on several processes; judging one lies in `judge`."""

from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from os import cpu_count
from time import process_time

from contracts.laws import ALL as LAWS
from tests.defects import BY_ID
from tests.defects.judge import Row, row_of

BUNCH = 4
"""How many defects a process is given at once."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows by defect, and the processor seconds they took together."""

    rows: Mapping[str, Row]
    seconds: float

    def noticed(self, law: str) -> list[Row]:
        """The rows that a law noticed, those noticed by the fewest laws first."""
        return sorted((row for row in self.rows.values() if law in row.laws), key=_crowd)

    def needs(self, law: str) -> list[Row]:
        """The rows of defects that go unnoticed unless a law is kept."""
        return sorted((row for row in self.rows.values() if law in row.needed), key=_crowd)

    def sample(self, law: str) -> Row:
        """The row that shows best what a law is for."""
        return (self.needs(law) or self.noticed(law))[0]

    def replaceable(self) -> list[str]:
        """The laws that no defect needs, in the order of the laws."""
        return [law.id for law in LAWS if not self.needs(law.id)]


def workers(jobs: int | None = None) -> ProcessPoolExecutor:
    """So many processes, each a new interpreter; as many as there are cores by default."""
    return ProcessPoolExecutor(jobs or cpu_count(), mp_context=get_context("spawn"))


@cache
def matrix() -> Matrix:
    """The rows of all defects, in the order of ALL; found once a process."""
    with workers() as pool:
        return matrix_of(pool, whole=True)


def matrix_of(pool: Executor, *, whole: bool) -> Matrix:
    """The same by these processes, whose number changes nothing; for `whole` see `row_of`."""
    timed = list(pool.map(partial(_timed, whole=whole), BY_ID, chunksize=BUNCH))
    rows = {row.id: row for row, _ in timed}
    return Matrix(rows, sum(seconds for _, seconds in timed))


def _timed(defect: str, *, whole: bool) -> tuple[Row, float]:
    began = process_time()
    return row_of(BY_ID[defect], whole=whole), process_time() - began


def _crowd(row: Row) -> int:
    return len(row.laws)
