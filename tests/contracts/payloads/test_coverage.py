"""Records hit every keyword on each side, rule, union branch, errorName and documented status."""

import pytest

from contracts.model.rules import RULES
from contracts.payloads.coverage import coverage, gaps, sites, table
from contracts.reports.coverage.document import UNREACHABLE
from tests.contracts.payloads.settings import all_records, unearmarked

EVERY = (*all_records("default"), *all_records("strict"), *unearmarked())
FOUND = coverage(EVERY)


def test_nothing_is_left_out() -> None:
    """No keyword, branch, rule, refusal, status or errorName is without a record."""
    assert not gaps(FOUND)


def test_a_gap_shows() -> None:
    """Without the records of a place, that place is a gap."""
    rest = [r for r in EVERY if all(site.pointer != "/refund_reason" for site in r.bends)]
    assert "create /refund_reason enum out" in gaps(coverage(rest))


def test_the_document_has_many_sites() -> None:
    """The walk of the document finds the places one would name by hand."""
    found = set(sites())
    assert len(found) > 150
    for site in (
        "create /allocations/*/target/value format out",
        "create /allocations/*/target oneOf unattributed",
        "update /refund_note/type const out",
        "get_multi ?limit maximum in",
        "get {non_insurance_payer_refund_id} format out",
        "token /client_id maxLength out",
    ):
        assert site in found


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_each_rule_refuses_and_is_kept(rule: str) -> None:
    """Each rule is bent by a record, and refuses one where every rule is enforced."""
    groups = [group for group in FOUND if group.name.startswith("rule")]
    assert len(groups) == 2
    for group in groups:
        assert [point for point in group.points if point.name == rule and point.outcomes]


def test_a_payload_counts_by_the_answer_it_should_get() -> None:
    """Values within a bound are accepted, and those beyond it refused."""
    sides = {point.name: point for point in FOUND[0].points}
    assert sides["create /amount_cents maximum in"].accepted
    assert not sides["create /amount_cents maximum in"].refused
    assert sides["create /amount_cents maximum out"].refused


def test_the_table_says_what_cannot_be_hit() -> None:
    """Statuses that no request can get stand in the table with the reason."""
    text = table(all_records())
    for reason in UNREACHABLE.values():
        assert reason in text
