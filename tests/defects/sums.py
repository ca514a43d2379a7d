"""Servers that take allocations, their targets and their earmarks for something else."""

from collections.abc import Callable

from tests.defects.defect import Call, Defect, Json, by_rules, kept

PARTS = "allocations"


def _targets(name: str, sentence: str, kind: str, change: Callable[[Json], Json]) -> Defect:
    """A defect in how allocations sent with one kind of target are shown."""

    def changed(call: Call, record: Json) -> Json:
        parts = zip(call.sent[PARTS], record[PARTS], strict=True)
        shown = [
            {**part, "target": change(part["target"])} if asked["target"]["type"] == kind else part
            for asked, part in parts
        ]
        return {**record, PARTS: shown}

    return kept(name, sentence)(changed)


def _second_claim(target: Json) -> Json:
    return {**target, "claim_id": target["claim_id"][:-1] + "2"}


_TARGETS = (
    _targets(
        "service-line-shows-its-claim-as-encounter",
        "Shows a service line's claim where its encounter belongs.",
        "service_line_by_id",
        lambda target: {**target, "encounter_id": target["claim_id"]},
    ),
    _targets(
        "encounter-leads-to-its-second-claim",
        "Takes the second claim of an encounter.",
        "claim_by_encounter_external_id",
        _second_claim,
    ),
    _targets(
        "provider-keeps-the-word-sent",
        "Names a billing provider's type as it was sent.",
        "billing_provider_by_id",
        lambda target: {**target, "type": "billing_provider_by_id"},
    ),
    _targets(
        "appointment-is-turned-round",
        "Shows an appointment's patient as the appointment.",
        "appointment_by_id_and_patient_external_id",
        lambda target: {
            **target,
            "appointment_id": target["patient_external_id"],
            "patient_external_id": target["appointment_id"],
        },
    ),
    _targets(
        "unattributed-has-no-type",
        "Shows an unattributed target as an empty object.",
        "unattributed",
        lambda target: {},
    ),
)


def _parts(name: str, sentence: str, change: Callable[[Json, list[Json]], list[Json]]) -> Defect:
    def changed(call: Call, record: Json) -> Json:
        return {**record, PARTS: change(record, record[PARTS])}

    return kept(name, sentence)(changed)


def _averaged(record: Json, parts: list[Json]) -> list[Json]:
    total = sum(part["amount_cents"] for part in parts)
    return [{**part, "amount_cents": total // len(parts)} for part in parts]


def _merged(record: Json, parts: list[Json]) -> list[Json]:
    whole: dict[str, Json] = {}
    for part in parts:
        known = whole.setdefault(str(part["target"]), {**part, "amount_cents": 0})
        known["amount_cents"] += part["amount_cents"]
    return list(whole.values())


_LISTS = (
    _parts("first-allocation-only", "Keeps the first allocation.", lambda _, parts: parts[:1]),
    _parts("allocations-turned-round", "Turns allocations round.", lambda _, parts: parts[::-1]),
    _parts("allocations-get-equal-shares", "Gives each allocation an equal share.", _averaged),
    _parts("equal-targets-are-merged", "Makes one allocation of two at a target.", _merged),
    _parts(
        "earmark-is-forgotten",
        "Does not keep an earmark.",
        lambda _, parts: [{k: v for k, v in p.items() if k != "earmark"} for p in parts],
    ),
    _parts(
        "earmark-has-no-id",
        "Shows an earmark without its id.",
        lambda _, parts: [
            {**p, "earmark": {"target": p["earmark"]["target"]}} if "earmark" in p else p
            for p in parts
        ],
    ),
)


@kept("amount-is-the-sum", "Takes the sum of the allocations for the amount.")
def _sum(call: Call, record: Json) -> Json:
    return {**record, "amount_cents": sum(part["amount_cents"] for part in record[PARTS])}


_RULES = (
    by_rules("sum-must-fit", "Refuses allocations that do not add up.", allocation_sum="enforce"),
    by_rules(
        "target-may-repeat",
        "Lets two allocations at one target in.",
        "strict",
        allocation_target_unique="warn",
    ),
    by_rules("sum-need-not-fit", "Lets any sum in.", "strict", allocation_sum="warn"),
    by_rules("allocation-is-needed", "Refuses a refund of none.", allocation_present="enforce"),
    by_rules(
        "earmark-on-any-target",
        "Lets an earmark on a claim in.",
        earmark_unattributed_only="off",
    ),
    by_rules(
        "earmark-without-earmarking",
        "Lets an earmark in where there is no earmarking.",
        "no earmarks",
        earmark_enabled="off",
    ),
    by_rules(
        "payments-are-looked-at",
        "Refuses a refund larger than what was paid.",
        refund_within_payments="enforce",
    ),
)
DEFECTS: tuple[Defect, ...] = (
    *_TARGETS,
    *_LISTS,
    _sum,
    *_RULES,
)
