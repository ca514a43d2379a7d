"""Bends of good bodies that break one rule of behaviour, or stop just short of it."""

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import Any

from contracts.generate.values import DEAD_ID
from contracts.model.rules import BY_ID
from contracts.payloads.baseline import NIL_ID, Baseline
from contracts.payloads.cases.place import Base
from contracts.payloads.draft import Mutation
from contracts.payloads.record import Kind, Site

Json = dict[str, Any]
_PAYER, _INVOICE = "/non_insurance_payer_id", "/invoice_id"
_ALLOCATIONS, _TARGET = "/allocations", "/allocations/0/target"
EARMARKS: dict[str, Json] = {
    "date_of_service": {"type": "date_of_service", "value": "2024-02-29"},
    "external_encounter_id": {"type": "external_encounter_id", "value": "not yet seen"},
}


def create_bends(baseline: Baseline) -> Iterator[Mutation]:
    """Bends of creates."""
    yield from _missing(baseline)
    yield from _sums(baseline)
    yield from _uniqueness(baseline)
    yield from _earmarks(baseline)
    yield from _payers(baseline)
    yield from _offsets()
    yield from _orders()


def update_bends(baseline: Baseline) -> Iterator[Mutation]:
    """Bends of updates."""
    yield from _offsets()
    for word, missing in (("unknown", DEAD_ID), ("capitals", DEAD_ID.upper())):
        value = {"type": "set", "value": missing}
        yield broken("invoice-exists", word, _INVOICE, value, "No invoice has this id.")
    for name, value in _FIXED.items():
        why = f"An update cannot change {name}."
        yield broken("unknown-field", f"fixed-{name}", f"/{name}", value, why)


_FIXED: Json = {
    "amount_cents": 7,
    "allocations": [],
    "check_number": "changed",
    "non_insurance_payer_id": DEAD_ID,
    "non_insurance_payer_refund_id": DEAD_ID,
}


def broken(
    rule: str, word: str, at: str, value: Any, why: str, base: Base | None = None, *also: Any
) -> Mutation:
    """A mutation that breaks a rule."""
    kind: Kind = "invalid-schema" if BY_ID[rule].stage == "shape" else "invalid-semantic"
    return Mutation(f"{rule}.{word}", kind, Site(at, rule=rule), value, why, base, also)


def kept(rule: str, word: str, at: str, value: Any, why: str, base: Base | None = None) -> Mutation:
    """A mutation that stops short of breaking a rule."""
    return Mutation(f"{rule}.{word}", "boundary", Site(at, rule=rule), value, why, base)


def _missing(baseline: Baseline) -> Iterator[Mutation]:
    for word, text in (("unknown", DEAD_ID), ("capitals", DEAD_ID.upper()), ("nil", NIL_ID)):
        why = f"Nothing has the id {text}."
        yield broken("payer-exists", word, _PAYER, text, why)
        yield broken("invoice-exists", word, _INVOICE, text, why)
        for kind in ("service_line_by_id", "claim_by_id", "billing_provider_by_id"):
            target = {"type": kind, "value": text}
            yield broken("target-exists", f"{kind}.{word}", _TARGET, target, why)
    yield from _swapped(baseline)
    for word, text in _NO_ENCOUNTERS.items():
        target = {"type": "claim_by_encounter_external_id", "value": text}
        why = f"No encounter has the external id {text[:20]!r}."
        yield broken("target-exists", f"encounter.{word}", _TARGET, target, why)
    kind = "appointment_by_id_and_patient_external_id"
    why = "No such patient has such an appointment."
    for word, (appointment, patient) in _no_appointments(baseline.targets[kind]):
        target = {"type": kind, "appointment_id": appointment, "patient_external_id": patient}
        yield broken("target-exists", f"appointment.{word}", _TARGET, target, why)


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
        yield broken("payer-exists", "invoice", _PAYER, invoices[0], why)
    if payers:
        why = "This is a payer's id, not an invoice's."
        yield broken("invoice-exists", "payer", _INVOICE, payers[0], why)
    for kind, other in (
        ("claim_by_id", "service_line_by_id"),
        ("service_line_by_id", "claim_by_id"),
        ("billing_provider_by_id", "claim_by_id"),
    ):
        known = {row["value"] for row in baseline.targets[kind]}
        values = (row["value"] for row in baseline.targets[other])
        found = next((value for value in values if value not in known), None)
        if found is not None:
            target, why = {"type": kind, "value": found}, f"This is an id of {other}."
            yield broken("target-exists", f"{kind}.{other}", _TARGET, target, why)


def _no_appointments(targets: list[Json]) -> Iterator[tuple[str, tuple[str, str]]]:
    known = {(row["appointment_id"], row["patient_external_id"]) for row in targets}
    yield "unknown", ("no", "nobody")
    yield "empty", ("", "")
    for appointment, patient in sorted(known)[:1]:
        for word, pair in (
            ("other-patient", (appointment, "nobody")),
            ("other-appointment", ("no", patient)),
            ("swapped", (patient, appointment)),
            ("case", (appointment.swapcase(), patient)),
            ("blank-after", (f"{appointment} ", patient)),
        ):
            if pair not in known:
                yield word, pair


