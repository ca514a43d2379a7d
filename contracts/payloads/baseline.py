"""Valid baseline requests, generated from a seed, that mutations start from."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from contracts.errors import WorldFileError
from contracts.generate.values import REASONS
from contracts.model import REFUNDS
from contracts.model.organization import (
    Organization,
    allocation_targets,
    load_organization,
    organization_from,
)
from contracts.model.shapes import TARGETS
from contracts.payloads.record import Framing, Sent, Step
from contracts.targets.target import JSON_HEADERS, Pairs, encode

Json = dict[str, Any]
NIL_ID = "00000000-0000-0000-0000-000000000000"
LARGEST_BODY = 1_048_576
"""The stand-in's own bound of a body, in bytes; the vendor documents none."""

MARK = "{{run}}"
"""What a create carries, so that a search finds what the run left: the name of the run."""

_NOTES = ("Paid twice in December", "Sent again, the first check was lost", "Study was free")


@dataclass(frozen=True, slots=True)
class World:
    """An organization with the credentials that its world file lists."""

    organization: Organization
    credentials: Mapping[str, str] = field(default_factory=dict)


def load_world(path: Path | None = None) -> World:
    """The world of a file, or the part of the stand-in's default fixture that is shipped here.

    Raises:
        WorldFileError: the file cannot be used, or holds too little for any create.
    """
    if path is None:
        text = files("contracts.payloads").joinpath("world.json").read_text(encoding="utf-8")
        document = json.loads(text)
        organization = organization_from(document)
    else:
        organization = load_organization(path)
        document = json.loads(path.read_text(encoding="utf-8"))
    if not organization.enabled_payers():
        raise WorldFileError(f"{path}: payloads need a payer that is enabled; add one")
    pairs = {row["client_id"]: row["client_secret"] for row in document.get("credentials", ())}
    return World(organization, pairs)


class Baseline:
    """Good bodies and steps.

    Args:
        world: the ids to use.
        seed: decides notes, amounts, and which of several ids; nothing else does.

    Attributes:
        kinds: of the targets that the organization has any of.
        made: the step that creates the refund of ITEM, from `body`.
    """

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.organization = organization = world.organization
        self.seed = seed
        self.random = Random(f"payloads {seed}")
        paid = organization.paid_cents
        payers = sorted(organization.enabled_payers(), key=lambda key: -paid.get(key, 2**62))
        self.payer, self.payers = payers[0], payers
        self.small_payer = next((key for key in reversed(payers) if key in paid), None)
        self.disabled = next(iter(organization.disabled_payers()), None)
        self.invoices = sorted(organization.invoices)
        self.targets = {kind: allocation_targets(organization, kind) for kind in TARGETS}
        for targets in self.targets.values():
            self.random.shuffle(targets)
        self.kinds = [kind for kind in TARGETS if self.targets[kind]]
        self.note = f"{self.random.choice(_NOTES)} {MARK}"
        self.cents = self.random.randrange(1_000, 90_000)
        self.reason = self.random.choice(REASONS)
        day, hour = self.random.randrange(1, 29), self.random.randrange(24)
        self.stamp = f"2024-03-{day:02}T{hour:02}:30:00Z"
        self.made = create_step(self.body())

    def target(self, kind: str, at: int = 0) -> Json | None:
        """A target of a kind that exists, or None."""
        found = self.targets[kind]
        return deepcopy(found[at]) if at < len(found) else None

    def body(self) -> Json:
        """A create that every profile accepts, with every field that the organization allows."""
        first = self.cents // 2
        second: Json = {"amount_cents": self.cents - first, "target": {"type": "unattributed"}}
        if self.organization.earmarking:
            second["earmark"] = {"type": "date_of_service", "value": "2024-02-29"}
        body: Json = {
            "non_insurance_payer_id": self.payer,
            "amount_cents": self.cents,
            "allocations": [{"amount_cents": first, "target": self.target(self.kinds[0])}, second],
            "refund_timestamp": self.stamp,
            "refund_note": self.note,
            "check_number": f"{MARK}-{self.cents:07}",
            "refund_reason": self.reason,
        }
        if self.kinds[0] == "unattributed":
            body["allocations"] = [{**second, "amount_cents": self.cents}]
        if self.invoices:
            body["invoice_id"] = self.invoices[0]
        return body

    def least(self, target: Json | None = None, cents: int | None = None) -> Json:
        """A create of the required fields and a mark, all of it allocated to one target."""
        cents = self.cents if cents is None else cents
        part = {"amount_cents": cents, "target": target or {"type": "unattributed"}}
        return {
            "non_insurance_payer_id": self.payer,
            "amount_cents": cents,
            "allocations": [part],
            "check_number": MARK,
        }

    def changes(self) -> Json:
        """An update of every field that can be set."""
        body: Json = {
            "refund_timestamp": "2024-04-01T12:00:00Z",
            "refund_note": {"type": "set", "value": "Corrected"},
            "refund_reason": {"type": "set", "value": "TRANSFER"},
        }
        if self.invoices:
            body["invoice_id"] = {"type": "set", "value": self.invoices[-1]}
        return body

    def usual(self, operation: str) -> Json:
        """The good body of a create or an update."""
        return self.body() if operation == "create" else self.changes()

    def setup(self, operation: str) -> tuple[Step, ...]:
        """The steps before a request of an operation: what is asked of one refund needs it."""
        return (self.made,) if operation in {"get", "update", "delete"} else ()


ITEM = REFUNDS + "/{{refund_id}}"


def sent_as(
    operation: str, body: bytes, headers: Pairs = JSON_HEADERS, framing: Framing = "length"
) -> Sent:
    """A create, or an update of the refund that was made, of this body."""
    method, path = ("POST", REFUNDS) if operation == "create" else ("PATCH", ITEM)
    return Sent(method, path, headers=headers, body=body, framing=framing)


def create(body: Json) -> Sent:
    """A create of this body."""
    return sent_as("create", encode(body))


def update(body: Json, path: str = ITEM) -> Sent:
    """An update by this body."""
    return Sent("PATCH", path, headers=JSON_HEADERS, body=encode(body))


def create_step(body: Json, name: str = "refund_id") -> Step:
    """The step that creates a refund and keeps its id under a name, in capitals too."""
    pointer = "/non_insurance_payer_refund_id"
    return Step(create(body), {name: pointer})
