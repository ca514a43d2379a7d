"""Bodies and queries drawn from a seeded random source: the fast twin of `strategies`."""

from collections.abc import Callable
from random import Random
from typing import Any

from contracts.generate.mutations import BAD_CHANGES, bends_for
from contracts.generate.values import (
    BOUNDARY_AMOUNTS,
    CHECK_NUMBERS,
    DEAD_ID,
    NOT_LIMITS,
    OUT_OF_RANGE_LIMITS,
    PLAIN_TEXTS,
    REASONS,
    SMALL_AMOUNTS,
    TIMESTAMPS,
)
from contracts.kernel.terms import Terms
from contracts.model.organization import allocation_targets

Json = dict[str, Any]
Query = list[list[str]]
LIMITS = ("1", "2", "3", "5", "100", "999")


class Generator:
    """Draws bodies and queries that collide often and lie near every bound.

    Args:
        random: the source; nothing else decides.
        terms: the ids to use, and which rules are enforced.
    """

    def __init__(self, random: Random, terms: Terms) -> None:
        self.random = random
        organization = terms.organization
        self.payers = [*organization.enabled_payers()[:3], *organization.disabled_payers()[:1]]
        self.invoices = sorted(organization.invoices)[:3]
        self.targets = allocation_targets(organization)
        self.earmarking = organization.earmarking
        self.bends = bends_for(terms.rules)
        # Near the bound a bend leaves the schema, with good reason where that is let in.
        near_bound = terms.rules["amount-int32"] == "enforce"
        self.amounts = BOUNDARY_AMOUNTS if near_bound else SMALL_AMOUNTS

    def create(self) -> Json:
        """A create's body: two times in three one that rules and shapes accept."""
        random = self.random
        allocations = self.allocations()
        body: Json = {
            "non_insurance_payer_id": random.choice(self.payers[:2] or [DEAD_ID]),
            "amount_cents": sum(part["amount_cents"] for part in allocations),
            "allocations": allocations,
        }
        for name, draw in _OPTIONAL:
            if random.random() < 0.5:
                body[name] = draw(self)
        if random.random() < 0.3:
            random.choice(self.bends)(random, self.payers, body)
        return body

    def allocations(self) -> list[Json]:
        """One to three parts, seldom two at the same target."""
        random = self.random
        count = random.choice((1, 1, 1, 2, 3))
        if count == 1:
            cents = random.choice(self.amounts if random.random() < 0.1 else SMALL_AMOUNTS)
            return [self.allocation(cents, random.choice(self.targets))]
        chosen = random.sample(self.targets, min(count, len(self.targets)))
        return [self.allocation(random.choice(SMALL_AMOUNTS), target) for target in chosen]

    def allocation(self, cents: int, target: Json) -> Json:
        """One part, with an earmark now and then where it may have one."""
        part: Json = {"amount_cents": cents, "target": target}
        if self.earmarking and target["type"] == "unattributed" and self.random.random() < 0.4:
            part["earmark"] = self.random.choice(EARMARKS)
        return part

    def update(self) -> Json:
        """An update's body: any of the four fields set, removed, or bent."""
        random = self.random
        body: Json = {}
        for name, draw in _CHANGEABLE:
            if random.random() < 0.4:
                body[name] = self.change(draw)
        if random.random() < 0.35:
            body["refund_timestamp"] = random.choice(TIMESTAMPS)
        if random.random() < 0.12:
            name, value = random.choice(BAD_CHANGES)
            body[name] = value
        return body

    def change(self, draw: Callable[["Generator"], Any]) -> Json:
        """Set to a drawn value, or remove."""
        if self.random.random() < 0.35:
            return {"type": "remove"}
        return {"type": "set", "value": draw(self)}

    def query(self) -> Query:
        """A list's query, one in eight of them with something wrong."""
        random = self.random
        query = [[name, draw(self)] for name, share, draw in _PARAMETERS if random.random() < share]
        if random.random() < 0.12:
            query.append(list(random.choice(BAD_PARAMETERS)))
        return query

    def dead_id(self) -> str:
        """An id that stands for nothing: a uuid, or no uuid at all."""
        return self.random.choice((DEAD_ID, DEAD_ID.upper(), "x", DEAD_ID[:-1]))

    def in_any_case(self, text: str) -> str:
        """An id as it is, or now and then in capitals."""
        return text.upper() if self.random.random() < 0.1 else text


def _timestamp(g: Generator) -> str:
    return g.random.choice(TIMESTAMPS)


def _note(g: Generator) -> str:
    return g.random.choice(PLAIN_TEXTS)


def _check_number(g: Generator) -> str:
    return g.random.choice(CHECK_NUMBERS)


def _reason(g: Generator) -> str:
    return g.random.choice(REASONS)


def _invoice(g: Generator) -> str:
    return g.in_any_case(g.random.choice(g.invoices or [DEAD_ID]))


def _payer(g: Generator) -> str:
    return g.in_any_case(g.random.choice(g.payers or [DEAD_ID]))


_OPTIONAL = (
    ("refund_timestamp", _timestamp),
    ("refund_note", _note),
    ("check_number", _check_number),
    ("refund_reason", _reason),
    ("invoice_id", _invoice),
)
_CHANGEABLE = (("refund_note", _note), ("refund_reason", _reason), ("invoice_id", _invoice))
_PARAMETERS: tuple[tuple[str, float, Callable[[Generator], str]], ...] = (
    ("check_number", 0.2, _check_number),
    ("check_number", 0.2, _check_number),
    ("non_insurance_payer_id", 0.25, _payer),
    ("invoice_id", 0.2, _invoice),
    ("sort", 0.6, lambda g: g.random.choice(("amount_cents", "refund_timestamp"))),
    ("sort_direction", 0.6, lambda g: g.random.choice(("asc", "desc"))),
    ("limit", 0.8, lambda g: g.random.choice(LIMITS)),
)
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
