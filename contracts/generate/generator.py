"""Bodies and queries near every bound that collide often, drawn from a source of choices."""

from collections.abc import Callable, Mapping, Sequence

from contracts.generate.choices import Choices
from contracts.generate.mutations import BAD_CHANGES, OPTIONAL, Json, mutations_for
from contracts.generate.values import (
    BOUNDARY_AMOUNTS,
    CHECK_NUMBERS,
    DEAD_ID,
    NOT_LIMITS,
    ODD_CHECK_NUMBERS,
    OUT_OF_RANGE_LIMITS,
    PLAIN_TEXTS,
    REASONS,
    SMALL_AMOUNTS,
    TIMESTAMPS,
)
from contracts.kernel.terms import Terms
from contracts.model.organization import allocation_targets

Query = list[list[str]]


class Pool:
    """The ids and values of the terms that a generator chooses from."""

    def __init__(self, terms: Terms) -> None:
        organization = terms.organization
        self.payers = [*organization.enabled_payers()[:3], *organization.disabled_payers()[:1]]
        self.invoices = sorted(organization.invoices)[:3]
        self.targets = allocation_targets(organization)
        self.earmarking = organization.earmarking
        self.mutations = mutations_for(terms.rules)
        # Near the bound a mutation leaves the schema, with good reason where that is let in.
        near_bound = terms.rules["amount-int32"] == "enforce"
        self.amounts = BOUNDARY_AMOUNTS if near_bound else SMALL_AMOUNTS


class Generator:
    """Draws bodies and queries."""

    def __init__(self, choices: Choices, pool: Pool) -> None:
        self.choices = choices
        self.pool = pool

    def create(self) -> Json:
        """A create's body: two times in three one that rules and shapes accept."""
        body = self.good_create()
        if self.choices.chance(0.3):
            self.choices.choice(self.pool.mutations)(self.choices, self.pool.payers, body)
        return body

    def good_create(self) -> Json:
        """A create's body that every profile accepts."""
        allocations = self.allocations()
        body: Json = {
            "non_insurance_payer_id": self.choices.choice(self.pool.payers[:2] or [DEAD_ID]),
            "amount_cents": sum(part["amount_cents"] for part in allocations),
            "allocations": allocations,
        }
        for name in OPTIONAL:
            if self.choices.chance(0.5):
                body[name] = _DRAWS[name](self)
        return body

    def allocations(self) -> list[Json]:
        """One to three parts, no two at the same target."""
        choices, targets = self.choices, self.pool.targets
        count = choices.choice((1, 1, 1, 2, 3))
        if count == 1:
            cents = choices.choice(self.pool.amounts if choices.chance(0.1) else SMALL_AMOUNTS)
            return [self.allocation(cents, choices.choice(targets))]
        chosen = choices.sample(targets, min(count, len(targets)))
        return [self.allocation(choices.choice(SMALL_AMOUNTS), target) for target in chosen]

    def allocation(self, cents: int, target: Json) -> Json:
        """One part, with an earmark now and then where it may have one."""
        part: Json = {"amount_cents": cents, "target": target}
        may = self.pool.earmarking and target["type"] == "unattributed"
        if may and self.choices.chance(0.4):
            part["earmark"] = self.choices.choice(EARMARKS)
        return part

    def update(self) -> Json:
        """An update's body: any of the four fields set or removed, now and then a wrong one."""
        body = self.good_update()
        if self.choices.chance(0.12):
            name, value = self.choices.choice(BAD_CHANGES)
            body[name] = value
        return body

    def good_update(self) -> Json:
        """An update's body that is accepted."""
        body: Json = {}
        chance = self.choices.chance
        for name in ("refund_note", "refund_reason", "invoice_id"):
            if chance(0.4):
                body[name] = {"type": "remove"} if chance(0.35) else self.setting(name)
        if chance(0.35):
            body["refund_timestamp"] = self.choices.choice(TIMESTAMPS)
        return body

    def setting(self, name: str) -> Json:
        """The change of an update that sets a field."""
        return {"type": "set", "value": _DRAWS[name](self)}

    def query(self) -> Query:
        """A list's query, one in eight of them with something wrong."""
        query = self.good_query()
        if self.choices.chance(0.12):
            query.append(list(self.choices.choice(BAD_PARAMETERS)))
        return query

    def good_query(self) -> Query:
        """A list's query that is accepted."""
        chance = self.choices.chance
        return [[name, _DRAWS[name](self)] for name, share in _PARAMETERS if chance(share)]

    def in_any_case(self, ids: Sequence[str]) -> str:
        """One of some ids, now and then in capitals; an id of nothing where there are none."""
        text = self.choices.choice(ids or [DEAD_ID])
        return text.upper() if self.choices.chance(0.1) else text


DEAD_IDS = (DEAD_ID, DEAD_ID.upper(), "x", DEAD_ID[:-1])
"""Ids that stand for nothing: uuids, or no uuids at all."""

_CHECK_NUMBERS = (*CHECK_NUMBERS, *ODD_CHECK_NUMBERS)
_DRAWS: Mapping[str, Callable[[Generator], str]] = {
    "refund_timestamp": lambda g: g.choices.choice(TIMESTAMPS),
    "refund_note": lambda g: g.choices.text(PLAIN_TEXTS),
    "check_number": lambda g: g.choices.choice(_CHECK_NUMBERS),
    "refund_reason": lambda g: g.choices.choice(REASONS),
    "invoice_id": lambda g: g.in_any_case(g.pool.invoices),
    "non_insurance_payer_id": lambda g: g.in_any_case(g.pool.payers),
    "sort": lambda g: g.choices.choice(("amount_cents", "refund_timestamp")),
    "sort_direction": lambda g: g.choices.choice(("asc", "desc")),
    "limit": lambda g: g.choices.choice(("1", "2", "3", "5", "100", "999")),
}
_PARAMETERS = (
    ("check_number", 0.2),
    ("check_number", 0.2),
    ("non_insurance_payer_id", 0.25),
    ("invoice_id", 0.2),
    ("sort", 0.6),
    ("sort_direction", 0.6),
    ("limit", 0.8),
)
"""The parameters of a list, each with the share of queries that have it."""

EARMARKS: tuple[Json, ...] = (
    {"type": "date_of_service", "value": "2024-02-29"},
    {"type": "external_encounter_id", "value": "enc-that-will-be"},
)
BAD_PARAMETERS: tuple[tuple[str, str], ...] = (
    *(("limit", text) for text in (*OUT_OF_RANGE_LIMITS, *NOT_LIMITS)),
    ("sort", "refund_note"),
    ("sort_direction", "DESC"),
    ("non_insurance_payer_id", "me"),
    ("invoice_id", DEAD_ID[:-1]),
    ("page_token", "invented"),
    ("invoice_id", DEAD_ID),
)
