"""The five operations of Non-Insurance Payer Refunds V1: each gathers, lets the rules decide,
applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.routing import Route

from mockserver.api.allocations import encoded_allocations
from mockserver.api.answers import Answer, json_answer
from mockserver.api.bodies import Reader, read_shape
from mockserver.api.gate import Gate
from mockserver.api.operations import Call, Methods, Operation
from mockserver.api.pages import page_pieces, parsed
from mockserver.api.paths import PARAMETERS_KEY
from mockserver.errors import Breach, Refusal
from mockserver.rules.addresses import path_id_shape, refund_exists
from mockserver.rules.proposal import proposed_create, proposed_update
from mockserver.spec.facts import REFUND_PATH, REFUNDS_PATH
from mockserver.state.journal import PIECES_KEY
from mockserver.state.refund import OPTIONAL_FIELDS, Refund
from mockserver.state.stand_ins import stand_in_payer
from mockserver.wire.requests import (
    HastyCreate,
    NonInsurancePayerRefundCreate,
    NonInsurancePayerRefundUpdate,
    Remove,
)

__all__ = ["routes"]

_FAMILY = "non_insurance_payer_refunds"

_CREATE = Reader(NonInsurancePayerRefundCreate, hasty=HastyCreate)
_UPDATE = Reader(NonInsurancePayerRefundUpdate)
_REMOVABLE = ("refund_note", "refund_reason", "invoice_id")


def routes(gate: Gate, max_body_bytes: int) -> list[Route]:
    """The family's route table."""
    collection = Methods(
        GET=Operation(gate, get_multi), POST=Operation(gate, create, max_body_bytes)
    )
    member = Methods(
        GET=Operation(gate, get),
        PATCH=Operation(gate, update, max_body_bytes),
        DELETE=Operation(gate, delete),
    )
    return [
        Route(REFUNDS_PATH, collection, name=_FAMILY),
        Route(REFUND_PATH, member, name=_FAMILY),
    ]


def get_multi(call: Call) -> Answer:
    """A page of refunds."""
    pieces = page_pieces(call.world, parsed(call.scope["query_string"]), call.warnings)
    body = b"".join(pieces)
    call.scope[PIECES_KEY] = body, pieces
    return json_answer(body)


def get(call: Call) -> Answer:
    """One refund."""
    return json_answer(_standing(call).json)


def create(call: Call) -> Answer:
    """A new refund; 200, not 201, as the vendor's page has it."""
    world, verdicts, warnings = call.world, call.world.verdicts, call.warnings
    body = read_shape(_CREATE, call.body, call.media_type, verdicts, warnings)
    proposal = proposed_create(body, world.organization)
    verdicts.judge("create shape", proposal, warnings)
    verdicts.judge("create existence", proposal, warnings)
    verdicts.judge("create business", proposal, warnings)

    payer_id, timestamp = proposal.payer_id, proposal.timestamp
    refund_id, sequence = world.draw_id(), world.sequence
    refund = Refund.made(
        sequence,
        refund_id,
        world.organization.payers.get(payer_id) or stand_in_payer(payer_id),
        proposal.amount_cents,
        encoded_allocations(world, proposal.allocations),
        _sent(vars(body), world.organization.invoices),
        None if timestamp is None else timestamp.nanoseconds,
    )
    world.add(refund)
    return json_answer(refund.json)


def update(call: Call) -> Answer:
    """A refund with some optional fields set or removed; without a body it stays as it is."""
    world, verdicts, warnings = call.world, call.world.verdicts, call.warnings
    body = NonInsurancePayerRefundUpdate()
    if call.body:
        body = read_shape(_UPDATE, call.body, call.media_type, verdicts, warnings)
    proposal = proposed_update(body, world.organization)
    verdicts.judge("update shape", proposal, warnings)
    refund = _standing(call)
    verdicts.judge("update existence", proposal, warnings)

    changed = _changed(refund, body)
    if changed != refund:
        world.replace(refund, changed)
    return json_answer(changed.json)


def delete(call: Call) -> Answer:
    """Nothing, with status 200; the refund is gone for every call."""
    refund = _found(call)
    if refund is not None:
        call.world.remove(refund)
    return Answer(200, b"")


def _found(call: Call) -> Refund | None:
    """The refund that the path names; None when there is none and the rules let that pass."""
    refund_id: str = call.scope[PARAMETERS_KEY]["non_insurance_payer_refund_id"]
    refund = call.world.find(refund_id) or call.world.find(refund_id.lower())
    if refund is None:
        call.world.verdicts.weigh(path_id_shape(refund_id), call.warnings)
        call.world.verdicts.weigh(_missing(call, refund_id), call.warnings)
    return refund


def _standing(call: Call) -> Refund:
    """The refund that the path names; a Refusal (404) when there is none to answer with."""
    refund = _found(call)
    if refund is None:
        refund_id: str = call.scope[PARAMETERS_KEY]["non_insurance_payer_refund_id"]
        raise Refusal("EntityNotFoundError", *_missing(call, refund_id))
    return refund


def _missing(call: Call, refund_id: str) -> Iterable[Breach]:
    """That this world has no such refund, and which world has, if any."""
    return refund_exists(refund_id, False, call.worlds.holder(refund_id.lower(), call.world))


def _sent(fields: Mapping[str, Any], invoices: Mapping[str, str]) -> dict[str, str]:
    """The optional fields that were sent, as the answer writes them."""
    sent = {name: fields[name] for name in OPTIONAL_FIELDS if fields[name] is not None}
    if "refund_timestamp" in sent:
        sent["refund_timestamp"] = sent["refund_timestamp"].text
    if "invoice_id" in sent:
        sent["invoice_id"] = invoices.get(sent["invoice_id"], sent["invoice_id"])
    return sent


def _changed(refund: Refund, body: NonInsurancePayerRefundUpdate) -> Refund:
    """The refund as the update leaves it."""
    fields, nanoseconds = refund.optional(), refund.nanoseconds
    if body.refund_timestamp is not None:
        fields["refund_timestamp"] = body.refund_timestamp.text
        nanoseconds = body.refund_timestamp.nanoseconds
    for name in _REMOVABLE:
        change = getattr(body, name)
        if isinstance(change, Remove):
            fields.pop(name, None)
        elif change is not None:
            fields[name] = change.value
    return refund.changed(fields, nanoseconds)
