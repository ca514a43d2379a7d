"""The records that the tests share, made once, and stand-ins to send them to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from contracts.payloads import Record, World, load_world, records
from contracts.payloads.record import Profile
from contracts.targets.app import AppTarget
from mockserver import Settings, create_app


@cache
def all_records(profile: Profile = "default") -> tuple[Record, ...]:
    """Every record of seed 0."""
    return tuple(records(profile=profile))


@cache
def unearmarked_world() -> World:
    """An organization without earmarking, but otherwise the usual one."""
    world = load_world()
    return replace(world, organization=replace(world.organization, earmarking=False))


@cache
def unearmarked() -> tuple[Record, ...]:
    """Every record of an organization without earmarking."""
    return tuple(records(unearmarked_world()))


def stand_in(profile: str, auth: str = "any") -> AppTarget:
    """A fresh stand-in with its default fixture, in this process."""
    app = create_app(Settings(profile=profile, auth=auth))  # type: ignore[arg-type]
    return AppTarget(app, f"payloads-{profile}")


SETTINGS: Mapping[str, tuple[Profile, Callable[[], World]]] = {
    "default": ("default", load_world),
    "strict": ("strict", load_world),
    "lenient": ("lenient", load_world),
    "no earmarks": ("default", unearmarked_world),
}
"""Under what a defect is looked for: the levels of rules, and the organization."""


@cache
def records_under(setting: str) -> Mapping[str, Record]:
    """Every record of a setting by its id; only tokens of the API's own are let in."""
    profile, world = SETTINGS[setting]
    return {record.id: record for record in records(world(), profile=profile, auth="issued")}
