"""The control plane of a stand-in: what a run asks of it. None of it is in the contract."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from contracts.errors import TargetError, WriteVetoed
from contracts.model.rules import BY_ID, Level, profile
from contracts.run.first_answer import HEALTH
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.json_body import lenient_object
from contracts.targets.target import (
    JSON_HEADERS,
    Reply,
    Request,
    Send,
    Target,
    encode,
    path_segment,
)
from contracts.targets.together import together

Json = dict[str, Any]
_RANDOM = re.compile("[0-9a-f]{12}$")
_LEVELS: tuple[Level, ...] = ("enforce", "warn", "off")


@dataclass(frozen=True, slots=True)
class StandIn:
    """A stand-in behind a target that has no safety layers; it names only worlds of ours.

    Attributes:
        control: where requests to the control plane go.
        clients: whose worlds are deleted at the end.
        is_sealed: whether no world may be deleted.
        named: the world in which all is sent, or None where the token or the path decides.
    """

    control: Target
    clients: set[str] = field(default_factory=set)
    is_sealed: bool = False
    named: str | None = None

    @classmethod
    def found(
        cls, control: Target, check: Callable[[Reply], None] = lambda _reply: None
    ) -> "StandIn | None":
        """The control plane if the server has one.

        Args:
            control: where to ask.
            check: looks at the answer first.

        Raises:
            TargetError: the server gives no answer.
        """
        health = _send(control, "GET", HEALTH)
        check(health)
        answer = health.json_or_none()
        is_one = health.status == 200 and isinstance(answer, dict)
        return cls(control) if is_one and {"status", "version", "worlds"} <= answer.keys() else None

    def levels(self) -> dict[str, Level]:
        """The level of each rule that the suite knows, in the named world if there is one."""
        if self.named is not None:
            return _levels_of(self.export(self.named))
        answer = _send(self.control, "GET", "/_mock/rules").json_or_none()
        rows = answer.get("rules", ()) if isinstance(answer, dict) else ()
        return {
            row["id"]: row["level"]
            for row in rows
            if row.get("id") in BY_ID and row.get("level") in _LEVELS
        }

    def export(self, world: str) -> Any:
        """A world as a world file, or None where there is no such world."""
        reply = _send(self.control, "GET", f"{_world_path(world)}/export")
        return reply.json_or_none() if reply.status == 200 else None

    def take(self, world: str) -> bool:
        """Make a world, in one request; whether it is ours, as there was none of that name."""
        body = encode({"name": world})
        made = Request("POST", "/_mock/worlds", (), JSON_HEADERS, body, authorized=False)
        return self.control.send(made).status == 201

    def note_client(self, request: Request, send: Send) -> Reply:
        """A layer that notes the client of each token call, as it makes a world of that name.

        Only random names are noted: another one might be the name of somebody's world.
        """
        if request.path.endswith(TOKEN_PATH) and request.method == "POST":
            name = _client_id(request.body or b"")
            if _RANDOM.search(name):
                self.clients.add(name)
        return send(request)

    def forget_clients(self) -> None:
        """Delete the worlds that tokens made."""
        for name in sorted(self.clients):
            self.forget(name)

    def forget(self, world: str) -> None:
        """Delete a world; one that is not there, or a server that is gone, is no error."""
        if self.is_sealed:
            raise WriteVetoed(f"world {world!r} was not deleted: it may hold what is not ours")
        with suppress(TargetError):
            _send(self.control, "DELETE", _world_path(world))

    @contextmanager
    def world(self, target: Target, name: str) -> Iterator[Target]:
        """A fresh world behind `target`, deleted when done with."""
        try:
            yield _Prefixed(target, f"/_mock/w/{name}")
        finally:
            self.forget(name)


@dataclass(frozen=True, slots=True)
class _Prefixed:
    """A target whose requests all get a path in front."""

    target: Target
    prefix: str

    def bearer(self) -> str:
        return self.target.bearer()

    def send(self, request: Request) -> Reply:
        return self.target.send(self._behind(request))

    def send_together(self, requests: Sequence[Request]) -> list[Reply]:
        return together(self.target, list(map(self._behind, requests)))

    def _behind(self, request: Request) -> Request:
        return replace(request, path=self.prefix + request.path)


def _levels_of(exported: Any) -> dict[str, Level]:
    """The levels in an export, which has those that are not a rule's own."""
    settings = exported.get("settings") if isinstance(exported, dict) else None
    set_rules = settings.get("rules") if isinstance(settings, dict) else None
    if not isinstance(set_rules, dict):
        return {}
    changed = {rule: level for rule, level in set_rules.items() if level in _LEVELS}
    return {rule: changed.get(rule, level) for rule, level in profile("default").items()}


def _client_id(body: bytes) -> str:
    """The client id of a token call, whose body is JSON or a form, or nothing."""
    text = body.decode("utf-8", "replace")
    sent = lenient_object(text.encode())
    named = (dict(parse_qsl(text)) if sent is None else sent).get("client_id")
    return named if isinstance(named, str) else ""


def _world_path(world: str) -> str:
    return f"/_mock/worlds/{path_segment(world)}"


def _send(control: Target, method: str, path: str) -> Reply:
    """Send without a token; the control plane never asks for one."""
    return control.send(Request(method, path, authorized=False))
