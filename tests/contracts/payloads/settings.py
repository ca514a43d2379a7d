"""The records that the tests share, made once, and stand-ins to send them to."""

from dataclasses import replace
from functools import cache

from contracts.app_target import AppTarget
from contracts.payloads import Record, load_world, records
from contracts.payloads.record import Profile
from mockserver import Settings, create_app


@cache
def all_records(profile: Profile = "default") -> tuple[Record, ...]:
    """Every record of seed 0."""
    return tuple(records(profile=profile))


@cache
def unearmarked() -> tuple[Record, ...]:
    """The creates of an organization without earmarking."""
    world = load_world()
    organization = replace(world.organization, earmarking=False)
    return tuple(records(replace(world, organization=organization)))


def stand_in(profile: str) -> AppTarget:
    """A fresh stand-in with its default fixture, in this process."""
    return AppTarget(create_app(Settings(profile=profile)), f"payloads-{profile}")
