"""Servers that do what they refuse to who has no token."""

from collections.abc import Callable

from contracts.model import REFUNDS
from contracts.targets.target import Request
from tests.defects.defect import Defect, Json, met, sent
from tests.defects.side_effect import plainest
from tests.reference_server import World


def _stranger(
    name: str, sentence: str, method: str, change: Callable[[Request, World], None]
) -> Defect:
    """A defect in what a call without a token leaves behind, in whatever account it can be."""

    def met_otherwise(request: Request, worlds: dict[str, World]) -> Request:
        if request.method == method and request.header("authorization") is None:
            for world in worlds.values():
                change(request, world)
        return request

    return met(name, sentence)(met_otherwise)


def _named(request: Request, world: World) -> Json:
    refund = world.state.refunds.get(request.path.rpartition("/")[2])
    return refund.body if refund is not None else {}


def _strangers_delete(request: Request, world: World) -> None:
    if _named(request, world):
        world.state = world.state.without(request.path.rpartition("/")[2])


def _strangers_update(request: Request, world: World) -> None:
    body = _named(request, world)
    if "refund_note" in body and sent(request):
        rest = {key: value for key, value in body.items() if key != "refund_note"}
        world.state = world.state.with_record(rest)


def _strangers_create(request: Request, world: World) -> None:
    number = sent(request).get("check_number")
    if number is not None and request.path == REFUNDS:
        world.state = world.state.with_record(plainest(world, number))


_STRANGERS = (
    _stranger(
        "stranger-is-refused-too-late",
        "Deletes, then refuses who has no token.",
        "DELETE",
        _strangers_delete,
    ),
    _stranger(
        "stranger-changes-a-note",
        "Updates, then refuses who has no token.",
        "PATCH",
        _strangers_update,
    ),
    _stranger(
        "stranger-leaves-a-refund",
        "Creates, then refuses who has no token.",
        "POST",
        _strangers_create,
    ),
)


DEFECTS: tuple[Defect, ...] = (*_STRANGERS,)
