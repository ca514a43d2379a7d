"""What the stand-in publishes of itself: OpenAPI document, rules, public key and an index."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import at, pretty
from mockserver.rules import ALL
from mockserver.spec import control_openapi, openapi_bytes, openapi_yaml
from mockserver.state.worlds import Worlds
from mockserver.version import __version__

__all__ = ["routes"]


def routes(worlds: Worlds, public_pem: Callable[[], bytes]) -> list[Route]:
    """The documents, `/_mock/rules`, `/_mock/public-key.pem`, `/_mock` and `/`."""
    json_text, yaml_text = cache(lambda: openapi_bytes().decode()), cache(openapi_yaml)

    async def as_json(request: Request) -> Response:
        url, told = json.dumps(_reached(request)), json.dumps(_THIS_SERVER)
        entry = f'    {{\n      "url": {url},\n      "description": {told}\n    }},\n'
        head, servers, rest = json_text().partition('  "servers": [\n')
        return Response(head + servers + entry + rest, media_type="application/json")

    async def as_yaml(request: Request) -> Response:
        entry = f"- url: {json.dumps(_reached(request))}\n  description: {_THIS_SERVER}\n"
        head, servers, rest = yaml_text().partition("\nservers:\n")
        return Response(head + servers + entry + rest, media_type="application/yaml")

    async def rules(_request: Request) -> Response:
        levels = worlds.template.verdicts.levels
        return pretty({"rules": [{**rule.described(), "level": levels[rule.id]} for rule in ALL]})

    async def public_key(_request: Request) -> Response:
        return Response(public_pem(), media_type="application/x-pem-file")

    async def index(request: Request) -> Response:
        root: str = request.scope.get("root_path", "")
        see = {root + path: told for path, told in _INDEX.items()}
        if "text/html" in request.headers.get("accept", ""):
            return Response(_page(see), media_type="text/html")
        return pretty({"see": see})

    async def front(request: Request) -> Response:
        location = f"{request.scope.get('root_path', '')}/_mock"
        answer = pretty({"see": location}, 307)
        answer.headers["location"] = location
        return answer

    return [
        at("/openapi.json", GET=as_json),
        at("/openapi.yaml", GET=as_yaml),
        at("/_mock/openapi.json", GET=_control),
        at("/_mock/rules", GET=rules),
        at("/_mock/public-key.pem", GET=public_key),
        at("/_mock", GET=index),
        at("/", GET=front),
    ]


async def _control(request: Request) -> Response:
    return pretty(control_openapi(__version__, _reached(request)))


_THIS_SERVER = "This stand-in, as it was reached."


def _reached(request: Request) -> str:
    """The address that the client used, up to the prefix that the app is mounted under."""
    host = request.headers.get("host") or "{}:{}".format(*(request.scope["server"] or ("", "")))
    return f"{request.scope['scheme']}://{host}{request.scope.get('root_path', '')}"


def _page(see: dict[str, str]) -> str:
    """The index for a browser; only a path without a placeholder is a link."""
    rows = "".join(
        f"<dt>{escape(path) if '{' in path else _link(path)}</dt><dd>{escape(told)}</dd>\n"
        for path, told in see.items()
    )
    title = "mockserver: a local stand-in for the refunds API"
    style = "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
    head = f"<meta charset=utf-8><title>{title}</title><style>{style}</style>"
    return f"<!doctype html><html lang=en>{head}<h1>{title}</h1><dl>\n{rows}</dl></html>\n"


def _link(path: str) -> str:
    return f'<a href="{escape(path)}">{escape(path)}</a>'


_INDEX = {
    "/_mock/health": "alive, version, uptime, number of worlds",
    "/_mock/ready": "200 once the fixture is loaded",
    "/_mock/rules": "every rule with its evidence, source and level",
    "/_mock/openapi.json": "the OpenAPI document of these paths",
    "/_mock/reset": "POST to start all worlds again",
    "/_mock/save": "POST to write the state file",
    "/_mock/worlds": "GET lists the worlds, POST {name, fixture or snapshot} creates one",
    "/_mock/worlds/{name}": "GET one world, DELETE it",
    "/_mock/worlds/{name}/export": "GET the world as a fixture; ?secrets=true with its secrets",
    "/_mock/worlds/{name}/import": "POST a fixture to make the world anew from it",
    "/_mock/worlds/{name}/settings": "GET rules and settings, POST {profile, rules, earmarking}",
    "/_mock/worlds/{name}/reset": "POST to start it again from its fixture",
    "/_mock/worlds/{name}/faults": "GET lists faults, POST sets one, DELETE clears all",
    "/_mock/worlds/{name}/faults/{fault}": "GET one fault, DELETE clears it",
    "/_mock/worlds/{name}/faults/{fault}/reset": "POST to count from 0 again",
    "/_mock/worlds/{name}/journal/follow": "GET calls as they come, as server-sent events",
    "/_mock/worlds/{name}/journal": "GET the last calls (?operation, status, rule, fault, format)",
    "/_mock/worlds/{name}/journal/verify": "POST {calls} that must have been seen",
    "/_mock/worlds/{name}/conduct": "GET what a client did wrong (?format=text)",
    "/_mock/worlds/{name}/coverage": "GET what its calls met of the contract, DELETE to forget it",
    "/_mock/worlds/{name}/clock": "GET the clock, POST {mode, at, tick_seconds, advance_seconds}",
    "/_mock/worlds/{name}/limits": "GET the rate limits, POST {requests, tokens, per, headers}",
    "/_mock/worlds/{name}/snapshots": "GET lists snapshots, POST {name} takes one",
    "/_mock/worlds/{name}/snapshots/{snapshot}": "GET one snapshot, DELETE it",
    "/_mock/worlds/{name}/snapshots/{snapshot}/compare": "GET what differs now, or ?with another",
    "/_mock/worlds/{name}/snapshots/{snapshot}/export": "GET the snapshot as a fixture file",
    "/_mock/worlds/{name}/snapshots/{snapshot}/restore": "POST to hold again what it has",
    "/_mock/w/{name}/...": "the vendor's API in the world {name}, whatever the token",
    "/_mock/coverage": "GET what the calls of all worlds met, DELETE to forget it",
    "/_mock/public-key.pem": "the public key that verifies bearer tokens",
    "/openapi.json": "the contract; also /openapi.yaml",
}
