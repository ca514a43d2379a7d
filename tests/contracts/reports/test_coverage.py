"""Coverage counts what requests and replies show, and nothing that they do not."""

import json

import pytest

from contracts.kernel.session import Session
from contracts.model import ID
from contracts.reports.coverage import coverage
from tests.contracts.reports import runs
from tests.contracts.reports.calls import points, reached


def test_nothing_sent_reaches_nothing() -> None:
    """Without exchanges every share is nought of many, and the tables are whole all the same."""
    found = coverage(())
    assert found.requests == 0
    assert all(share.reached == 0 < share.possible for share in found.shares.values())


def test_answers_are_counted_by_name() -> None:
    """A create, a missing refund and a refused limit are three kinds of answer."""

    def script(session: Session) -> None:
        session.new_refund()
        session.get(session.unknown_id())
        session.get_multi({"limit": 0})

    seen = {
        (a.operation, a.status, a.error_name): a.known for a in reached(script).answers if a.seen
    }
    assert seen == {
        ("create", 200, ""): True,
        ("get", 404, "EntityNotFoundError"): True,
        ("get_multi", 422, "UnprocessableEntityError"): True,
    }


@pytest.mark.parametrize(
    ("limit", "point"),
    [
        ("-5", "less than 0"),
        ("0", "0"),
        ("1", "1"),
        ("2", "between 1 and 999"),
        ("998", "between 1 and 999"),
        ("999", "999"),
        ("1000", "1000"),
        ("1001", "more than 1000"),
        ("ten", "no integer"),
        ("9" * 20, "more than 1000"),
    ],
)
def test_limits_have_two_sides(limit: str, point: str) -> None:
    """Each limit is on its side of each bound, with what became of it."""
    found = points(reached(lambda s: void(s.get_multi({"limit": limit}))), "limit of a list")
    accepted = limit.isdigit() and len(limit) < 5 and 1 <= int(limit) <= 999
    assert found == {point: (1, 0) if accepted else (0, 1)}


@pytest.mark.parametrize(
    ("amount", "point"),
    [
        (-1, "less than 0"),
        (0, "0"),
        (1, "1"),
        (1.0, "1"),
        (2**31 - 1, "2147483647"),
        (2**31, "2147483648"),
        (2**31 + 1, "more than 2147483648"),
        (True, "no integer"),
        ("1", "no integer"),
        (1.5, "no integer"),
        ([], "no integer"),
    ],
)
def test_amounts_have_two_sides(amount: object, point: str) -> None:
    """Each amount is on its side of each bound, of the refund and of its part alike."""
    part = {"amount_cents": amount, "target": {"type": "unattributed"}}
    found = reached(lambda s: void(s.create({"amount_cents": amount, "allocations": [part]})))
    for group in ("amount_cents of a refund", "amount_cents of a part"):
        assert points(found, group) == {point: (0, 1)}


@pytest.mark.parametrize(
    ("parts", "point"),
    [([], "none"), ([{}], "1"), ([{}] * 2, "2"), ([{}] * 9, "3 or more"), ({}, "something else")],
)
def test_lists_have_lengths(parts: object, point: str) -> None:
    """Allocations are counted up to three; what is no list is something else."""
    found = reached(lambda s: void(s.create({"allocations": parts})))
    assert points(found, "allocations of a refund") == {point: (0, 1)}


def test_the_sum_is_compared() -> None:
    """Allocations below, at and above the amount are three points."""

    def script(session: Session) -> None:
        for cents in (99, 100, 101, 102):
            part = {"amount_cents": cents, "target": {"type": "unattributed"}}
            session.create(session.body(amount_cents=100, allocations=[part]))

    found = points(reached(script), "sum of the allocations")
    assert {name: sum(counts) for name, counts in found.items()} == {
        "less than the amount": 1,
        "the amount": 1,
        "more than the amount": 2,
    }


def test_a_401_says_nothing_of_bounds() -> None:
    """A request that was not let in reaches no bound and no branch."""

    def script(session: Session) -> None:
        from contracts.model import REFUNDS
        from contracts.targets.target import Request

        session.send(Request("GET", REFUNDS, (("limit", "1"),), authorized=False))

    found = reached(script)
    assert (found.shares["bounds"].reached, found.shares["branches"].reached) == (0, 0)
    assert found.shares["answers"].reached == 1


def test_changes_of_an_update_are_branches() -> None:
    """Set, remove, an empty object, no body and an unknown kind are told apart."""

    def script(session: Session) -> None:
        refund = session.new_refund()[ID]
        session.update(refund, {"refund_note": {"type": "set", "value": "a"}})
        session.update(refund, {"refund_note": {"type": "remove"}, "invoice_id": None})
        session.update(refund, {})
        session.update(refund)
        session.update(refund, {"refund_reason": {"type": "keep"}})
        session.update(refund, b"[1")

    assert points(reached(script), "changes of an update") == {
        "refund_note set": (1, 0),
        "refund_note remove": (1, 0),
        "an empty object": (1, 0),
        "no body": (1, 0),
        "something else": (1, 1),
    }


def test_page_tokens_are_known_by_where_they_came_from() -> None:
    """A token is next or prev as an answer named it, and never given otherwise."""

    def script(session: Session) -> None:
        for _ in range(3):
            session.new_refund()
        first = session.get_multi({"limit": 1})
        second = session.get_multi({"limit": 1, "page_token": first.answer["next_page_token"]})
        session.get_multi({"limit": 1, "page_token": second.answer["prev_page_token"]})
        session.get_multi({"page_token": "invented"})

    assert points(reached(script), "page tokens sent") == {
        "none": (1, 0),
        "next": (1, 0),
        "prev": (1, 0),
        "never given": (0, 1),
    }


def test_a_real_run_reaches_nearly_all() -> None:
    """The directed scripts reach every known answer and every branch."""
    shares = coverage(runs.good().exchanges).shares
    for name in ("answers", "branches"):
        assert shares[name].reached == shares[name].possible, (name, shares[name])


def test_text_and_document_tell_the_same() -> None:
    """The plain text is at most 100 columns wide and has each group; the document is JSON."""
    found = coverage(runs.good().exchanges)
    text, document = found.text(), found.document()
    assert max(map(len, text.splitlines())) <= 100
    assert json.loads(json.dumps(document)) == document
    for group in (*found.bounds, *found.branches):
        assert f"\n{group.name}\n" in text


def void(_value: object) -> None:
    """Drop a value, so that a lambda may be a script."""
