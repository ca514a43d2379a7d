"""The catalog of rules is the contract's table, its texts are whole, and its profiles follow it."""

from __future__ import annotations

import re

import pytest

from mockserver.errors import SettingsError
from mockserver.rules import ALL, BY_ID, PROFILES, Rule, levels
from mockserver.spec.facts import ERROR_STATUSES, EVIDENCE
from tests.organization import DOCUMENT, UNKNOWN
from tests.rules.conftest import Make
from tests.rules.contract import CONTRACT, OWN, SHAPE_AND_EXISTENCE

each_rule = pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)


def test_rules_are_those_of_the_contract() -> None:
    """Every rule of the contract is there with its evidence and default, and two of our own."""
    found = {rule.id: (rule.evidence, rule.default) for rule in ALL}
    assert found == {**CONTRACT, **OWN}


def test_ids_are_unique() -> None:
    """No two rules share an id, and an id finds its rule."""
    assert [rule.id for rule in ALL] == list(BY_ID)
    assert all(BY_ID[rule.id] is rule for rule in ALL)


@each_rule
def test_a_rule_tells_all_there_is_to_know(rule: Rule) -> None:
    """Each text of a rule is a part of a sentence: it says something, and ends without a stop."""
    assert re.fullmatch(r"[a-z]+[0-9]*(-[a-z]+[0-9]*)*", rule.id)
    for text in (rule.what, rule.source, rule.relaxed):
        assert len(text.split()) >= 3, text
        assert text == text.strip()
        assert not text.endswith("."), text
    assert rule.evidence in EVIDENCE
    assert rule.error_name in ERROR_STATUSES
    assert rule.check.__doc__


@each_rule
def test_a_rule_described_is_text(rule: Rule) -> None:
    """A row of the printed table has all but the check, as text."""
    row = rule.described()
    assert row.keys() == {
        "id",
        "what",
        "evidence",
        "source",
        "default",
        "stage",
        "relaxed",
        "error_name",
    }
    assert all(row.values()), row


def test_rules_about_existence_answer_404() -> None:
    """A rule of the stage of existence is refused with EntityNotFoundError, and no other is."""
    for rule in ALL:
        found = rule.error_name == "EntityNotFoundError"
        assert found == (rule.stage == "existence"), rule.id


def test_profile_default_is_the_contracts_column() -> None:
    """Profile default has the level of the contract's last column for each rule."""
    assert PROFILES["default"] == {rule: row[1] for rule, row in {**CONTRACT, **OWN}.items()}


def test_profile_strict_enforces_all() -> None:
    """Profile strict enforces every rule."""
    assert PROFILES["strict"] == dict.fromkeys(BY_ID, "enforce")


def test_profile_lenient_enforces_shape_and_existence() -> None:
    """Profile lenient enforces shape and existence, and has all other rules off."""
    enforced = {rule for rule, level in PROFILES["lenient"].items() if level == "enforce"}
    assert enforced == SHAPE_AND_EXISTENCE
    assert PROFILES["lenient"].keys() == BY_ID.keys()
    assert set(PROFILES["lenient"].values()) == {"enforce", "off"}


def test_one_rule_set_leaves_the_others() -> None:
    """A rule set by itself has that level, and every other the profile's."""
    chosen = levels("strict", {"payer-enabled": "off", "allocation-sum": "warn"})
    changed = {rule: level for rule, level in chosen.items() if level != "enforce"}
    assert changed == {"payer-enabled": "off", "allocation-sum": "warn"}


@pytest.mark.parametrize(
    ("profile", "rules", "told"),
    [
        ("severe", {}, "profile 'severe' is not known; use one of default, strict, lenient"),
        ("default", {"payer-exist": "off"}, "rule 'payer-exist' is not known; did you mean"),
        ("default", {"zzz": "off"}, "rule 'zzz' is not known; `mockserver rules` lists all"),
        ("default", {"payer-exists": "no"}, "level 'no' of rule payer-exists is not enforce"),
    ],
)
def test_a_bad_setting_is_told(profile: str, rules: dict[str, str], told: str) -> None:
    """A profile, rule or level that is not known is refused with its value and what would do."""
    with pytest.raises(SettingsError, match=re.escape(told)):
        levels(profile, rules)


@pytest.mark.parametrize(
    ("in_fixture", "in_settings", "status"),
    [
        ({}, {}, 404),
        ({"rules": {"payer-exists": "off"}}, {}, 200),
        ({"rules": {"payer-exists": "off"}}, {"rules": {"payer-exists": "enforce"}}, 404),
        ({"rules": {"payer-exists": "off"}, "profile": "strict"}, {}, 200),
        ({"rules": {"payer-exists": "off"}}, {"profile": "strict"}, 200),
        ({"profile": "strict"}, {"rules": {"payer-exists": "warn"}}, 200),
    ],
)
def test_settings_win_over_the_fixture(
    make: Make, in_fixture: dict[str, object], in_settings: dict[str, object], status: int
) -> None:
    """A rule set by the settings wins over the fixture's, and either over any profile."""
    client = make({**DOCUMENT, "settings": in_fixture}, **in_settings)
    assert client.create(non_insurance_payer_id=UNKNOWN).status == status


def test_the_profile_of_the_settings_wins_over_the_fixtures(make: Make) -> None:
    """A fixture's profile counts until the settings name another."""
    document = {**DOCUMENT, "settings": {"profile": "strict"}}
    assert make(document).create(allocations=[]).status == 422
    assert make(document, profile="default").create(allocations=[]).status == 200