def _sums(baseline: Baseline) -> Iterator[Mutation]:
    cents, parts = baseline.cents, baseline.body()["allocations"]
    for word, step in (("one-more", 1), ("one-less", -1), ("double", cents)):
        why = f"The allocations add up to {cents}, not to {cents + step}."
        yield broken("allocation-sum", word, "/amount_cents", cents + step, why)
    large = [{**part, "amount_cents": 2**31 - 1} for part in parts]
    why = "Each part fits 32 bits, their sum does not; it must not wrap round."
    yield broken("allocation-sum", "wraps", _ALLOCATIONS, large, why)
    for word, low in (("zero", 0), ("minus", -1)):
        rest, none = {**parts[0], "amount_cents": cents - low}, {**parts[-1], "amount_cents": low}
        why = f"One part is {low}, though the sum is right."
        yield broken("amount-positive", f"part-{word}", _ALLOCATIONS, [rest, none], why)
    why = "A refund that is allocated to nothing."
    yield broken("allocation-present", "none", _ALLOCATIONS, [], why)
    part = baseline.least()["allocations"]
    yield kept("allocation-present", "one", _ALLOCATIONS, part, "One is enough.")


def _uniqueness(baseline: Baseline) -> Iterator[Mutation]:
    rule, kinds = "allocation-target-unique", baseline.kinds
    amounts = baseline.cents // 2, baseline.cents - baseline.cents // 2
    for kind in kinds:
        if kind == "unattributed":
            continue
        target, other = baseline.target(kind), baseline.target(kind, 1)
        why = f"Both allocations aim at the same {kind}."
        yield broken(rule, f"{kind}.same", _ALLOCATIONS, _parts([target, target], *amounts), why)
        if other is not None:
            why = f"Two different targets of the kind {kind}."
            yield kept(rule, f"{kind}.two", _ALLOCATIONS, _parts([target, other], *amounts), why)
    parts = _parts([baseline.target(kind) for kind in kinds], *[100] * len(kinds))
    whole = partial(deepcopy, {**baseline.body(), "amount_cents": 100 * len(parts)})
    why = "One allocation of every kind of target."
    yield kept("target-exists", "every-kind", _ALLOCATIONS, parts, why, whole)


def _parts(targets: list[Json | None], *cents: int) -> list[Json]:
    return [
        {"amount_cents": amount, "target": target}
        for target, amount in zip(targets, cents, strict=True)
    ]


def _earmarks(baseline: Baseline) -> Iterator[Mutation]:
    for kind in baseline.kinds:
        for name, mark in EARMARKS.items():
            part = [{**_parts([baseline.target(kind)], baseline.cents)[0], "earmark": mark}]
            if kind != "unattributed":
                why = f"Only unattributed money may be earmarked, this lies on a {kind}."
                rule = "earmark-unattributed-only"
                yield broken(rule, f"{kind}.{name}", _ALLOCATIONS, part, why)
            elif not baseline.organization.earmarking:
                why = "The organization has no earmarking."
                yield broken("earmark-enabled", name, _ALLOCATIONS, part, why)
            else:
                why = "The organization has earmarking, and the money is unattributed."
                yield kept("earmark-enabled", name, _ALLOCATIONS, part, why)


def _payers(baseline: Baseline) -> Iterator[Mutation]:
    if baseline.disabled is not None:
        why = "This payer is disabled."
        yield broken("payer-enabled", "disabled", _PAYER, baseline.disabled, why)
    for number, payer in enumerate(baseline.payers[1:3], 1):
        why = "Another payer that is enabled."
        yield kept("payer-enabled", f"other-{number}", _PAYER, payer, why, baseline.least)
    rule, small = "refund-within-payments", baseline.small_payer
    if small is None:
        return
    paid = baseline.organization.paid_cents[small]
    if paid < 2**31 - 1:
        least = partial(baseline.least, None, paid + 1)
        why = f"This payer has paid {paid} cents, one less than is refunded."
        yield broken(rule, "one-more", _PAYER, small, why, least)
        least = partial(baseline.least, None, paid)
        yield kept(rule, "all", _PAYER, small, f"All of {paid} cents paid.", least)


def _offsets() -> Iterator[Mutation]:
    for word, text in (
        ("none", "2024-01-15T09:30:00"),
        ("none-fraction", "2024-01-15T09:30:00.5"),
        ("none-blank", "2024-01-15 09:30:00"),
    ):
        why = "Without an offset it means UTC, where it is accepted."
        yield broken("timestamp-offset", word, "/refund_timestamp", text, why)


def _orders() -> Iterator[Mutation]:
    """Two things wrong at once, where the order of stages says which is told."""
    for word, rule, at, value, also in (
        ("payer-before-invoice", "payer-exists", _PAYER, NIL_ID, (_INVOICE, DEAD_ID)),
        ("shape-before-invoice", "body-shape", "/refund_reason", "OTHER", (_INVOICE, DEAD_ID)),
        ("shape-before-payer", "body-shape", "/refund_reason", "NONE", (_PAYER, DEAD_ID)),
        ("invoice-before-amount", "invoice-exists", _INVOICE, DEAD_ID, ("/amount_cents", 0)),
    ):
        why = f"Two things are wrong; {rule} is told, as its stage comes first."
        yield broken(rule, word, at, value, why, None, also)
