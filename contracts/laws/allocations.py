"""How an amount is spread: each kind of target, and the rules of allocations."""

from contracts.generate.values import LIST_SIZES
from contracts.kernel.expect import Json, by_rule, equal, not_found, parts, refused, value, whole
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, implied, scoped
from contracts.laws.scenes import allocated, created
from contracts.model.create import resolve
from contracts.model.organization import allocation_targets

TARGETS = documented("create page: allocations, target; response, target")


def _maps(session: Session, kind: str) -> None:
    target = session.need(allocation_targets(session.organization, kind), f"a target of {kind}")
    made = created(session, allocations=[{"amount_cents": 100, "target": dict(target)}])
    equal(len(parts(made, "allocations")), 1, "number of allocations")
    shown = whole(made, "allocations", 0, "target")
    equal(shown, resolve(session.organization, target)[0], "/allocations/0/target")


@scoped("A service line comes with its claim and encounter.", TARGETS)
def target_service_line(session: Session) -> None:
    """Allocate to a service line."""
    _maps(session, "service_line_by_id")


@scoped("A claim comes back with its encounter.", TARGETS)
def target_claim(session: Session) -> None:
    """Allocate to a claim."""
    _maps(session, "claim_by_id")


@scoped("An external encounter id leads to its claim.", TARGETS)
def target_encounter(session: Session) -> None:
    """Allocate by an encounter's external id."""
    _maps(session, "claim_by_encounter_external_id")


@scoped("A billing provider comes back as itself.", TARGETS)
def target_billing_provider(session: Session) -> None:
    """Allocate to a billing provider."""
    _maps(session, "billing_provider_by_id")


@scoped("An appointment comes back with its patient.", TARGETS)
def target_appointment(session: Session) -> None:
    """Allocate to an appointment."""
    _maps(session, "appointment_by_id_and_patient_external_id")


@scoped("An unattributed allocation comes back as unattributed.", TARGETS)
def target_unattributed(session: Session) -> None:
    """Allocate to nothing."""
    _maps(session, "unattributed")


@scoped(
    "Allocations come back in the order sent, each with its own amount.",
    implied("create page: allocations is a list"),
)
def allocations_keep_order(session: Session) -> None:
    """Send three parts of different sizes, the largest in the middle."""
    known = allocation_targets(session.organization)
    session.need(known[:3][2:], "three targets")
    sent = list(zip((20, 70, 10), (known[-1], known[0], known[len(known) // 2]), strict=True))
    made = created(session, allocations=[{"amount_cents": c, "target": t} for c, t in sent])
    due = [(cents, resolve(session.organization, target)[0]) for cents, target in sent]
    shown = [
        (value(made, "allocations", at, "amount_cents"), value(made, "allocations", at, "target"))
        for at in range(len(parts(made, "allocations")))
    ]
    equal(shown, due, "allocations")


@scoped(
    "Allocations come back however many there are.",
    assumed("the schema bounds no list"),
    cost=len(LIST_SIZES),
)
def allocations_are_all_kept(session: Session) -> None:
    """Send up to 100 parts, to targets that differ where they must."""
    known = allocation_targets(session.organization)
    for count in LIST_SIZES:
        targets = known[:count] if count <= len(known) else [{"type": "unattributed"}] * count
        if count > len(known) and session.enforced("allocation-target-unique") is not False:
            break
        sent = [{"amount_cents": 1 + at, "target": target} for at, target in enumerate(targets)]
        total = sum(range(1, count + 1))
        made = created(session, amount_cents=total, allocations=sent)
        equal(len(parts(made, "allocations")), count, "number of allocations")


@scoped(
    "A target that does not exist is answered by 404 with the id that leads nowhere.",
    implied("create page: Entity Not Found Error; targets are entities"),
    cost=6,
    rule="target-exists",
)
def target_unknown_is_404(session: Session) -> None:
    """Aim at nothing, once for each kind, and at an appointment of another patient."""
    unknown, free = session.unknown_id(), session.unique("x")
    aims: list[tuple[Json, str]] = [
        ({"type": "service_line_by_id", "value": unknown}, unknown),
        ({"type": "claim_by_id", "value": unknown}, unknown),
        ({"type": "billing_provider_by_id", "value": unknown}, unknown),
        ({"type": "claim_by_encounter_external_id", "value": free}, free),
    ]
    known = [appointment for appointment, _ in sorted(session.organization.appointments)[:1]]
    for appointment in (free, *known):
        kind = {"type": "appointment_by_id_and_patient_external_id", "appointment_id": appointment}
        aims.append(({**kind, "patient_external_id": session.unique("y")}, appointment))
    for target, missing in aims:
        not_found(allocated(session, target), missing)


@scoped("A target has one of the six types.", TARGETS, cost=2)
def target_type_is_known(session: Session) -> None:
    """Send an unknown type and none."""
    for target in ({"type": "payer_by_id", "value": session.unknown_id()}, {}):
        refused(allocated(session, target))


@scoped("A target has the fields of its type.", TARGETS, cost=2)
def target_has_its_fields(session: Session) -> None:
    """Leave out a value and half of an appointment's key."""
    for target in (
        {"type": "claim_by_id"},
        {"type": "appointment_by_id_and_patient_external_id", "appointment_id": "a"},
    ):
        refused(allocated(session, target))


@scoped(
    "Allocations that do not add up to the amount are answered as the rule says.",
    implied("update page: allocations must be appropriately updated as well"),
    cost=2,
    rule="allocation-sum",
)
def allocation_sum_by_rule(session: Session) -> None:
    """Allocate one cent too few, and one too many."""
    for cents in (99, 101):
        by_rule(allocated(session, cents=cents), "allocation-sum")


@scoped(
    "Two allocations to one target are answered as the rule says.",
    assumed("the page's own example has two, so most likely they are let in"),
    rule="allocation-target-unique",
)
def allocation_target_unique_by_rule(session: Session) -> None:
    """Allocate to one billing provider twice."""
    kind = "billing_provider_by_id"
    target = session.need(allocation_targets(session.organization, kind), "a billing provider")
    part = {"amount_cents": 50, "target": target}
    by_rule(session.create(session.body(allocations=[part, part])), "allocation-target-unique")


@scoped(
    "A refund without allocations is answered as the rule says.",
    assumed("the list is required, and nothing says how long it is"),
    rule="allocation-present",
)
def allocation_present_by_rule(session: Session) -> None:
    """Allocate nothing."""
    session.need([1] if session.enforced("allocation-sum") is not None else [], "known rules")
    exchange = session.create(session.body(allocations=[]))
    both = ("allocation-present", "allocation-sum")
    by_rule(exchange, next((rule for rule in both if session.enforced(rule)), both[0]))


LAWS = (
    target_service_line,
    target_claim,
    target_encounter,
    target_billing_provider,
    target_appointment,
    target_unattributed,
    allocations_keep_order,
    allocations_are_all_kept,
    allocation_target_unique_by_rule,
    allocation_present_by_rule,
    allocation_sum_by_rule,
    target_type_is_known,
    target_has_its_fields,
    target_unknown_is_404,
)
