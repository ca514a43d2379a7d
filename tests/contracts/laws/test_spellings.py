"""How a server spells its JSON breaks no law: blanks, order and the case of a media type."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.drivers import directed
from contracts.kernel.terms import Terms
from contracts.laws import ALL
from contracts.model.organization import load_organization
from contracts.targets.app import AppTarget
from mockserver import Settings, create_app
from tests.contracts.model.test_organization import FIXTURES

Spell = Callable[[Any], bytes]
CREATES = {"create-equals-get", "create-keeps-instant", "create-echoes-amount"}

SPELLINGS: dict[str, Spell] = {
    "blanks": lambda value: json.dumps(value).encode(),
    "lines": lambda value: json.dumps(value, indent=2).encode(),
    "tabs": lambda value: json.dumps(value, separators=("\t,\t", "\t:\t")).encode(),
    "sorted": lambda value: json.dumps(value, sort_keys=True, separators=(",", ":")).encode(),
}


def spelling(spell: Spell, kind: bytes = b"application/json") -> Any:
    """The stand-in, its JSON spelt otherwise."""
    inside = create_app(Settings(clock="frozen"))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        start: dict[str, Any] = {}

        async def spelt(message: Any) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body = message.get("body", b"")
            body = spell(json.loads(body)) if body else body
            size = str(len(body)).encode()
            own = {b"content-type": kind, b"content-length": size}
            start["headers"] = [(name, own.get(name, value)) for name, value in start["headers"]]
            await send(start)
            await send({**message, "body": body})

        await inside(scope, receive, spelt if scope["type"] == "http" else send)

    return app


@pytest.mark.parametrize("name", SPELLINGS)
def test_blanks_in_json_break_no_law(name: str) -> None:
    """A server may set blanks wherever JSON lets it."""
    assert _broken(spelling(SPELLINGS[name])) == []


def test_the_case_of_a_media_type_breaks_no_law() -> None:
    """A media type is the same in capitals."""
    assert _broken(spelling(SPELLINGS["sorted"], b"Application/JSON; charset=utf-8")) == []


def _broken(app: Any) -> list[str]:
    terms = Terms(load_organization(FIXTURES / "default.json"))
    chosen = [law for law in ALL if law.id in CREATES or law.watch is not None]
    verdicts = directed.run(AppTarget(app, "spelt"), terms, laws=chosen)
    assert {v.law.id for v in verdicts if v.state == "kept"} >= CREATES
    return [str(v.breach) for v in verdicts if v.state == "broken"]
