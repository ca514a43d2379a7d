"""How money is set aside for what does not exist yet: earmarks of unattributed allocations."""

from contracts.kernel.expect import Json, by_rule, matches, refused, succeeded, whole
from contracts.kernel.session import Session
from contracts.laws.define import documented, scoped
from contracts.laws.scenes import allocated
from contracts.model.match import ANY_UUID
from contracts.model.organization import allocation_targets

SHAPE = documented("create page: allocations, earmark")


def _of_day(day: str) -> Json:
    return {"type": "date_of_service", "value": day}


@scoped(
    "An earmark comes back with its target and an id of its own.",
    documented("create page: response, earmark"),
    cost=3,
    rule="earmark-enabled",
)
def earmark_comes_back(session: Session) -> None:
    """Send an earmark of each type, and one of a long text."""
    session.need([1] if session.organization.earmarking else [], "earmarking")
    for earmark in (
        _of_day("2024-02-29"),
        {"type": "external_encounter_id", "value": session.unique("enc")},
        {"type": "external_encounter_id", "value": session.unique("enc").ljust(256, "0")},
    ):
        shown = whole(succeeded(allocated(session, earmark=earmark)), "allocations", 0)
        matches(shown, {"earmark": {"id": ANY_UUID, "target": earmark}})


@scoped(
    "An earmark is refused where the organization has no earmarking.",
    documented("create page: earmark, if enabled for your organization"),
    rule="earmark-enabled",
)
def earmark_needs_enabling(session: Session) -> None:
    """Send an earmark to an organization that has none."""
    session.need([] if session.organization.earmarking else [1], "an organization without earmarks")
    by_rule(allocated(session, earmark=_of_day("2024-02-29")), "earmark-enabled")


@scoped(
    "An earmark on an attributed allocation is answered as the rule says.",
    documented("create page: earmark, only for unattributed allocations"),
    rule="earmark-unattributed-only",
)
def earmark_is_unattributed(session: Session) -> None:
    """Send an earmark with a claim."""
    session.need([1] if session.organization.earmarking else [], "earmarking")
    target = session.need(allocation_targets(session.organization, "claim_by_id"), "a claim")
    by_rule(allocated(session, target, earmark=_of_day("2024-02-29")), "earmark-unattributed-only")


@scoped("An earmark's date of service is a real day.", SHAPE, cost=2)
def earmark_has_a_day(session: Session) -> None:
    """Send a day that does not exist and one written otherwise."""
    for day in ("2023-02-29", "02/28/2023"):
        refused(allocated(session, earmark=_of_day(day)))


LAWS = (earmark_is_unattributed, earmark_needs_enabling, earmark_comes_back, earmark_has_a_day)
