"""Bends of good bodies that break one rule of behaviour, or stop just short of it."""

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import Any

from contracts.model.rules import BY_ID
from contracts.payloads.baseline import DEAD_ID, Baseline
from contracts.payloads.cases.by_keyword import Base
from contracts.payloads.draft import Mutation
from contracts.payloads.record import Kind, Site

Json = dict[str, Any]
Change = tuple[str, Any]


def create_bends(baseline: Baseline) -> Iterator[Mutation]:
    """Bends of creates."""
    yield from _missing(baseline)
    yield from _sums(baseline)
    yield from _uniqueness(baseline)
    yield from _earmarks(baseline)
    yield from _payers(baseline)
    yield from _offsets("/refund_timestamp", baseline.body)
    yield from _orders(baseline)


def update_bends(baseline: Baseline) -> Iterator[Mutation]:
    """Bends of updates."""
    yield from _offsets("/refund_timestamp", baseline.changes)
    for word, missing in (("unknown", DEAD_ID), ("capitals", DEAD_ID.upper())):
        value = {"type": "set", "value": missing}
        why = "No invoice has this id."
        yield broken("invoice-exists", word, "/invoice_id", value, why, baseline.changes)
    for name, value in _FIXED.items():
        why = f"An update cannot change {name}."
        yield broken("unknown-field", f"fixed-{name}", f"/{name}", value, why, baseline.changes)


_FIXED: Json = {
    "amount_cents": 7,
    "allocations": [],
    "check_number": "changed",
    "non_insurance_payer_id": DEAD_ID,
    "non_insurance_payer_refund_id": DEAD_ID,
}


def broken(
    rule: str, word: str, at: str, value: Any, why: str, base: Base, *also: Change
) -> Mutation:
    """A mutation that breaks a rule."""
    kind: Kind = "invalid-schema" if BY_ID[rule].stage == "shape" else "invalid-semantic"
    return Mutation(f"{rule}.{word}", kind, Site(at, rule=rule), value, why, base, also)


def kept(
    rule: str, word: str, at: str, value: Any, why: str, base: Base, *also: Change
) -> Mutation:
    """A mutation that stops short of breaking a rule."""
    return Mutation(f"{rule}.{word}", "boundary", Site(at, rule=rule), value, why, base, also)


def _missing(baseline: Baseline) -> Iterator[Mutation]:
    lost = partial(broken, base=baseline.body)
    for word, text in (("unknown", DEAD_ID), ("capitals", DEAD_ID.upper()), ("nil", _NIL)):
        why = f"Nothing has the id {text}."
        yield lost("payer-exists", word, "/non_insurance_payer_id", text, why)
        yield lost("invoice-exists", word, "/invoice_id", text, why)
        for kind in ("service_line_by_id", "claim_by_id", "billing_provider_by_id"):
            target = {"type": kind, "value": text}
            yield lost("target-exists", f"{kind}.{word}", "/allocations/0/target", target, why)
    yield from _swapped(baseline)
    for word, text in _NO_ENCOUNTERS.items():
        target = {"type": "claim_by_encounter_external_id", "value": text}
        why = f"No encounter has the external id {text[:20]!r}."
        yield lost("target-exists", f"encounter.{word}", "/allocations/0/target", target, why)
    for word, target in _appointments(baseline):
        why = "No such patient has such an appointment."
        yield lost("target-exists", f"appointment.{word}", "/allocations/0/target", target, why)


_NIL = "00000000-0000-0000-0000-000000000000"
_NO_ENCOUNTERS = {
    "unknown": "no such encounter",
    "empty": "",
    "blank": " ",
    "nul": "\0",
    "sql": "' OR '1'='1",
    "long": "z" * 5_000,
    "uuid": DEAD_ID,
}


