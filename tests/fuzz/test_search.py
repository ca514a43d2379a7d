"""The search finds what costs too much, and the stand-in has no input that does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.app import Mockserver
from tests.fuzz.inputs import TEMPLATES, Recipe
from tests.fuzz.search import MOST_BYTES, MOST_MILLISECONDS, Search
from tests.fuzz.subject import Subject

INPUTS = 400
"""Enough for each planted fault below, with some to spare."""

HELD = list[str]()


def counting(scope: Scope) -> None:
    """Quadratic in the length of the path."""
    path = scope["path"]
    sum(path.count(path[:length]) for length in range(0, len(path), 4))


def comparing(scope: Scope) -> None:
    """Quadratic in the number of commas of any header."""
    for _, value in scope["headers"]:
        parts = value.split(b",")
        for number, _part in enumerate(parts[:10_000]):
            parts[number:].count(b"?")


def keeping(scope: Scope) -> None:
    """Two thousand copies of the query."""
    HELD[:] = [scope["query_string"].decode("latin-1") + str(n) for n in range(2_000)]


PLANTED = {"time of a path": counting, "time of a header": comparing, "memory of a query": keeping}


@pytest.fixture
def subject() -> Iterator[Subject]:
    """The stand-in as it is."""
    with closing(Subject()) as subject:
        yield subject


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str) -> None:
    """Within a few hundred inputs, and it can be repeated from what is printed."""
    with closing(Subject(around(PLANTED[name]))) as subject:
        search = Search(subject, seed=0)
        while not search.finds and search.tried < INPUTS:
            search.run(inputs=search.tried + 1)
        assert search.finds, f"{search.tried} inputs found nothing"
        recipe = search.finds[0].recipe
        assert Recipe.read(str(recipe)) == recipe
        HELD.clear()


def around(fault: Callable[[Scope], None]) -> Callable[[Mockserver], ASGIApp]:
    """Puts a fault in front of the stand-in."""

    def with_fault(app: Mockserver) -> ASGIApp:
        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            fault(scope)
            await app(scope, receive, send)

        return faulty

    return with_fault


def test_the_stand_in_has_no_such_input(subject: Subject) -> None:
    """A short search; `make fuzz` takes a minute."""
    search = Search(subject, seed=0)
    search.run(inputs=60)
    assert [str(find) for find in search.finds] == []


ALLOCATIONS = (
    "body POST /api/non-insurance-payer-refunds/v1  "
    '{"non_insurance_payer_id":"d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32","amount_cents":1,"allocations":[...]}'
)
FOUND = [
    (ALLOCATIONS, "{},", " ", 65_536),
    ('body POST /_mock/worlds/fuzz/limits  {"headers":"..."}', "%%C3%A9", " ", 65_536),
    ("query non_insurance_payer_id", "%2F", "&", 65_536),
    ("form ...", "%2F", "&", 65_536),
    ('body POST /_mock/worlds  {"name":"a","fixture":"/....json"}', "#", "/", 65_536),
    ("GET /_mock/w/...", "%!", "/", 65_536),
    ("GET /_mock/worlds/...", "%", "", 65_536),
    ("file .yaml {...}", "x{n}: y\r\n", ",", 65_536),
    ("GET /...", "!#$%&()*+-./0123456789:;<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ", "", 57_000),
]


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found[0])
def test_what_was_found_costs_little(found: tuple[str, str, str, int], subject: Subject) -> None:
    """Each input that once cost too much."""
    cost = Search(subject, seed=0).confirmed(Recipe.read(json.dumps(found)))
    assert cost.milliseconds < MOST_MILLISECONDS
    assert cost.peak_bytes < MOST_BYTES


def test_every_template_has_a_hole_and_a_name_of_its_own(subject: Subject) -> None:
    """What fills it makes the input longer; the name finds it again."""
    names = [template.name for template in TEMPLATES]
    assert len(set(names)) == len(names)
    for index in range(len(TEMPLATES)):
        short, long = (len(Recipe(index, b"a", b"", size).data()) for size in (1, 20_000))
        assert long > short
        assert subject.cost(Recipe(index, b"a", b"", 1)).milliseconds >= 0
