"""All worlds written to one state file, and made again from it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from pydantic import ValidationError

from mockserver.errors import MockserverError, Refusal, SettingsError, shown
from mockserver.fixtures.building import refund_of
from mockserver.fixtures.saved import STATE_FILE, SavedChanges, SavedWorld
from mockserver.fixtures.shapes import FIXTURE_FILE, FixtureFile
from mockserver.rules import Verdicts, levels
from mockserver.settings import parse_rate
from mockserver.state.clock import Ticking, clock_of, instant_text, mode_of
from mockserver.state.faults import Fault, Faults
from mockserver.state.limits import rate_text
from mockserver.state.world import Snapshot, Template, World
from mockserver.state.worlds import Worlds
from mockserver.steering.documents import Vocabulary, read_fault

__all__ = ["read_state", "saved", "write_whole"]

_ADVICE = "move it away to start without it"
_MOST_TOLD = 3

TemplateOf = Callable[[str, FixtureFile], Template]
"""Answers what worlds over a fixture of this name start as."""


def saved(worlds: Worlds) -> bytes:
    """All worlds as the bytes of a state file: without journals, and with empty limit windows."""
    templates = list({id(world.template): world.template for world in worlds}.values())
    places = {id(template): place for place, template in enumerate(templates)}
    state = {
        "format": 1,
        "fixtures": [{"name": each.fixture, "fixture": _fixture(each)} for each in templates],
        "worlds": [_world(world, places[id(world.template)]) for world in worlds],
    }
    return json.dumps(state, separators=(",", ":")).encode() + b"\n"


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in its place once it is whole on the disk; what was there stays until then.

    Raises SettingsError where it cannot be written.
    """
    part = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            part = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except OSError as error:
        if part is not None:
            with suppress(OSError):
                Path(part).unlink()
        told = f"state file {path} was not written: {error.strerror}; what it held is still there"
        raise SettingsError(told) from None


def read_state(path: Path, worlds: Worlds, template_of: TemplateOf, known: Vocabulary) -> None:
    """Make the worlds of a state file, if it is there.

    Raises SettingsError, and leaves the file as it is, where it cannot be read.
    """
    if not os.access(path.parent, os.W_OK):
        told = f"state file {path} could not be written at the end: its folder"
        raise SettingsError(f"{told} is not there, or cannot be written; check the path")
    if not path.exists():
        return
    try:
        data = path.read_bytes()
        state = STATE_FILE.validate_json(data)
        templates = [template_of(each.name, each.fixture) for each in state.fixtures]
        for each in state.worlds:
            _make(each, worlds, templates, known)
    except OSError as error:
        told = f"state file {path} cannot be read: {error.strerror}; check the path"
        raise SettingsError(told) from None
    except ValidationError as error:
        from mockserver.fixtures.explain import shape_problems

        problems = [f"{found.path} {found.reason}" for found in shape_problems(error)]
        told = ", ".join(problems[:_MOST_TOLD])
        raise SettingsError(f"state file {path} cannot be used: {told}; {_ADVICE}") from None
    except (MockserverError, Refusal) as error:
        told = str(error).partition("\n")[0]
        raise SettingsError(f"state file {path} cannot be used: {told}; {_ADVICE}") from None


def _fixture(template: Template) -> Any:
    """The fixture of a template; its refunds are those that the template holds."""
    source = template.organization.source
    told = FIXTURE_FILE.dump_python(source, mode="json", exclude_none=True)
    told["refunds"] = [refund.export() for refund in template.refunds.records.values()]
    told["sequence"] = template.sequence
    return told


def _world(world: World, place: int) -> dict[str, Any]:
    """A world; settings and limits that are those of its template are left out."""
    fresh = World(world.name, world.template)
    told = {
        "name": world.name,
        "fixture": place,
        "now": _changes(world.snapshot()),
        "snapshots": {name: _changes(each) for name, each in world.snapshots.items()},
        "faults": [_fault(each) for each in world.faults.faults.values()],
        "faults_drawn": world.faults.drawn,
        "token_epoch": world.token_epoch,
    }
    for name, part in (("settings", _settings), ("limits", _limits)):
        if part(world) != part(fresh):
            told[name] = part(world)
    return told


def _settings(world: World) -> dict[str, Any]:
    earmarking = world.organization.earmarking
    rules = dict(world.verdicts.levels)
    return {"profile": world.profile, "rules": rules, "earmarking": earmarking}


def _limits(world: World) -> dict[str, str]:
    rates = {"requests": rate_text(world.requests), "tokens": rate_text(world.tokens)}
    return {**rates, "per": world.limit_per, "headers": world.limit_headers}


def _fault(fault: Fault) -> dict[str, Any]:
    counts = {"seen": fault.seen, "hits": fault.hits}
    told = {"id": fault.id, "fault": fault.spec.document, **counts}
    return told if fault.until is None else {**told, "until": instant_text(fault.until)}


def _changes(snapshot: Snapshot) -> dict[str, Any]:
    """What a world, or a snapshot of it, has otherwise than its fixture."""
    clock: dict[str, Any] = {"mode": mode_of(snapshot.clock), "at": instant_text(snapshot.at)}
    if isinstance(snapshot.clock, Ticking):
        clock["tick_seconds"] = snapshot.clock.seconds
    return {
        "records": [
            {"sequence": sequence, "record": record.export()}
            for sequence, record in snapshot.own.items()
        ],
        "hidden": sorted(snapshot.hidden),
        "sequence": snapshot.sequence,
        "clock": clock,
    }


def _make(
    told: SavedWorld, worlds: Worlds, templates: Sequence[Template], known: Vocabulary
) -> None:
    if told.fixture >= len(templates):
        place = f"world {shown(told.name)} is over fixture {told.fixture}"
        raise SettingsError(f"{place}, which is not there")
    world = worlds.create(told.name, templates[told.fixture])
    world.snapshots = {name: _snapshot(world, each) for name, each in told.snapshots.items()}
    world.restore(_snapshot(world, told.now))
    world.token_epoch = told.token_epoch
    world.faults = Faults(drawn=told.faults_drawn)
    for each in told.faults:
        until = None if each.until is None else datetime.fromisoformat(each.until)
        fault = Fault(each.id, read_fault(each.fault, known), until, each.seen, each.hits)
        world.faults.faults[each.id] = fault
    if told.settings is not None:
        chosen = told.settings
        world.profile, world.verdicts = (
            chosen.profile,
            Verdicts(levels(chosen.profile, chosen.rules)),
        )
        world.organization = replace(world.organization, earmarking=chosen.earmarking)
    if told.limits is not None:
        world.limit_per = told.limits.per
        world.set_limits(parse_rate(told.limits.requests), parse_rate(told.limits.tokens))
        world.limit_headers = told.limits.headers
    worlds.note_faults(world)
    worlds.note_clock(world)


def _snapshot(world: World, told: SavedChanges) -> Snapshot:
    template, instant = world.template, datetime.fromisoformat(told.clock.at)
    own = {
        each.sequence: refund_of(each.sequence, each.record, template.organization)
        for each in told.records
    }
    stranger = next((each for each in told.hidden if each not in template.refunds.records), None)
    if stranger is not None:
        raise SettingsError(
            f"world {shown(world.name)} hides record {stranger}, which is not there"
        )
    clock = clock_of(told.clock.mode, instant, told.clock.tick_seconds or 1)
    count = len(template.refunds) - len(told.hidden) + len(own)
    return Snapshot(template, own, frozenset(told.hidden), told.sequence, clock, instant, count)
