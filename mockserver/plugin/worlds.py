"""The world of one test: made for it, judged and told of when it is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2s
from typing import TYPE_CHECKING, NoReturn

import pytest

from mockserver.client import Client, ClientError
from mockserver.plugin.calls import KINDS, shown_call, shown_conduct
from mockserver.plugin.wishes import Wish, refuse

if TYPE_CHECKING:
    from mockserver.plugin.stand_ins import StandIn

__all__ = ["World", "fresh", "world_name"]

_MOST_CALLS = 50
"""How many calls a report ends with."""

_LONGEST_NAME = 100


class World(Client):
    """A world of one test's own, steered like any other."""

    def __init__(self, stand_in: StandIn, name: str, fail_on: tuple[str, ...] = ()) -> None:
        super().__init__(stand_in.base_url, name, stand_in.control)
        self.stand_in = stand_in
        self.transport = stand_in.transport
        """What a client of httpx needs to reach a stand-in in this process; None for a server."""
        self.fail_on = fail_on

    @property
    def client_id(self) -> str:
        """The client id, with any secret, whose tokens lead to this world."""
        return self.world

    def judge(self) -> None:
        """Fail the test for calls of the kinds that it shall fail on."""
        if not self.fail_on:
            return
        try:
            told = self._found()
        except ClientError as error:
            if error.status != 404:  # the test has deleted the world
                raise
            return
        if told:
            pytest.fail(told, pytrace=False)

    def _found(self) -> str:
        """What the report of a failing test says of the first kind that is found, or nothing."""
        calls = self.journal() if not KINDS.keys().isdisjoint(self.fail_on) else []
        for kind in self.fail_on:
            if kind in KINDS:
                concerns, what = KINDS[kind]
                lines = [line for call in calls if concerns(call) for line in shown_call(call)]
            else:
                what = "the client did what it should not do"
                lines = shown_conduct(self.conduct(), kind)
            if lines:
                return "\n".join((f"{what} (fail on {kind}):", *lines))
        return ""

    def journal_text(self) -> str:
        """The last calls, a line each, and below it what the stand-in said of the call."""
        try:
            calls = self.journal()
        except ClientError as error:
            return str(error)
        lines = [line for call in calls[-_MOST_CALLS:] for line in shown_call(call)]
        left_out = len(calls) - _MOST_CALLS
        if left_out > 0:
            lines.insert(0, f"({left_out} calls before these)")
        return "\n".join(lines) or "no call came to this world"


def world_name(test: str) -> str:
    """A name for the world of a test: the same in each run, so that ids are the same too."""
    readable = re.sub(r"[^A-Za-z0-9_.]+", "-", test)[-_LONGEST_NAME:].lstrip(".-")
    return f"{readable or 'test'}-{blake2s(test.encode(), digest_size=4).hexdigest()}"


@contextmanager
def fresh(stand_in: StandIn, test: str, wish: Wish) -> Iterator[World]:
    """A world as a test wishes it, until the test is over."""
    with World(stand_in, world_name(test), wish.fail_on) as world, _deleted(world):
        try:
            _make(world, wish)
        except ClientError as error:
            if not error.status:
                _lost(world, error)
            refuse(str(error))
        yield world


@contextmanager
def _deleted(world: World) -> Iterator[None]:
    """Delete a world in the end, which may be gone."""
    try:
        yield
    finally:
        try:
            world.delete()
        except ClientError as error:
            if error.status != 404:
                _lost(world, error)


def _lost(world: World, error: ClientError) -> NoReturn:
    """Fail the test for a stand-in that does not answer any more."""
    told = f"{error}\n{world.stand_in.log()}"
    raise pytest.fail.Exception(told, pytrace=False) from None


def _make(world: World, wish: Wish) -> None:
    try:
        world.create(**wish.document)
    except ClientError as error:
        if error.status != 409:
            raise
        world.delete()
        world.create(**wish.document)
    if wish.clock is not None:
        world.set_clock(**wish.clock)
    if wish.limits is not None:
        world.set_limits(**wish.limits)
    for fault in wish.faults:
        world.fault(**fault)