def _swapped(baseline: Baseline) -> Iterator[Mutation]:
    """Ids that exist, but of another kind of thing."""
    invoices = [key for key in baseline.invoices if key not in baseline.organization.payers]
    payers = [key for key in baseline.payers if key not in baseline.organization.invoices]
    if invoices:
        why = "This is an invoice's id, not a payer's."
        at = "/non_insurance_payer_id"
        yield broken("payer-exists", "invoice", at, invoices[0], why, baseline.body)
    if payers:
        why = "This is a payer's id, not an invoice's."
        yield broken("invoice-exists", "payer", "/invoice_id", payers[0], why, baseline.body)
    for kind, other in (
        ("claim_by_id", "service_line_by_id"),
        ("service_line_by_id", "claim_by_id"),
        ("billing_provider_by_id", "claim_by_id"),
    ):
        found = next((row for row in baseline.targets[other] if not _is(baseline, kind, row)), None)
        if found is not None:
            target, why = {"type": kind, "value": found["value"]}, f"This is an id of {other}."
            at = "/allocations/0/target"
            yield broken("target-exists", f"{kind}.{other}", at, target, why, baseline.body)


def _is(baseline: Baseline, kind: str, row: Json) -> bool:
    return any(row["value"] == known["value"] for known in baseline.targets[kind])


def _appointments(baseline: Baseline) -> Iterator[tuple[str, Json]]:
    kind = "appointment_by_id_and_patient_external_id"
    known = {(row["appointment_id"], row["patient_external_id"]) for row in baseline.targets[kind]}
    yield "unknown", {"type": kind, "appointment_id": "no", "patient_external_id": "nobody"}
    yield "empty", {"type": kind, "appointment_id": "", "patient_external_id": ""}
    for appointment, patient in sorted(known)[:1]:
        for word, pair in (
            ("other-patient", (appointment, "nobody")),
            ("other-appointment", ("no", patient)),
            ("swapped", (patient, appointment)),
            ("case", (appointment.swapcase(), patient)),
            ("blank-after", (f"{appointment} ", patient)),
        ):
            if pair not in known:
                shown = {"appointment_id": pair[0], "patient_external_id": pair[1]}
                yield word, {"type": kind, **shown}


def _sums(baseline: Baseline) -> Iterator[Mutation]:
    body, at = baseline.body(), "/amount_cents"
    for word, step in (("one-more", 1), ("one-less", -1), ("double", baseline.cents)):
        why = f"The allocations add up to {baseline.cents}, not to {baseline.cents + step}."
        yield broken("allocation-sum", word, at, baseline.cents + step, why, baseline.body)
    most = 2**31 - 1
    parts = [{**part, "amount_cents": most} for part in body["allocations"]]
    why = "Each part fits 32 bits, their sum does not; it must not wrap round."
    yield broken("allocation-sum", "wraps", "/allocations", parts, why, baseline.body)
    for word, cents in (("zero", 0), ("minus", -1)):
        parts = [{**body["allocations"][0], "amount_cents": baseline.cents - cents}]
        parts.append({**body["allocations"][-1], "amount_cents": cents})
        why = f"One part is {cents}, though the sum is right."
        yield broken("amount-positive", f"part-{word}", "/allocations", parts, why, baseline.body)
    why = "A refund that is allocated to nothing."
    yield broken("allocation-present", "none", "/allocations", [], why, baseline.body)
    part = baseline.least()["allocations"]
    yield kept("allocation-present", "one", "/allocations", part, "One is enough.", baseline.body)


def _uniqueness(baseline: Baseline) -> Iterator[Mutation]:
    first, at = baseline.cents // 2, "/allocations"
    for kind in baseline.known_kinds():
        if kind == "unattributed":
            continue
        targets = [baseline.target(kind), baseline.target(kind)]
        parts = _parts(targets, first, baseline.cents - first)
        why = f"Both allocations aim at the same {kind}."
        yield broken("allocation-target-unique", f"{kind}.same", at, parts, why, baseline.body)
        other = baseline.target(kind, 1)
        if other is not None:
            parts = _parts([targets[0], other], first, baseline.cents - first)
            why = f"Two different targets of the kind {kind}."
            yield kept("allocation-target-unique", f"{kind}.two", at, parts, why, baseline.body)
    all_kinds = [baseline.target(kind) for kind in baseline.known_kinds()]
    parts = _parts(all_kinds, *[100] * len(all_kinds))
    whole = {**baseline.body(), "amount_cents": 100 * len(parts)}
    why = "One allocation of every kind of target."
    yield kept("target-exists", "every-kind", at, parts, why, partial(deepcopy, whole))


