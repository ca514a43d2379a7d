"""A handful of servers that each break one promise, for the suite's own tests."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from contracts.model import Outcome, Prediction, State
from contracts.model.organization import Organization
from contracts.model.rules import Level
from contracts.targets.target import Reply, Request
from tests.reference_server import ReferenceServer, World

Server = Callable[[Organization, Mapping[str, Level]], ReferenceServer]


class TrimsNotes(ReferenceServer):
    """Cuts blanks off both ends of a note."""

    def shown(self, request: Request, prediction: Prediction, body: Any, world: World) -> Any:
        """Trim the note."""
        body = super().shown(request, prediction, body, world)
        if isinstance(body, dict) and "refund_note" in body:
            body["refund_note"] = body["refund_note"].strip()
        return body


class ForgetsDeletes(ReferenceServer):
    """Answers a delete and keeps the record."""

    def stored(self, request: Request, prediction: Prediction, body: Any, world: World) -> State:
        """Keep what was deleted."""
        if prediction.operation == "delete":
            return world.state
        return super().stored(request, prediction, body, world)


class NewestFirst(ReferenceServer):
    """Breaks ties by the newest."""

    def shown(self, request: Request, prediction: Prediction, body: Any, world: World) -> Any:
        """Turn ties round."""
        if prediction.operation == "get_multi" and "sort=amount_cents" in request.query_text:
            rows = sorted(body["items"], key=lambda row: (row["amount_cents"], row_seq(row, world)))
            if "sort_direction=asc" in request.query_text:
                return {**body, "items": rows}
        return super().shown(request, prediction, body, world)


class LosesSecondAllocation(ReferenceServer):
    """Answers with the first allocation alone."""

    def shown(self, request: Request, prediction: Prediction, body: Any, world: World) -> Any:
        """Cut the list of allocations."""
        body = super().shown(request, prediction, body, world)
        if prediction.operation == "create":
            body = {**body, "allocations": body["allocations"][:1]}
        return body


class LetsStrangersIn(ReferenceServer):
    """Serves a delete to anyone."""

    def decided(self, request: Request, prediction: Prediction, world: World) -> Outcome:
        """Let the delete through."""
        outcome = super().decided(request, prediction, world)
        if outcome.status == 401 and request.method == "DELETE":
            return Outcome(404, "EntityNotFoundError", "refund-exists", "unknown")
        return outcome


class SaysNull(ReferenceServer):
    """Answers null for a note that is not there."""

    def said(self, request: Request, reply: Reply) -> Reply:
        """Add the null."""
        if reply.status == 200 and b'"amount_cents"' in reply.body and b"note" not in reply.body:
            body = reply.body[:-1] + b',"refund_note":null}'
            headers = tuple(pair for pair in reply.headers if pair[0] != "content-length")
            return replace(reply, body=body, headers=headers, _parsed=[])
        return reply


def row_seq(row: dict[str, Any], world: World) -> int:
    """How young a row is, the youngest first."""
    return -world.state.refunds[row["non_insurance_payer_refund_id"]].seq


FLAWED: dict[str, tuple[Server, str]] = {
    "trims notes": (TrimsNotes, "create-echoes-note"),
    "forgets deletes": (ForgetsDeletes, "delete-makes-gone"),
    "newest first": (NewestFirst, "sort-ties-by-age"),
    "loses the second allocation": (LosesSecondAllocation, "allocations-keep-order"),
    "lets strangers in": (LetsStrangersIn, "auth-is-needed"),
    "says null": (SaysNull, "answer-holds-no-null"),
}
"""A server and a law that must notice it."""
