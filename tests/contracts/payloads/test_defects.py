"""Each defect of a server that one request can show is shown by a record; the others are named."""

import json
from functools import cache
from pathlib import Path

import pytest

from contracts.app_target import AppTarget
from contracts.payloads import Record, load_world, verify
from contracts.payloads.record import PROFILES, Profile
from contracts.rules import profile as levels_of
from tests.contracts.payloads.settings import all_records
from tests.defects import ALL
from tests.defects.defect import Defect
from tests.defects.server import Flawed

SHOWN: dict[str, list[str]] = json.loads(Path(__file__).with_name("shown.json").read_text())
"""Defect to the profile and the id of a record that shows it; found by sending all of them."""

LATENT: dict[str, str] = json.loads(Path(__file__).with_name("latent.json").read_text())
"""Defects that no record shows, each with its sentence: most need more requests than one."""


@cache
def _by_id(profile: Profile) -> dict[str, Record]:
    return {record.id: record for record in all_records(profile)}


def fails(defect: Defect, profile: Profile, record: Record) -> bool:
    """Whether a record fails on a server with a defect."""
    server = Flawed(defect, load_world().organization, levels_of(profile))
    return verify([record], AppTarget(server, "flawed"))[0].word == "failed"


@pytest.mark.parametrize("defect", [d for d in ALL if d.id in SHOWN], ids=lambda d: d.id)
def test_the_record_shows_the_defect(defect: Defect) -> None:
    """The record named for a defect fails on the server that has it."""
    name, record = SHOWN[defect.id]
    profile = next(known for known in PROFILES if known == name)
    assert fails(defect, profile, _by_id(profile)[record])


def test_few_defects_are_latent() -> None:
    """Nine of ten known defects are shown by a record alone."""
    known = {defect.id for defect in ALL}
    shown = known & SHOWN.keys()
    assert len(shown) > 0.8 * len(known & (SHOWN.keys() | LATENT.keys()))
    assert not SHOWN.keys() & LATENT.keys()