def _parts(targets: list[Json | None], *cents: int) -> list[Json]:
    return [
        {"amount_cents": amount, "target": target}
        for target, amount in zip(targets, cents, strict=True)
    ]


def _earmarks(baseline: Baseline) -> Iterator[Mutation]:
    day = {"type": "date_of_service", "value": "2024-02-29"}
    free = {"type": "external_encounter_id", "value": "not yet seen"}
    for kind in baseline.known_kinds():
        for mark in (day, free):
            name = mark["type"]
            part = [{**_parts([baseline.target(kind)], baseline.cents)[0], "earmark": mark}]
            if kind != "unattributed":
                why = f"Only unattributed money may be earmarked, this lies on a {kind}."
                rule, word = "earmark-unattributed-only", f"{kind}.{name}"
                yield broken(rule, word, "/allocations", part, why, baseline.body)
            elif not baseline.organization.earmarking:
                why = "The organization has no earmarking."
                yield broken("earmark-enabled", name, "/allocations", part, why, baseline.body)
            else:
                why = "The organization has earmarking, and the money is unattributed."
                yield kept("earmark-enabled", name, "/allocations", part, why, baseline.body)


def _payers(baseline: Baseline) -> Iterator[Mutation]:
    at = "/non_insurance_payer_id"
    if baseline.disabled is not None:
        why = "This payer is disabled."
        yield broken("payer-enabled", "disabled", at, baseline.disabled, why, baseline.body)
    for number, payer in enumerate(baseline.payers[1:3], 1):
        why = "Another payer that is enabled."
        yield kept("payer-enabled", f"other-{number}", at, payer, why, baseline.least)
    if baseline.small_payer is None:
        return
    paid = baseline.organization.paid_cents[baseline.small_payer]
    if paid < 2**31 - 1:
        least = partial(baseline.least, None, paid + 1)
        why = f"This payer has paid {paid} cents, one less than is refunded."
        rule = "refund-within-payments"
        yield broken(rule, "one-more", at, baseline.small_payer, why, least)
        least = partial(baseline.least, None, paid)
        yield kept(rule, "all", at, baseline.small_payer, f"All of {paid} cents paid.", least)


def _offsets(at: str, base: Base) -> Iterator[Mutation]:
    for word, text in (
        ("none", "2024-01-15T09:30:00"),
        ("none-fraction", "2024-01-15T09:30:00.5"),
        ("none-blank", "2024-01-15 09:30:00"),
    ):
        why = "Without an offset it means UTC, where it is accepted."
        yield broken("timestamp-offset", word, at, text, why, base)


def _orders(baseline: Baseline) -> Iterator[Mutation]:
    """Two things wrong at once, where the order of stages says which is told."""
    gone, lost = ("/invoice_id", DEAD_ID), ("/non_insurance_payer_id", DEAD_ID)
    for word, rule, at, value, also in (
        ("payer-before-invoice", "payer-exists", "/non_insurance_payer_id", _NIL, gone),
        ("shape-before-invoice", "body-shape", "/refund_reason", "OTHER", gone),
        ("shape-before-payer", "body-shape", "/refund_reason", "NONE", lost),
        ("invoice-before-amount", "invoice-exists", "/invoice_id", DEAD_ID, ("/amount_cents", 0)),
    ):
        why = f"Two things are wrong; {rule} is told, as its stage comes first."
        mutation = broken(rule, word, at, value, why, baseline.body, also)
        yield mutation
