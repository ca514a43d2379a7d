"""What a test wishes of its world: the arguments of its markers, and the options of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

from mockserver.errors import MockserverError, nearest, shown
from mockserver.plugin.calls import known_kinds

__all__ = ["ARGUMENTS", "Wish", "checked_kinds", "refuse", "rooted", "wish_of"]

ARGUMENTS = {
    "fixture": '"empty", or the path of a file',
    "profile": '"strict"',
    "rules": '{"payer-exists": "warn"}',
    "clock": '"2024-01-15T09:30:00Z", or {"mode": "ticking", "tick_seconds": 60}',
    "limits": '{"requests": "5/10", "headers": "retry-after"}',
    "faults": '["*.create=after-reset", {"operation": "*.get", "answer": 503}]',
    "in_process": "True",
    "fail_on": '["warnings"]',
}
"""The arguments of the marker, with a value that each takes."""


class Wish(NamedTuple):
    """What a world is made with, as `mockserver.Client` takes it."""

    document: dict[str, Any]
    clock: dict[str, Any] | None
    limits: dict[str, Any] | None
    faults: list[dict[str, Any]]
    in_process: bool
    fail_on: tuple[str, ...]


def wish_of(item: pytest.Item, config: pytest.Config) -> Wish:
    """What the markers of a test and the options of the run ask for; fails the test for others."""
    asked = _asked(item)
    in_process = asked.get("in_process", config.getoption("mockserver_in_process"))
    if in_process is None:
        in_process = config.getini("mockserver_in_process")
    elif not isinstance(in_process, bool):
        _unlike("in_process", in_process)
    kinds = asked.get("fail_on", config.getoption("mockserver_fail_on"))
    kinds = config.getini("mockserver_fail_on") if kinds is None else kinds
    return Wish(
        document=_document(asked, config.rootpath),
        clock=None if asked.get("clock") is None else _clock(asked["clock"]),
        limits=None if asked.get("limits") is None else _object("limits", asked["limits"]),
        faults=[_fault(each) for each in _listed("faults", asked.get("faults", []))],
        in_process=in_process,
        fail_on=checked_kinds(_listed("fail_on", kinds), _refusal),
    )


def checked_kinds(chosen: Iterable[Any], error: Callable[[str], BaseException]) -> tuple[str, ...]:
    """The kinds, all of which must be known; `error` makes what is raised of a text."""
    kinds = tuple(chosen)
    known = known_kinds() if kinds else ()
    for kind in kinds:
        if kind not in known:
            near = nearest(kind, known)
            told = f"there is no {shown(kind)} to fail on; did you mean {near}?"
            raise error(f"{told} kinds: {', '.join(known)}")
    return kinds


def refuse(told: str) -> NoReturn:
    """Fail the test for what its marker says."""
    raise _refusal(told) from None


def rooted(fixture: str, root: Path) -> str:
    """The name of a shipped fixture, or a path from the root folder on."""
    from mockserver.fixtures.catalog import locate

    return str(root / fixture) if locate(fixture) == Path(fixture) else fixture


def _refusal(told: str) -> BaseException:
    return pytest.fail.Exception(f"@pytest.mark.mockserver: {told}", pytrace=False)


def _asked(item: pytest.Item) -> dict[str, Any]:
    """The arguments of all markers of a test, the nearest of each name."""
    asked: dict[str, Any] = {}
    for marker in item.iter_markers("mockserver"):
        if marker.args:
            refuse(f"{shown(marker.args[0])} has no name; write fixture={shown(marker.args[0])}")
        for name in marker.kwargs:
            if name not in ARGUMENTS:
                near = nearest(name, ARGUMENTS)
                names = ", ".join(ARGUMENTS)
                refuse(f"there is no argument {name}; did you mean {near}? arguments: {names}")
        asked = {**marker.kwargs, **asked}
    return asked


def _document(asked: Mapping[str, Any], root: Path) -> dict[str, Any]:
    document: dict[str, Any] = {}
    if asked.get("fixture") is not None:
        if not isinstance(asked["fixture"], str | Path):
            _unlike("fixture", asked["fixture"])
        document["fixture"] = _fixture(str(asked["fixture"]), root)
    if asked.get("profile") is not None:
        document["profile"] = asked["profile"]
    if asked.get("rules") is not None:
        document["rules"] = _object("rules", asked["rules"])
    return document


def _fixture(sent: str, root: Path) -> str:
    try:
        fixture = rooted(sent, root)
    except MockserverError as error:
        refuse(str(error))
    if fixture != sent and not Path(fixture).is_file():
        refuse(f"fixture {shown(sent)} is no file: {fixture}")
    return fixture


def _clock(sent: Any) -> dict[str, Any]:
    if isinstance(sent, datetime):
        sent = sent.isoformat()
    if isinstance(sent, str):
        return {"mode": sent} if sent in ("real", "frozen") else {"mode": "frozen", "at": sent}
    clock = _object("clock", sent)
    if "mode" not in clock:
        _unlike("clock", sent)
    return clock


def _fault(sent: Any) -> dict[str, Any]:
    if not isinstance(sent, str):
        return _object("faults", sent)
    from mockserver.steering.documents import flag_document

    try:
        return flag_document(sent)
    except MockserverError as error:
        refuse(str(error))


def _listed(name: str, sent: Any) -> list[Any]:
    if isinstance(sent, str | Mapping):
        return [sent]
    if not isinstance(sent, Iterable):
        _unlike(name, sent)
    return list(sent)


def _object(name: str, sent: Any) -> dict[str, Any]:
    if not isinstance(sent, Mapping) or not all(isinstance(key, str) for key in sent):
        _unlike(name, sent)
    return dict(sent)


def _unlike(name: str, sent: Any) -> NoReturn:
    refuse(f"{name} is {shown(sent)}; write it as {ARGUMENTS[name]}")
