"""The composition root: settings in, one ASGI app out; the only module that sees both planes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import replace
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path
from typing import cast

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.api import auth, refunds
from mockserver.api.auth import claimed_client
from mockserver.api.errors import refused
from mockserver.api.gate import WORLD_KEY, Gate
from mockserver.api.jwts import Tokens
from mockserver.api.operations import Methods, respond
from mockserver.control import clock as control_clock
from mockserver.control import documents, health
from mockserver.control import faults as control_faults
from mockserver.control import journal as control_journal
from mockserver.control import limits as control_limits
from mockserver.control import snapshots as control_snapshots
from mockserver.control import worlds as control_worlds
from mockserver.control.answers import HANDLERS
from mockserver.control.guard import Guard
from mockserver.errors import Breach, Refusal, SettingsError, shown
from mockserver.fixtures.catalog import SUFFIXES, folder, locate, names
from mockserver.fixtures.errors import FixtureError
from mockserver.fixtures.loading import generated_template, load
from mockserver.settings import Settings
from mockserver.spec import openapi
from mockserver.spec.facts import TOKEN_PATH
from mockserver.state.faults import FaultSpec
from mockserver.state.world import Template
from mockserver.state.worlds import NAME_PATTERN, Worlds, is_name
from mockserver.steering.clock import ClockLayer
from mockserver.steering.documents import Vocabulary, read_flag
from mockserver.steering.effects import Canned
from mockserver.steering.evolution import Evolution
from mockserver.steering.faults import FaultLayer, FaultTools
from mockserver.steering.journal import JournalLayer
from mockserver.version import __version__

__all__ = ["Mockserver", "create_app", "file_state"]

WORLD_PREFIX = "/_mock/w/"
CONTROL_PREFIX = "/_mock/"
VENDOR_PREFIX = "/api/"
CONTROL_PATHS = ("/_mock", "/openapi.json", "/openapi.yaml")
LOCAL_ORIGIN = r"https?://(localhost|[a-z0-9.-]+\.localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?"
"""The origins of pages that this machine serves."""

EXPOSED = (
    "Mock-World",
    "Mock-Warning",
    "Mock-Refusal",
    "Mock-Nearest-Path",
    "Mock-Fault",
    "Allow",
    "Preference-Applied",
    "Retry-After",
    "X-RateLimit-Reset",
)
MOST_TEMPLATES = 8
MOST_PLACES = 5
LONGEST_COMPARED = 160
"""How long a path may be to get a nearest one: the work grows with the square of its length."""


def create_app(settings: Settings | None = None) -> Mockserver:
    """The stand-in as an ASGI app that needs no lifespan: seeded when this returns.

    Raises SettingsError for settings and FixtureError for a fixture that cannot be used.
    """
    return Mockserver(settings or Settings())


class Mockserver:
    """Both planes behind one door, which also reads the world from the front of the path."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._templates: dict[Path, tuple[int, Template]] = {}
        self.first_faults: tuple[FaultSpec, ...] = ()
        self.read_state = file_state(locate(settings.fixture))
        self.worlds = Worlds(self.own_template(), settings.max_worlds)
        tokens = Tokens(settings.signing_key)
        gate = Gate(self.worlds, tokens, settings.auth)
        families = self.families = [
            *refunds.routes(gate, settings.max_body_bytes),
            *auth.routes(gate, settings.max_body_bytes),
        ]
        self.tokens, self.gate = tokens, gate
        self.faults = self.fault_tools(families)
        self.first_faults = tuple(read_flag(text, self.faults.known) for text in settings.fault)
        self.worlds.template = replace(self.worlds.template, faults=self.first_faults)
        self.cors = cors(self.serve, settings.allow_origin)
        self.nowhere = self.layered(self.not_found, {})
        self.data = Router(
            [
                Route(route.path, self.layered(route.endpoint, operations(route)))
                for route in families
            ],
            redirect_slashes=False,
            default=self.nowhere,
        )
        self.control = control_plane(self, tokens)
        routes = (*families, *self.control.routes)
        self.known = [route.path for route in routes if isinstance(route, Route)]

    def own_template(self) -> Template:
        """What worlds start as unless they ask for another fixture."""
        settings = self.settings
        if settings.refunds is None:
            return self.template(settings.fixture)
        if settings.watch:
            raise SettingsError(
                f"refunds {settings.refunds} are generated, so there is no file to watch; leave out"
                " watch, or write them to a file with `mockserver fixtures generate`"
            )
        template = generated_template(settings.refunds, settings)
        return replace(template, faults=self.first_faults)

    def template(self, fixture: str) -> Template:
        """What worlds over the fixture of this name or path start as."""
        return replace(load(fixture, self.settings), faults=self.first_faults)

    def fault_tools(self, families: Iterable[Route]) -> FaultTools:
        """What the layers of faults share; operations are known from the route table alone."""
        places = {
            name: (method, route.path)
            for route in families
            for method, name in operations(route).items()
        }
        evolution = Evolution(openapi, places)
        return FaultTools(
            worlds=self.worlds,
            world_name=self.gate.claimed_world,
            client_name=claimed_client,
            path=route_path,
            known=Vocabulary(tuple(places), canned_error, evolution.evolves),
            evolution=evolution,
            most_body_bytes=self.settings.max_body_bytes,
            body_names_world=frozenset(n for n, (_, path) in places.items() if path == TOKEN_PATH),
        )

    def layered(self, app: ASGIApp, names: dict[str, str]) -> ASGIApp:
        """An app of the data plane with the layers around it; it knows none of them."""
        app = FaultLayer(app, names, self.faults)
        if self.settings.journal_calls:
            app = JournalLayer(app, names, self.worlds, self.gate.claimed_world, route_path)
        return ClockLayer(app, self.worlds)

    def shared_template(self, fixture: str) -> Template:
        """The same for who asks over HTTP, read once for as long as the file does not change.

        Raises SettingsError for what is no regular file with a fixture's suffix, or not below the
        folder for such files, and for a fixture that cannot be used.
        """
        path = locate(fixture)
        is_own = os.fspath(path) == os.fspath(locate(self.settings.fixture))
        if is_own and self.settings.refunds is None:
            return self.worlds.template
        path = self.allowed(fixture, path)
        changed = path.stat().st_mtime_ns
        kept = self._templates.pop(path, None)
        if kept is None or kept[0] != changed:
            kept = changed, self.template_unquoted(fixture)
        self._templates[path] = kept
        if len(self._templates) > MOST_TEMPLATES:
            del self._templates[next(iter(self._templates))]
        return kept[1]

    def allowed(self, fixture: str, path: Path) -> Path:
        """The file itself, where links lead, if it may be named over HTTP."""
        beside = self.settings.fixtures_dir or locate(self.settings.fixture).resolve().parent
        folders = [folder().resolve(), Path(beside).resolve()]
        named = f"fixture {shown(fixture)} is no file that ends in {', '.join(SUFFIXES)}"
        told = f"{named} below {folders[1]} (--fixtures-dir); shipped are {', '.join(names())}"
        if "\0" in fixture:
            raise SettingsError(told)
        try:
            path = path.resolve()
            is_below = any(path.is_relative_to(each) for each in folders)
            if is_below and path.suffix in SUFFIXES and path.is_file():
                return path
        except OSError:
            pass
        raise SettingsError(told)

    def template_unquoted(self, fixture: str) -> Template:
        """The template, or a SettingsError that says where the file is wrong and quotes nothing."""
        try:
            return self.template(fixture)
        except FixtureError as error:
            places = ", ".join(problem.path for problem in error.problems[:MOST_PLACES])
            advice = "`mockserver fixtures validate` with this file says why"
            told = f"fixture {shown(fixture)} cannot be used: see {places}; {advice}"
            raise SettingsError(told) from None

    def reload(self) -> list[str]:
        """Read the fixture again and start its worlds again from it; answers their names.

        Raises MockserverError, and changes nothing, when the file cannot be used.
        """
        self.read_state = file_state(locate(self.settings.fixture))
        new = self.own_template()
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
        plane: ASGIApp = self.data
        if path.endswith("\n"):  # which Starlette's patterns would overlook
            plane = self.nowhere
        elif path.startswith(VENDOR_PREFIX):
            pass
        elif path.startswith(WORLD_PREFIX):
            plane = self.in_world
        elif path.startswith(CONTROL_PREFIX) or path in CONTROL_PATHS:
            plane, scope = self.control, moved(scope, path.rstrip("/"))
        elif path in ("", "/") and scope["method"] in ("GET", "HEAD"):
            plane, scope = self.control, moved(scope, "/")
        return plane, scope

    async def in_world(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the vendor's path that follows `/_mock/w/<name>`, in that world."""
        name, _, rest = route_path(scope)[len(WORLD_PREFIX) :].partition("/")
        if not is_name(name):
            message = f"{shown(name)} cannot name a world; expected text like {NAME_PATTERN}"
            await respond(scope, send, Refusal("NotFoundError", message=message))
        else:
            await self.data({**moved(scope, f"/{rest}"), WORLD_KEY: name}, receive, send)

    async def not_found(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer for a path that nothing is served under, with the nearest one that is known."""
        path = route_path(scope)
        is_short = len(path) <= LONGEST_COMPARED
        candidates = {filled(known, path): known for known in self.known} if is_short else {}
        near = get_close_matches(path, candidates, n=1, cutoff=0.3)
        root = scope.get("root_path", "")
        headers = tuple((b"mock-nearest-path", (root + candidates[text]).encode()) for text in near)
        message = f"nothing is served under {shown(path)}; GET /openapi.json lists what is"
        await respond(scope, send, Refusal("NotFoundError", message=message, headers=headers))


def operations(route: Route) -> dict[str, str]:
    """The operations of a route by method, named by family and verb in the SDK's words."""
    methods = cast(Methods, route.endpoint)
    return {
        method: f"{route.name}.{operation.verb}" for method, operation in methods.operations.items()
    }


def canned_error(name: str) -> Canned:
    """The vendor's error of this name, as a fault answers it."""
    breach = Breach("fault", "$", "", "no fault", entity_id="00000000-0000-4000-8000-000000000000")
    answer = refused(Refusal(name, breach, message="a fault was set to answer this"))
    told = tuple(pair for pair in answer.headers if pair[0] != b"mock-refusal")
    return Canned(answer.status, told, answer.body)


def route_path(scope: Scope) -> str:
    """The path of a request behind the prefix that the app is mounted under, if any."""
    path: str = scope["path"]
    root: str | None = scope.get("root_path")
    if root and path.startswith(root) and path[len(root) : len(root) + 1] in ("", "/"):
        return path[len(root) :]
    return path


def moved(scope: Scope, path: str) -> Scope:
    """The scope of the same request for another path behind the prefix."""
    return {**scope, "path": scope.get("root_path", "") + path}


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


class Cors(CORSMiddleware):
    """Starlette's, which also says how to allow an origin."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a preflight."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == 200:
            return answer
        told = f"{bytes(answer.body).decode()}; start with --allow-origin ORIGIN to allow one\n"
        return PlainTextResponse(told, answer.status_code)


def cors(app: ASGIApp, origins: Collection[str]) -> Cors:
    """The app, with what a browser asks for before it lets a page of an allowed origin call it."""
    return Cors(
        app,
        allow_origins=origins,
        allow_origin_regex=LOCAL_ORIGIN,
        allow_methods=("GET", "HEAD", "POST", "PATCH", "DELETE"),
        allow_headers=("*",),
        allow_private_network=True,
        expose_headers=EXPOSED,
    )


def control_plane(mockserver: Mockserver, tokens: Tokens) -> Starlette:
    """The control plane over a stand-in's worlds."""
    hosts = (*mockserver.settings.allow_host, mockserver.settings.host)
    plane = Starlette(
        routes=[
            *health.routes(mockserver.worlds, __version__),
            *control_worlds.routes(
                mockserver.worlds, mockserver.shared_template, mockserver.settings.max_body_bytes
            ),
            *control_faults.routes(
                mockserver.worlds, mockserver.faults.known, mockserver.settings.max_body_bytes
            ),
            *control_journal.routes(
                mockserver.worlds, mockserver.faults.known, mockserver.settings.max_body_bytes
            ),
            *control_clock.routes(mockserver.worlds, mockserver.settings.max_body_bytes),
            *control_limits.routes(mockserver.worlds, mockserver.settings.max_body_bytes),
            *control_snapshots.routes(mockserver.worlds, mockserver.settings.max_body_bytes),
            *documents.routes(mockserver.worlds, lambda: tokens.public_pem),
        ],
        middleware=[Middleware(Guard, hosts, mockserver.settings.allow_origin)],
        exception_handlers=HANDLERS,
    )
    plane.router.redirect_slashes = False
    return plane
