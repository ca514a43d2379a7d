"""What the stand-in publishes of itself: OpenAPI document, rules, public key and an index."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.control.answers import at, pretty
from mockserver.rules import ALL
from mockserver.spec import openapi_bytes, openapi_yaml
from mockserver.state.worlds import Worlds

__all__ = ["routes"]


def routes(worlds: Worlds, public_pem: Callable[[], bytes]) -> list[Route]:
    """`/openapi.json`, `/openapi.yaml`, `/_mock/rules`, `/_mock/public-key.pem` and `/_mock`."""
    yaml_text = cache(openapi_yaml)

    async def as_json(_request: Request) -> Response:
        return Response(openapi_bytes(), media_type="application/json")

    async def as_yaml(_request: Request) -> Response:
        return Response(yaml_text(), media_type="application/yaml")

    async def rules(_request: Request) -> Response:
        levels = worlds.template.verdicts.levels
        return pretty({"rules": [{**rule.described(), "level": levels[rule.id]} for rule in ALL]})

    async def public_key(_request: Request) -> Response:
        return Response(public_pem(), media_type="application/x-pem-file")

    async def index(_request: Request) -> Response:
        return pretty({"see": _INDEX})

    return [
        at("/openapi.json", GET=as_json),
        at("/openapi.yaml", GET=as_yaml),
        at("/_mock/rules", GET=rules),
        at("/_mock/public-key.pem", GET=public_key),
        at("/_mock", GET=index),
    ]


_INDEX = {
    "/_mock/health": "alive, version, uptime, number of worlds",
    "/_mock/ready": "200 once the fixture is loaded",
    "/_mock/rules": "every rule with its evidence, source and level",
    "/_mock/worlds": "GET lists the worlds, POST {name, fixture} creates one",
    "/_mock/worlds/{name}": "GET one world, DELETE it",
    "/_mock/worlds/{name}/export": "GET the world as a fixture file",
    "/_mock/worlds/{name}/reset": "POST to start it again from its fixture",
    "/_mock/w/{name}/...": "the vendor's API in the world {name}, whatever the token",
    "/_mock/public-key.pem": "the public key that verifies bearer tokens",
    "/openapi.json": "the contract; also /openapi.yaml",
}
