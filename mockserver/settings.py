"""The settings a stand-in runs with, checked where they are made; nothing here reads flags or the
environment.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

from mockserver.errors import SettingsError
from mockserver.spec.facts import (
    DEFAULT_PORT,
    RATE_LIMIT_REQUESTS,
    RATE_LIMIT_WINDOW_SECONDS,
)

__all__ = [
    "Auth",
    "LimitScope",
    "LogFormat",
    "Rate",
    "Settings",
    "parse_clock",
    "parse_rate",
    "parse_seed",
]

Auth = Literal["any", "issued", "off"]
LimitScope = Literal["world", "address"]
"""Whose requests a limit counts together: all of a world, or those of each client address in it."""

LogFormat = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `requests` in any rolling window of `window_seconds`."""

    requests: int
    window_seconds: float


VENDOR_RATE = Rate(RATE_LIMIT_REQUESTS, RATE_LIMIT_WINDOW_SECONDS)
"""The vendor's published limit: 1000 requests per IP in a rolling 10 second window."""

_DRAWN_BITS = 53
"""A drawn seed is an integer that every JSON reader keeps."""


def parse_rate(text: str) -> Rate | None:
    """Read `off`, `vendor` or `REQUESTS/SECONDS`; `None` means no limit.

    Raises SettingsError for anything else.
    """
    if text in ("off", "vendor"):
        return VENDOR_RATE if text == "vendor" else None
    match = re.fullmatch(r"([1-9][0-9]{0,8})/([0-9]{1,6}(?:\.[0-9]{1,3})?)", text)
    if match is None or float(match[2]) <= 0:
        raise SettingsError(
            f"rate limit {text!r} is not known; use off, vendor (1000/10) or REQUESTS/SECONDS"
        )
    return Rate(int(match[1]), float(match[2]))


def parse_seed(text: str | int) -> int:
    """Read an integer; `random` draws one that no earlier run had.

    Raises SettingsError for anything else.
    """
    if text == "random":
        return secrets.randbits(_DRAWN_BITS)
    try:
        return int(text)
    except ValueError:
        raise SettingsError(
            f"random seed {text!r} is not known; use random or an integer"
        ) from None


def parse_clock(text: str) -> datetime | Literal["real", "frozen"]:
    """Read `real`, `frozen` or an instant with an offset, such as `2024-01-15T09:30:00Z`.

    Raises SettingsError for anything else.
    """
    names: tuple[Literal["real", "frozen"], ...] = ("real", "frozen")
    for name in names:
        if text == name:
            return name
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise SettingsError(
        f"clock {text!r} is not known; use real, frozen, or an instant with an offset"
        " such as 2024-01-15T09:30:00Z"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be chosen about a stand-in; each is a flag of `mockserver serve`.

    `fixture` is the name of a shipped fixture or a path; `refunds` is how many are generated in its
    place; `profile` of None leaves the choice to
    the fixture; `rules` maps rule ids to enforce, warn or off and wins over both. A `random_seed`
    of `random` is drawn here. Raises SettingsError for a value out of range.
    """

    host: str = "localhost"
    port: int = DEFAULT_PORT
    fixture: str = "default"
    refunds: int | None = None
    profile: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    auth: Auth = "any"
    random_seed: int | str = 0
    clock: str = "real"
    log_format: LogFormat = "text"
    quiet: bool = False
    watch: bool = False
    max_worlds: int = 10_000
    max_body_bytes: int = 1_048_576
    keep_alive_seconds: int = 75
    idle_seconds: int = 60
    grace_seconds: int = 5
    max_fixture_bytes: int = 134_217_728
    rate_limit: str = "off"
    token_rate_limit: str = "off"
    rate_limit_per: LimitScope = "world"
    signing_key: str | None = None
    allow_host: tuple[str, ...] = ()
    allow_origin: tuple[str, ...] = ()
    fixtures_dir: str | None = None
    fault: tuple[str, ...] = ()
    journal_calls: int = 1_000
    journal_bytes: int = 16_777_216
    state: str | None = None
    control_token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _one_of("auth", self.auth, get_args(Auth))
        _one_of("rate limit per", self.rate_limit_per, get_args(LimitScope))
        _one_of("log format", self.log_format, get_args(LogFormat))
        _within("port", self.port, 0, 65_535)
        if self.refunds is not None:
            _within("refunds", self.refunds, 0, 100_000_000)
        _within("max worlds", self.max_worlds, 1, 10_000_000)
        _within("max body bytes", self.max_body_bytes, 1, 2**31 - 1)
        _within("keep alive seconds", self.keep_alive_seconds, 0, 86_400)
        _within("idle seconds", self.idle_seconds, 1, 86_400)
        _within("grace seconds", self.grace_seconds, 0, 86_400)
        _within("max fixture bytes", self.max_fixture_bytes, 1, 2**40)
        _within("journal calls", self.journal_calls, 0, 1_000_000)
        _within("journal bytes", self.journal_bytes, 1, 2**40)
        object.__setattr__(self, "random_seed", parse_seed(self.random_seed))
        if self.control_token is not None:
            _is_token(self.control_token)
        for origin in self.allow_origin:
            _is_origin(origin)
        parse_clock(self.clock)
        parse_rate(self.rate_limit)
        parse_rate(self.token_rate_limit)


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise SettingsError(f"{name} {value!r} is not known; use one of {', '.join(choices)}")


def _is_origin(text: str) -> None:
    if text != "*" and re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/?#\s]+", text, re.IGNORECASE) is None:
        raise SettingsError(
            f"{text!r} is not an origin; write one like http://app.test:3000, or use *"
        )


def _is_token(text: str) -> None:
    if re.fullmatch(r"[\x21-\x7e]{1,256}", text) is None:
        told = "the control token (it is not shown) cannot be sent as a header"
        raise SettingsError(f"{told}; use 1 to 256 visible ASCII characters, without spaces")


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{name} {value} is out of range; use {low} to {high}")
