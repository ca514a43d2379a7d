"""A world as a fixture file, which leaves out secrets unless they are asked for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mockserver.control.answers import ControlError
from mockserver.control.aside import in_loop
from mockserver.errors import shown
from mockserver.fixtures.building import exported
from mockserver.state.world import World

__all__ = ["as_fixture"]

_MANY_REFUNDS = 1_000
"""How many refunds a world may hold to be exported at once: else a thread makes piece by piece."""


def as_fixture(request: Request, world: World) -> Response:
    """The fixture of a world; a header says how many credentials are left out.

    Raises a ControlError (422) for a `secrets` that is neither true nor false.
    """
    asked = request.query_params.get("secrets", "false")
    if asked not in ("true", "false"):
        raise ControlError(422, f"secrets is {shown(asked)}; expected true or false")
    secrets = asked == "true"
    pieces, left_out = exported(world, secrets=secrets), world.organization.credentials
    answer: Response
    if len(world) > _MANY_REFUNDS and in_loop():
        answer = StreamingResponse(pieces, media_type="application/json")
    else:
        answer = Response(b"".join(pieces), media_type="application/json")
    if left_out and not secrets:
        told = f"credentials: {len(left_out)} left out; ?secrets=true exports them too"
        answer.headers["Mock-Warning"] = told
    return answer
