"""The reference model reads values and bodies as the contract says, and never changes a state."""

import pytest

from contracts.generate.values import BAD_TIMESTAMPS, BAD_UUIDS, HOSTILE_BODIES, TIMESTAMPS
from contracts.kernel.session import Session
from contracts.model import REFUNDS, initial_state, predict
from contracts.model.body import read_body
from contracts.model.match import ABSENT, ANY_UUID, Moment, Perhaps, difference
from contracts.model.problems import Problems
from contracts.model.rules import BY_ID, RULES, profile
from contracts.model.values import instant_or_none, integer_or_none, uuid_or_none
from contracts.targets.target import Request, json_request
from tests.contracts.organization import organization
from tests.contracts.settings import target_of, terms_of

STATE = initial_state(organization())


@pytest.mark.parametrize("text", TIMESTAMPS)
def test_good_timestamps_are_instants(text: str) -> None:
    """Every timestamp of the pool is an instant with an offset."""
    read = instant_or_none(text)
    assert read is not None
    assert read[1]


@pytest.mark.parametrize("text", BAD_TIMESTAMPS)
def test_bad_timestamps_are_none(text: str) -> None:
    """What is no date-time of RFC 3339 is no instant."""
    assert instant_or_none(text) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2024-01-15T09:30:00Z", "2024-01-15T14:30:00+05:00"),
        ("2024-01-15T09:30:00.50Z", "2024-01-15 09:30:00.5z"),
        ("2024-02-29T23:30:00-01:00", "2024-03-01T00:30:00Z"),
    ],
)
def test_offsets_and_fractions_are_read(text: str, same: str) -> None:
    """Two writings of one instant are equal as instants."""
    assert instant_or_none(text) == instant_or_none(same)


def test_instants_end_with_the_calendar() -> None:
    """An instant whose year in UTC would be 0 or 10000 is none."""
    assert instant_or_none("0001-01-01T00:00:00+00:01") is None
    assert instant_or_none("9999-12-31T23:59:59-00:01") is None


@pytest.mark.parametrize("text", BAD_UUIDS)
def test_bad_uuids_are_none(text: str) -> None:
    """Only the canonical form is a uuid."""
    assert uuid_or_none(text) is None


def test_integers_may_have_a_point() -> None:
    """5.0 and 1E2 are integers; 1.5, true and "1" are not."""
    read = read_body(b'{"a":5.0,"b":1E2,"c":1.5,"d":true,"e":"1","f":1e400}').value
    assert read is not None
    assert [integer_or_none(read[key]) for key in "abcde"] == [5, 100, None, None, None]
    assert (integer_or_none(read["f"]) or 0) > 2**31


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=range(len(HOSTILE_BODIES)))
def test_hostile_bodies_are_refused(body: bytes) -> None:
    """Every hostile body is refused by 422 and nothing else."""
    request = Request("POST", REFUNDS, body=body, headers=(("content-type", "application/json"),))
    assert {outcome.status for outcome in predict(request, STATE).outcomes} == {422}


def test_a_prediction_changes_no_state() -> None:
    """Learning from an answer gives a new state and leaves the old one as it was."""
    terms = terms_of()
    session = Session(target_of(terms), terms)
    before = session.state
    session.new_refund()
    assert before.refunds == {}
    assert len(session.state.refunds) == 1


def test_shape_comes_before_existence_and_that_before_business() -> None:
    """Of several broken rules the earliest stage answers."""
    rules = profile("default")

    def statuses(*names: str) -> list[str | None]:
        problems = Problems()
        for name in names:
            problems.add(name, "/", "x")
        return [outcome.rule for outcome in problems.outcomes(rules)]

    assert statuses("payer-exists", "body-shape") == ["body-shape"]
    assert statuses("amount-positive", "payer-exists", "invoice-exists") == ["payer-exists"]
    assert statuses("amount-int32", "payer-exists") == ["amount-int32", "payer-exists"]
    assert statuses("allocation-sum") == [None]


def test_levels_decide() -> None:
    """A rule that is enforced refuses, one that is off accepts, an unknown one may do both."""
    body = {
        "non_insurance_payer_id": organization().enabled_payers()[0],
        "amount_cents": 3,
        "allocations": [{"amount_cents": 2, "target": {"type": "unattributed"}}],
    }
    request = json_request("POST", REFUNDS, body)
    for level, due in (("enforce", {422}), ("off", {200}), ("any", {200, 422})):
        state = initial_state(organization(), rules=profile(allocation_sum=level))  # type: ignore[arg-type]
        assert {o.status for o in predict(request, state).outcomes} == due, level


def test_differences_name_their_place() -> None:
    """Open places, absent members and instants are matched; what differs is told by its path."""
    expected = {"id": ANY_UUID, "note": ABSENT, "at": Moment(TIMESTAMPS[0]), "x": Perhaps(ANY_UUID)}
    uuid = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"
    good = {"id": uuid, "at": TIMESTAMPS[1], "more": 1}
    assert difference(expected, good) is None
    for bad, at in (
        ({**good, "note": "n"}, "/note"),
        ({**good, "id": "x"}, "/id"),
        ({**good, "at": TIMESTAMPS[2]}, "/at"),
        ({**good, "x": 1}, "/x"),
        ({"id": uuid}, "/at"),
    ):
        found = difference(expected, bad)
        assert found is not None
        assert found.at == at
    assert difference(1, True) is not None


def test_the_table_of_rules_is_whole() -> None:
    """Every rule has an id of its own, and every profile names a level for each."""
    assert len(BY_ID) == len(RULES)
    for name in ("default", "strict", "lenient", "unknown"):
        assert set(profile(name)) == set(BY_ID)
