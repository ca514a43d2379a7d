"""Servers that take a wrong target or earmark of an allocation for a right one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.model import Outcome
from contracts.targets.target import Request
from tests.defects.defect import Call, Defect, Json, decided, heard, resent, sent
from tests.reference_server import World

PARTS = "allocations"


def _aimed(change: Callable[[World, Json], Any]) -> Callable[[Request, World], Request]:
    def heard_otherwise(request: Request, world: World) -> Request:
        body = sent(request)
        parts = body.get(PARTS)
        if request.method != "POST" or not isinstance(parts, list):
            return request
        new = [change(world, part) if isinstance(part, dict) else part for part in parts]
        return request if new == parts else resent(request, {**body, PARTS: new})

    return heard_otherwise


def _kind(part: Json) -> Any:
    target = part.get("target")
    return target.get("type") if isinstance(target, dict) else target


_NOTHING = {"type": "unattributed"}


def _unknown_line(world: World, part: Json) -> Json:
    known = world.state.organization.service_lines
    lost = _kind(part) == "service_line_by_id" and part["target"].get("value") not in known
    return {**part, "target": _NOTHING} if lost else part


_AIMS = (
    heard("unknown-line-is-let-in", "Takes an unknown service line for none.")(
        _aimed(_unknown_line)
    ),
    heard("unknown-kind-of-target-is-let-in", "Takes an unknown type of target for none.")(
        _aimed(lambda _, p: {**p, "target": _NOTHING} if _kind(p) == "payer_by_id" else p)
    ),
    heard("target-without-type-is-let-in", "Takes a target without a type for none.")(
        _aimed(lambda _, p: {**p, "target": _NOTHING} if p.get("target") == {} else p)
    ),
    heard("target-without-value-is-let-in", "Takes a claim without an id for none.")(
        _aimed(
            lambda _, p: (
                {**p, "target": _NOTHING} if p.get("target") == {"type": "claim_by_id"} else p
            )
        )
    ),
    heard("appointment-needs-no-patient", "Looks an appointment up without its patient.")(
        _aimed(
            lambda _, p: (
                {**p, "target": _NOTHING}
                if list(p.get("target") or ()) == ["type", "appointment_id"]
                else p
            )
        )
    ),
    heard("earmark-on-an-impossible-day", "Takes the 29th of February of any year for a day.")(
        _aimed(
            lambda _, p: (
                {**p, "earmark": {**p["earmark"], "value": "2023-02-28"}}
                if (p.get("earmark") or {}).get("value") == "2023-02-29"
                else p
            )
        )
    ),
    heard("earmark-day-in-another-form", "Takes a day written as 02/28/2023.")(
        _aimed(
            lambda _, p: (
                {**p, "earmark": {**p["earmark"], "value": "2023-02-28"}}
                if "/" in (p.get("earmark") or {}).get("value", "")
                else p
            )
        )
    ),
)


@decided("first-of-no-targets-is-named", "Names the payer in the 404 of an unknown target.")
def _names_payer(call: Call, outcome: Outcome) -> Outcome:
    if outcome.rule != "target-exists":
        return outcome
    payer = call.sent["non_insurance_payer_id"]
    return Outcome(404, outcome.error_name, outcome.rule, payer)


@decided("missing-appointment-names-patient", "Names the patient in the 404 of an appointment.")
def _names_patient(call: Call, outcome: Outcome) -> Outcome:
    for part in call.sent.get(PARTS) or () if outcome.rule == "target-exists" else ():
        target = part["target"]
        if target.get("appointment_id", "") == outcome.missing:
            return replace(outcome, missing=target["patient_external_id"])
    return outcome


DEFECTS: tuple[Defect, ...] = (
    *_AIMS,
    _names_payer,
    _names_patient,
)
