"""The composition root: settings in, one ASGI app out; the only module that sees both planes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.api import auth, refunds
from mockserver.api.auth import claimed_client
from mockserver.api.errors import refused
from mockserver.api.gate import WORLD_KEY, Gate
from mockserver.api.jwts import Tokens
from mockserver.api.operations import Methods, respond
from mockserver.api.paths import Paths
from mockserver.control import clock as control_clock
from mockserver.control import conduct as control_conduct
from mockserver.control import documents, following, health, imports
from mockserver.control import faults as control_faults
from mockserver.control import journal as control_journal
from mockserver.control import limits as control_limits
from mockserver.control import saving as control_saving
from mockserver.control import settings as control_settings
from mockserver.control import snapshots as control_snapshots
from mockserver.control import worlds as control_worlds
from mockserver.control.answers import HANDLERS
from mockserver.control.aside import Aside
from mockserver.control.cors import cors
from mockserver.control.guard import Guard
from mockserver.errors import Breach, Refusal, SettingsError, nearest, shown
from mockserver.fixtures.catalog import locate
from mockserver.scopes import encoded_path, moved, named, route_path
from mockserver.settings import Settings
from mockserver.spec import openapi
from mockserver.spec.facts import TOKEN_PATH
from mockserver.state.names import NAME
from mockserver.state.worlds import Worlds
from mockserver.steering.clock import ClockLayer
from mockserver.steering.contract import Contract
from mockserver.steering.coverage import Coverage
from mockserver.steering.documents import Vocabulary
from mockserver.steering.effects import Canned
from mockserver.steering.evolution import Evolution
from mockserver.steering.faults import FaultLayer, FaultTools
from mockserver.steering.journal import JournalLayer
from mockserver.steering.showing import Show, ShowLayer
from mockserver.templates import LARGE_BYTES, Templates, bare_template
from mockserver.version import __version__
from mockserver.workers import warn_of_workers

__all__ = ["Mockserver", "create_app", "file_state"]

WORLD_PREFIX = "/_mock/w/"
CONTROL_PREFIX = "/_mock/"
VENDOR_PREFIX = "/api/"
CONTROL_PATHS = ("/_mock", "/openapi.json", "/openapi.yaml")
LONGEST_COMPARED = 160
"""How long a path may be to get a nearest one: the work grows with the square of its length."""


def create_app(settings: Settings | None = None) -> Mockserver:
    """The stand-in as an ASGI app that needs no lifespan: seeded when this returns.

    All state is in this process: one server process is to serve it, and a warning is logged where
    more were asked for. Raises SettingsError for settings and FixtureError for a fixture that
    cannot be used.
    """
    warn_of_workers(sys.argv, os.environ)
    return Mockserver(settings or Settings())


class Mockserver:
    """Both planes behind one door, which also reads the world from the front of the path.

    `show` is called with each call of the data plane, once it is answered.
    """

    def __init__(self, settings: Settings, show: Show | None = None) -> None:
        self.settings = settings
        self.show = show
        self.aside = Aside()
        self.read_state = file_state(locate(settings.fixture))
        self.worlds = Worlds(bare_template(settings), settings.max_worlds)
        tokens = Tokens(settings.signing_key)
        gate = Gate(self.worlds, tokens, settings.auth)
        families = self.families = [
            *refunds.routes(gate, settings.max_body_bytes),
            *auth.routes(gate, settings.max_body_bytes),
        ]
        self.tokens, self.gate = tokens, gate
        self.faults = self.fault_tools(families)
        self.contract = Contract(openapi, places(families))
        self.coverage = Coverage(self.contract)
        templates = Templates(settings, self.worlds, self.faults.known, self.aside)
        self.templates = templates
        self.worlds.template = templates.with_faults(self.worlds.template, templates.own_file)
        if settings.state is not None:
            from mockserver.steering.saving import read_state

            read_state(Path(settings.state), self.worlds, templates.saved, self.faults.known)
        self.cors = cors(self.serve, settings.allow_origin)
        self.data = Paths(
            [(route, self.layered(route.endpoint, operations(route))) for route in families],
            self.layered(self.not_found, {}),
            route_path,
        )
        self.control = control_plane(self, tokens)
        routes = (*families, *self.control.routes)
        self.known = [route.path for route in routes if isinstance(route, Route)]

    def save(self) -> dict[str, Any]:
        """Write the state file. Raises SettingsError where there is none, or no room for it."""
        if self.settings.state is None:
            raise SettingsError("there is no state file; start with --state FILE")
        from mockserver.steering.saving import saved, write_whole

        data = saved(self.worlds)
        write_whole(Path(self.settings.state), data)
        return {"file": self.settings.state, "worlds": len(self.worlds), "bytes": len(data)}

    def fault_tools(self, families: Iterable[Route]) -> FaultTools:
        """What the layers of faults share; operations are known from the route table alone."""
        named = places(families)
        evolution = Evolution(openapi, named)
        return FaultTools(
            worlds=self.worlds,
            world_name=self.gate.claimed_world,
            client_name=claimed_client,
            path=route_path,
            known=Vocabulary(tuple(named), canned_error, evolution.evolves),
            evolution=evolution,
            most_body_bytes=self.settings.max_body_bytes,
            body_names_world=frozenset(n for n, (_, path) in named.items() if path == TOKEN_PATH),
        )

    def layered(self, app: ASGIApp, names: dict[str, str]) -> ASGIApp:
        """An app of the data plane with the layers around it; it knows none of them."""
        app = FaultLayer(app, names, self.faults)
        if self.settings.journal_calls:
            claimed = self.gate.claimed_world
            app = JournalLayer(app, names, self.worlds, self.coverage, claimed, route_path)
        if self.show is not None:
            app = ShowLayer(app, self.gate.claimed_world, route_path, self.show)
        return ClockLayer(app, self.worlds)

    async def reload(self) -> list[str]:
        """Read the fixture again and start its worlds again from it; answers their names.

        Raises MockserverError, and changes nothing, when the file cannot be used.
        """
        state = self.read_state = file_state(locate(self.settings.fixture))
        is_long = self.settings.refunds is not None or (
            state is not None and state[1] > LARGE_BYTES
        )
        new = await self.aside(self.templates.own, is_long=is_long)
        return self.worlds.replace_template(self.worlds.template, new)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; one from a page in a browser by way of what tells the browser."""
        for name, _ in scope.get("headers", ()):
            if name == b"origin":
                await self.cors(scope, receive, send)
                return
        plane, scope = self.plane(scope)
        await plane(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, whoever sends it."""
        plane, scope = self.plane(scope)
        await plane(scope, receive, send)

    def plane(self, scope: Scope) -> tuple[ASGIApp, Scope]:
        """Who answers a request, and to which path; the control plane also answers the lifespan."""
        if scope["type"] != "http":
            return self.control, scope
        path = route_path(scope)
        if path.startswith(VENDOR_PREFIX):
            return self.data, scope
        if path.startswith(WORLD_PREFIX):
            return self.in_world, scope
        if path.startswith(CONTROL_PREFIX) or path in CONTROL_PATHS:
            return self.control, moved(scope, encoded_path(scope).rstrip("/"))
        if path in ("", "/") and scope["method"] in ("GET", "HEAD"):
            return self.control, moved(scope, "/")
        return self.data, scope

    async def in_world(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the vendor's path that follows `/_mock/w/<name>`, in that world."""
        part, _, rest = encoded_path(scope)[len(WORLD_PREFIX) :].partition("/")
        name = named(part)
        if name is None:
            message = f"{shown(part)} cannot name a world; expected {NAME}, percent-encoded"
            await respond(scope, send, Refusal("NotFoundError", message=message))
        else:
            within = {**moved(scope, unquote(f"/{rest}")), WORLD_KEY: name}
            await self.data(within, receive, send)

    async def not_found(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer for a path that nothing is served under, with the nearest one that is known."""
        path = route_path(scope)
        is_short = len(path) <= LONGEST_COMPARED
        candidates = {filled(known, path): known for known in self.known} if is_short else {}
        near = candidates.get(nearest(path, candidates, cutoff=0.3))
        headers: tuple[tuple[bytes, bytes], ...] = ()
        if near is not None:
            headers = ((b"mock-nearest-path", (scope.get("root_path", "") + near).encode()),)
        message = f"nothing is served under {shown(path)}; GET /openapi.json lists what is"
        await respond(scope, send, Refusal("NotFoundError", message=message, headers=headers))


def operations(route: Route) -> dict[str, str]:
    """The operations of a route by method, named by family and verb in the SDK's words."""
    methods = cast(Methods, route.endpoint)
    return {
        method: f"{route.name}.{operation.verb}" for method, operation in methods.operations.items()
    }


def places(families: Iterable[Route]) -> dict[str, tuple[str, str]]:
    """The method and the path of each operation, by its name."""
    return {
        name: (method, route.path)
        for route in families
        for method, name in operations(route).items()
    }


def canned_error(name: str) -> Canned:
    """The vendor's error of this name, as a fault answers it."""
    breach = Breach("fault", "$", "", "no fault", entity_id="00000000-0000-4000-8000-000000000000")
    answer = refused(Refusal(name, breach, message="a fault was set to answer this"))
    told = tuple(pair for pair in answer.headers if pair[0] != b"mock-refusal")
    return Canned(answer.status, told, answer.body)


def file_state(path: Path) -> tuple[int, int, int] | None:
    """What differs once a file was written again or replaced; None when it cannot be seen."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def filled(template: str, path: str) -> str:
    """The template with what stands in its place in the path for each parameter."""
    pairs = zip_longest(template.split("/"), path.split("/"), fillvalue="")
    parts = [have if want.startswith("{") and have else want for want, have in pairs if want]
    return "/" + "/".join(parts)


def control_plane(mockserver: Mockserver, tokens: Tokens) -> Starlette:
    """The control plane over a stand-in's worlds."""
    hosts = (*mockserver.settings.allow_host, mockserver.settings.host)
    plane = Starlette(
        routes=[
            *health.routes(mockserver.worlds, __version__),
            *control_worlds.routes(
                mockserver.worlds,
                mockserver.templates.shared,
                mockserver.settings.max_body_bytes,
            ),
            *control_faults.routes(
                mockserver.worlds, mockserver.faults.known, mockserver.settings.max_body_bytes
            ),
            *control_journal.routes(
                mockserver.worlds,
                mockserver.faults.known,
                mockserver.aside,
                mockserver.settings.max_body_bytes,
            ),
            *control_conduct.routes(mockserver.worlds, mockserver.contract, mockserver.coverage),
            *following.routes(mockserver.worlds, mockserver.faults.known),
            *control_clock.routes(mockserver.worlds, mockserver.settings.max_body_bytes),
            *control_limits.routes(mockserver.worlds, mockserver.settings.max_body_bytes),
            *control_settings.routes(mockserver.worlds, mockserver.settings.max_body_bytes),
            *imports.routes(mockserver.worlds, mockserver.templates.sent),
            *control_saving.routes(mockserver.save, mockserver.settings.state is not None),
            *control_snapshots.routes(mockserver.worlds, mockserver.settings.max_body_bytes),
            *documents.routes(mockserver.worlds, lambda: tokens.public_pem),
        ],
        middleware=[
            Middleware(
                Guard, hosts, mockserver.settings.allow_origin, mockserver.settings.control_token
            )
        ],
        exception_handlers=HANDLERS,
    )
    plane.router.redirect_slashes = False
    return plane
