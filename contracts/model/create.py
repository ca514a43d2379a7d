"""What a create must answer: who must exist, the rules of a refund, and the record that appears."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.model.body import read_body
from contracts.model.match import ABSENT, ANY_CENTS, ANY_INSTANT, ANY_UUID, Moment, Perhaps
from contracts.model.organization import Organization
from contracts.model.prediction import ANYTHING, Prediction, Template
from contracts.model.problems import Problems
from contracts.model.shapes import CREATE, TARGETS, Fields, read_object
from contracts.model.state import ID, State
from contracts.targets.target import Request

Json = dict[str, Any]
Targets = list[Json | None]
Resolved = tuple[Json | None, str | None]


def predict_create(request: Request, state: State) -> Prediction:
    """The answers allowed to a create in this state."""
    problems = Problems()
    sent = sent_fields(request, CREATE, problems)
    fields = sent or {}
    targets = _existence(fields, state.organization, problems)
    _business(fields, targets, state, problems)
    outcomes = problems.outcomes(state.rules)
    if sent is None or not any(outcome.status == 200 for outcome in outcomes):
        return Prediction("create", outcomes, ANYTHING, State.with_record)
    record = _record(fields, targets, state.organization)
    return Prediction("create", outcomes, Template(record), State.with_record)


def sent_fields(request: Request, known: Fields, problems: Problems) -> Json | None:
    """The known fields of a body, None where it is no JSON object.

    It goes as application/json, whatever the parameters; of no body nothing is said.
    """
    media = request.header("content-type") or ""
    if media.split(";")[0].strip().lower() != "application/json":
        problems.add("content-type", "Content-Type", media, doubt=not request.body)
    body = read_body(request.body or b"")
    if body.value is None or body.doubtful:
        problems.add("body-json", "", request.body, doubt=body.doubtful)
    return None if body.value is None else read_object(body.value, known, "", problems)


def _existence(fields: Json, organization: Organization, problems: Problems) -> Targets:
    payer, invoice = fields.get("non_insurance_payer_id"), fields.get("invoice_id")
    if payer is not None and payer not in organization.payers:
        problems.add("payer-exists", "/non_insurance_payer_id", payer)
    if invoice is not None and invoice not in organization.invoices:
        problems.add("invoice-exists", "/invoice_id", invoice)
    targets = []
    for index, allocation in enumerate(fields.get("allocations") or ()):
        target, missing = resolve(organization, allocation.get("target") or {})
        if target is None and missing is not None:
            problems.add("target-exists", f"/allocations/{index}/target", missing)
        targets.append(target)
    return targets


def resolve(organization: Organization, target: Mapping[str, Any]) -> Resolved:
    """The target as answers show it, or None with the id that leads nowhere.

    Both are None where the target is not of its shape.
    """
    kind = target.get("type", "")
    if kind not in TARGETS or any(target.get(name) is None for name in TARGETS[kind]):
        return None, None
    values = [target[name] for name in TARGETS[kind]]
    return _RESOLVERS[kind](organization, *values), values[0] if values else ""


def _service_line(organization: Organization, line: str) -> Json | None:
    if line not in organization.service_lines:
        return None
    claim, encounter = organization.service_lines[line]
    shown = {"service_line_id": line, "claim_id": claim, "encounter_id": encounter}
    return {"type": "service_line", **shown}


def _claim(organization: Organization, claim: str) -> Json | None:
    if claim not in organization.claims:
        return None
    return {"type": "claim", "claim_id": claim, "encounter_id": organization.claims[claim]}


def _encounter(organization: Organization, external: str) -> Json | None:
    if external not in organization.encounters:
        return None
    claim, encounter = organization.encounters[external]
    return {"type": "claim", "claim_id": claim, "encounter_id": encounter}


def _provider(organization: Organization, provider: str) -> Json | None:
    known = provider in organization.billing_providers
    return {"type": "billing_provider_id", "billing_provider_id": provider} if known else None


def _appointment(organization: Organization, appointment: str, patient: str) -> Json | None:
    shown = {"appointment_id": appointment, "patient_external_id": patient}
    known = (appointment, patient) in organization.appointments
    return {"type": "appointment", **shown} if known else None


_RESOLVERS: Mapping[str, Callable[..., Json | None]] = {
    "service_line_by_id": _service_line,
    "claim_by_id": _claim,
    "claim_by_encounter_external_id": _encounter,
    "billing_provider_by_id": _provider,
    "appointment_by_id_and_patient_external_id": _appointment,
    "unattributed": lambda _: {"type": "unattributed"},
}


def _business(fields: Json, targets: Targets, state: State, problems: Problems) -> None:
    allocations = fields.get("allocations")
    if allocations is None:
        return
    amount = fields.get("amount_cents")
    if not allocations:
        problems.add("allocation-present", "/allocations", allocations)
    parts = [part["amount_cents"] for part in allocations if part.get("amount_cents") is not None]
    if amount is not None and len(parts) == len(allocations) and sum(parts) != amount:
        problems.add("allocation-sum", "/allocations", sum(parts))
    _uniqueness(allocations, targets, problems)
    for index, part in enumerate(allocations):
        _earmark(part, f"/allocations/{index}/earmark", state.organization, problems)
    _payer(fields, state, problems)


def _uniqueness(allocations: list[Json], targets: Targets, problems: Problems) -> None:
    """Sent twice is the same target; two names of one claim, or two of nothing, may be."""
    shown = [tuple(target.items()) for target in targets if target]
    if len(set(shown)) == len(shown):
        return
    sent = [part.get("target") for part in allocations]
    twice = any(target in sent[:index] and target != _NOTHING for index, target in enumerate(sent))
    problems.add("allocation-target-unique", "/allocations", None, doubt=not twice)


_NOTHING: Json = {"type": "unattributed"}


def _earmark(part: Json, at: str, organization: Organization, problems: Problems) -> None:
    if part.get("earmark") is None:
        return
    if (part.get("target") or {}).get("type") != "unattributed":
        problems.add("earmark-unattributed-only", at, part["earmark"])
    if not organization.earmarking:
        problems.add("earmark-enabled", at, part["earmark"])


def _payer(fields: Json, state: State, problems: Problems) -> None:
    payer = fields.get("non_insurance_payer_id")
    known = state.organization.payers.get(payer or "")
    if known is None or payer is None:
        return
    if not known.get("enabled", True):
        problems.add("payer-enabled", "/non_insurance_payer_id", payer)
    paid, amount = state.organization.paid_cents.get(payer), fields.get("amount_cents")
    if paid is None or amount is None:
        return
    refunded = sum(refund.amount for refund in state.refunds.values() if refund.payer == payer)
    if amount + refunded > paid:
        at_once = amount > paid
        problems.add("refund-within-payments", "/amount_cents", amount, doubt=not at_once)


def _record(fields: Json, targets: Targets, organization: Organization) -> Json:
    stamp = fields.get("refund_timestamp")
    pairs = zip(fields["allocations"], targets, strict=True)
    optional = ("refund_note", "check_number", "refund_reason", "invoice_id")
    return {
        ID: ANY_UUID,
        "non_insurance_payer": organization.payers[fields["non_insurance_payer_id"]],
        "amount_cents": fields["amount_cents"],
        "allocations": [_allocation(part, target, organization) for part, target in pairs],
        "refund_timestamp": ABSENT if stamp is None else Moment(stamp),
        **{name: fields.get(name, ABSENT) for name in optional},
    }


def _allocation(part: Json, target: Json | None, organization: Organization) -> Json:
    return {
        "amount_cents": part["amount_cents"],
        "target": target,
        "allocation_id": Perhaps(ANY_UUID),
        "allocated_on": Perhaps(ANY_INSTANT),
        "earmark": _shown_earmark(part.get("earmark"), organization),
    }


def _shown_earmark(earmark: Json | None, organization: Organization) -> Any:
    if earmark is None:
        return ABSENT
    shown = {
        "id": ANY_UUID,
        "target": earmark,
        "amount_earmarked_cents": Perhaps(ANY_CENTS),
        "created_by_allocation_id": Perhaps(ANY_UUID),
    }
    # Only active earmarks are answered, and one for an encounter that exists is not waiting.
    matched = earmark.get("value") in organization.encounters
    return Perhaps(shown) if matched and earmark["type"] == "external_encounter_id" else shown
