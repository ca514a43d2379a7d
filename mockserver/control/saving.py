"""The state file, written on demand under /_mock/save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import ControlError, at, pretty
from mockserver.errors import SettingsError

__all__ = ["routes"]


def routes(save: Callable[[], dict[str, Any]], has_file: bool) -> list[Route]:
    """The route that calls `save`, where there is a state file."""

    async def write(_request: Request) -> Response:
        try:
            return pretty(save())
        except SettingsError as error:
            raise ControlError(500 if has_file else 409, str(error)) from None

    return [at("/_mock/save", POST=write)]
