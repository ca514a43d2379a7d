"""Which record shows which defect: what the two files say, and the search that writes them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from contracts.model.rules import profile as levels_of
from contracts.payloads import Record, verify
from contracts.targets.app import AppTarget
from tests.contracts.payloads.settings import SETTINGS, records_under
from tests.defects.defect import Defect
from tests.defects.server import Flawed
from tests.reference_server import ReferenceServer

SHOWN_FILE = Path(__file__).with_name("shown.json")
LATENT_FILE = Path(__file__).with_name("latent.json")


class Shown(NamedTuple):
    """Where a defect shows: a setting, and the id of a record in it."""

    setting: str
    record: str


def shown() -> dict[str, Shown]:
    """Each defect that a record shows, with one that does."""
    rows = json.loads(SHOWN_FILE.read_text(encoding="utf-8"))
    return {name: Shown(*row) for name, row in rows.items()}


def latent() -> dict[str, str]:
    """Each defect that no record shows, with the reason why none can."""
    reasons: dict[str, str] = json.loads(LATENT_FILE.read_text(encoding="utf-8"))
    return reasons


def fails(defect: Defect | None, setting: str, record: Record) -> bool:
    """Whether a record fails on a fresh server with a defect, or on a correct one."""
    profile, world = SETTINGS[setting]
    organization, rules = world().organization, levels_of(profile)
    server = (
        ReferenceServer(organization, rules)
        if defect is None
        else Flawed(defect, organization, rules)
    )
    return verify([record], AppTarget(server, "flawed"))[0].status == "failed"


def showing(defect: Defect, known: Shown | None) -> Shown | None:
    """Where a defect shows: where it is known to, if it still does, or else the first place.

    A record that fails on a correct server as well shows nothing.
    """
    for place in _places(known):
        record = records_under(place.setting).get(place.record)
        if record is None or not fails(defect, place.setting, record):
            continue
        if not fails(None, place.setting, record):
            return place
    return None


def _places(known: Shown | None) -> Iterator[Shown]:
    if known is not None:
        yield known
    for setting in SETTINGS:
        yield from (Shown(setting, name) for name in records_under(setting))


def write(found: Mapping[str, Shown], reasons: Mapping[str, str]) -> None:
    """Write both files."""
    rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(row)}" for name, row in found.items())
    SHOWN_FILE.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
    text = json.dumps(reasons, indent=1, ensure_ascii=False)
    LATENT_FILE.write_text(f"{text}\n", encoding="utf-8")
