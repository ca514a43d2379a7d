"""Short scripts against the reference server as exchanges, for the tests of coverage; no tests."""

from collections.abc import Callable

from contracts.kernel.session import Session
from contracts.reports.coverage import Coverage, coverage
from tests.contracts.settings import target_of, terms_of


def session() -> Session:
    """A session with an empty world of its own."""
    terms = terms_of()
    return Session(target_of(terms), terms, 0)


def reached(script: Callable[[Session], None]) -> Coverage:
    """What a script reaches."""
    talk = session()
    script(talk)
    return coverage(tuple(talk.exchanges))


def points(found: Coverage, group: str) -> dict[str, tuple[int, int]]:
    """The points of a group that were reached: name to accepted and refused."""
    groups = {g.name: g for g in (*found.bounds, *found.branches)}
    return {p.name: (p.accepted, p.refused) for p in groups[group].points if p.outcomes}
