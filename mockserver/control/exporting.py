"""A world as a fixture file, which leaves out secrets unless they are asked for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mockserver.control.answers import ControlError, pretty
from mockserver.errors import shown
from mockserver.fixtures.building import exported
from mockserver.state.world import World

__all__ = ["as_fixture"]


def as_fixture(request: Request, world: World) -> Response:
    """The fixture of a world; a header says how many credentials are left out.

    Raises a ControlError (422) for a `secrets` that is neither true nor false.
    """
    asked = request.query_params.get("secrets", "false")
    if asked not in ("true", "false"):
        raise ControlError(422, f"secrets is {shown(asked)}; expected true or false")
    document = exported(world)
    left_out = () if asked == "true" else document.pop("credentials", ())
    answer = pretty(document)
    if left_out:
        told = f"credentials: {len(left_out)} left out; ?secrets=true exports them too"
        answer.headers["Mock-Warning"] = told
    return answer
