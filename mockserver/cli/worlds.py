"""`mockserver reset | load | settings | limits | save`: a world of a running stand-in in whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from mockserver.cli.remote import (
    WORLD_COLUMNS,
    Remote,
    examples,
    read_object,
    steered,
    steering_group,
)
from mockserver.errors import SettingsError

__all__ = ["limits", "load", "reset", "save", "settings"]

_WORDS = {"help_option_names": ["-h", "--help"]}


@click.command(context_settings=_WORDS, epilog=examples("reset --world me", "reset --all"))
@click.option("--all", "is_all", is_flag=True, help="All worlds of the server.")
@steered
def reset(remote: Remote, is_all: bool) -> None:
    """Start a world again from its fixture, or all worlds."""
    rows = remote.client.reset_all() if is_all else [remote.client.reset()]
    remote.table(rows, WORLD_COLUMNS)


@click.command(
    context_settings=_WORDS,
    epilog=examples("load now.json", "load now.json --world copy"),
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@steered
def load(remote: Remote, file: str) -> None:
    """Make a world anew from a fixture FILE in JSON, such as an export; - is standard input."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}; check the path") from None
    remote.table([remote.client.load(read_object(text))], WORLD_COLUMNS)


@steering_group("settings show", "settings set --profile strict --rule allocation-sum=warn")
def settings() -> None:
    """Show and change the rules and settings of a world."""


@settings.command("show", epilog=examples("settings show", "settings show --world me --json"))
@steered
def show_settings(remote: Remote) -> None:
    """Show the profile, earmarking and the level of every rule."""
    _print_settings(remote, remote.client.settings())


@settings.command(
    "set",
    epilog=examples(
        "settings set --profile strict --world me",
        "settings set --rule allocation-sum=enforce --rule body-json=warn --no-earmarking",
    ),
)
@click.option("--profile", help="default, strict or lenient: the levels of all rules.")
@click.option("--rule", multiple=True, metavar="ID=LEVEL", help="The level of one rule.")
@click.option("--earmarking/--no-earmarking", default=None, help="Whether it is enabled.")
@steered
def set_settings(
    remote: Remote, profile: str | None, rule: Sequence[str], earmarking: bool | None
) -> None:
    """Change settings; a reset restores them."""
    rules = {name: level for name, _, level in (each.partition("=") for each in rule)}
    asked: dict[str, Any] = {"profile": profile, "rules": rules or None, "earmarking": earmarking}
    chosen = {name: value for name, value in asked.items() if value is not None}
    _print_settings(remote, remote.client.set_settings(**chosen))


def _print_settings(remote: Remote, told: dict[str, Any]) -> None:
    if remote.as_json:
        remote.document(told)
        return
    click.echo(f"profile {told['profile']}, earmarking {'on' if told['earmarking'] else 'off'}")
    remote.table([{"rule": name, "level": level} for name, level in told["rules"].items()],
                 ("rule", "level"))  # fmt: skip


@steering_group("limits show", "limits set --requests 5/10 --headers retry-after")
def limits() -> None:
    """Show and change the rate limits of a world."""


_LIMITS = ("requests", "tokens", "per", "headers")


@limits.command("show", epilog=examples("limits show", "limits show --world me --json"))
@steered
def show_limits(remote: Remote) -> None:
    """Show the rate limits."""
    remote.table([remote.client.limits()], _LIMITS)


@limits.command(
    "set",
    epilog=examples(
        "limits set --requests 5/10 --headers retry-after", "limits set --tokens vendor --world me"
    ),
)
@click.option("--requests", help="off, vendor or REQUESTS/SECONDS.")
@click.option("--tokens", help="The same for token calls.")
@click.option("--per", help="world or address: whose requests are counted together.")
@click.option("--headers", help="What a 429 says: none, retry-after or x-ratelimit-reset.")
@steered
def set_limits(remote: Remote, **asked: str | None) -> None:
    """Change rate limits; a reset restores them."""
    chosen = {name: value for name, value in asked.items() if value is not None}
    remote.table([remote.client.set_limits(**chosen)], _LIMITS)


@click.command(context_settings=_WORDS, epilog=examples("save", "save --url http://127.0.0.1:8080"))
@steered
def save(remote: Remote) -> None:
    """Write all worlds to the state file of the server (serve --state)."""
    told = remote.client.save()
    worlds = f"{told['worlds']} world{'s' * (told['worlds'] != 1)}"
    remote.told(told, f"{told['file']}: {worlds}, {told['bytes']} bytes")
