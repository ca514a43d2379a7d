"""docs/control.md has a row and an example for each route of the control plane."""

from __future__ import annotations

import re

from starlette.routing import Route

from mockserver import Settings, create_app
from mockserver.app import WORLD_PREFIX
from mockserver.cli.background import COMMANDS
from tests.docs.documents import document
from tests.docs.reader import LOCAL, commands

CONTROL = document("docs/control.md")
ROUTES = [route for route in create_app(Settings()).control.routes if isinstance(route, Route)]


def test_every_route_has_its_row() -> None:
    """The table has each path with its methods, and the prefix of the vendor's API in a world."""
    told = {
        row["path"]: set(row["methods"].split(", "))
        for row in CONTROL.table("path", "methods", "what it does")
    }
    assert told.pop(f"{WORLD_PREFIX}{{name}}/...") == {"the vendor's"}
    assert told == {route.path: (route.methods or set()) - {"HEAD"} for route in ROUTES}


def test_every_command_for_scripts_has_its_row() -> None:
    """The table has the commands that start a stand-in, or look for one."""
    rows = CONTROL.table("command", "what it does")
    assert [row["command"] for row in rows] == [f"mockserver {each.name}" for each in COMMANDS]


def test_every_route_has_an_example() -> None:
    """Each method of each path is called by a curl of the page, and so is the prefix."""
    called = [
        _called(command)
        for block in CONTROL.blocks()
        if block.language == "sh"
        for command in commands(block)
        if command.startswith("curl ")
    ]
    for route in ROUTES:
        for method in (route.methods or set()) - {"HEAD"}:
            matching = [path for verb, path in called if verb == method and _fits(route, path)]
            assert matching, f"no curl does {method} {route.path}"
    assert any(path.startswith(WORLD_PREFIX) for _, path in called)


def _called(command: str) -> tuple[str, str]:
    method = re.search(r"-X ([A-Z]+)", command)
    path = re.search(rf"{LOCAL}([^\s'\"?]*)", command)
    assert path is not None, command
    return method[1] if method else "POST" if " -d " in command else "GET", path[1]


def _fits(route: Route, path: str) -> bool:
    return route.path_regex.fullmatch(path) is not None
