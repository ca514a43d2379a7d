"""Every rule at its edges: enforced it refuses, warned it says so, and off it lets pass."""

from __future__ import annotations

import pytest

from mockserver.rules import BY_ID
from tests.client import Answer, Client
from tests.rules.case import Case
from tests.rules.conftest import Make
from tests.rules.table import CASES, EVERY

each_case = pytest.mark.parametrize(("rule", "case"), EVERY.values(), ids=EVERY)


def held(make: Make, rule: str, level: str, case: Case) -> Client:
    """A stand-in that holds this rule so, enforces shape and existence, and asks nothing else."""
    return make(case.document, profile="lenient", rules={rule: level})


def told(answer: Answer, header: str, rule: str, case: Case) -> bool:
    """Whether a header names the rule, the place and the value, and then what is accepted."""
    beginning = f"{rule}: {case.told}"
    lines = [line for line in answer.all(header) if line.startswith(beginning)]
    return len(lines) == 1 and case.accepted in lines[0].partition("; expected ")[2]


def test_the_table_has_every_rule() -> None:
    """Each rule of the stand-in has a case, and each case has a rule of the stand-in."""
    assert CASES.keys() == BY_ID.keys()


@pytest.mark.parametrize("level", ["enforce", "warn", "off"])
@each_case
def test_a_request_that_keeps_the_rule(make: Make, rule: str, case: Case, level: str) -> None:
    """The last value that keeps a rule is answered 200 without a remark at any level."""
    answer = case.kept(held(make, rule, level, case))
    assert answer.status == 200, answer.body
    assert answer.all("mock-warning") == answer.all("mock-refusal") == []


@each_case
def test_an_enforced_rule_refuses(make: Make, rule: str, case: Case) -> None:
    """The first value that breaks an enforced rule is refused with its error and told of."""
    answer = case.breached(held(make, rule, "enforce", case))
    assert (answer.status, answer.error) == (case.status, case.error), answer.body
    assert told(answer, "mock-refusal", rule, case), answer.all("mock-refusal")
    assert not any(line.startswith(f"{rule}:") for line in answer.all("mock-warning"))


@each_case
def test_a_refusal_has_its_content(make: Make, rule: str, case: Case) -> None:
    """A 404 has the id that was not found; any other refusal the message, as the header has it."""
    answer = case.breached(held(make, rule, "enforce", case))
    content = answer.json["content"]
    if case.status == 404:
        assert content == {"id": case.entity_id}
    else:
        assert content == {"message": ". ".join(answer.all("mock-refusal"))}


@each_case
def test_a_warned_rule_answers_and_says_so(make: Make, rule: str, case: Case) -> None:
    """The first value that breaks a warned rule is answered as if it were off, and told of."""
    client = held(make, rule, "warn", case)
    answer = case.breached(client)
    assert answer.status == case.relaxed_status, answer.body
    assert told(answer, "mock-warning", rule, case), answer.all("mock-warning")
    assert not any(line.startswith(f"{rule}:") for line in answer.all("mock-refusal"))
    case.relaxed(client, answer)


@each_case
def test_a_rule_that_is_off_is_silent(make: Make, rule: str, case: Case) -> None:
    """The first value that breaks a rule that is off is answered as `relaxed` says, and no more."""
    client = held(make, rule, "off", case)
    answer = case.breached(client)
    assert answer.status == case.relaxed_status, answer.body
    assert answer.all("mock-warning") == []
    case.relaxed(client, answer)
