"""`--watch`: the fixture's worlds start again when its file changes."""

from __future__ import annotations

import asyncio
import logging

from mockserver.app import Mockserver, file_state
from mockserver.errors import MockserverError
from mockserver.fixtures.catalog import locate

__all__ = ["watch"]

log = logging.getLogger("mockserver")

LOOK_SECONDS = 0.2
"""How often the file is looked at. A look costs microseconds, and shows a change on a network
drive, in a container and behind links too, where events of the system may not come.
"""


async def watch(app: Mockserver) -> None:
    """Read the file again once a change of it has settled; a bad file changes nothing."""
    path = locate(app.settings.fixture)
    state = app.read_state
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        seen, state = state, file_state(path)
        if state != seen or state == app.read_state:
            continue
        try:
            names = await app.reload()
        except MockserverError as error:
            log.error("%s was not reloaded: %s", path, error)
        else:
            log.warning("%s was reloaded; started again: %s", path, ", ".join(names) or "no world")
