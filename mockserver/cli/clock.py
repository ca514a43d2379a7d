"""`mockserver clock`: the clock of one world of a running stand-in."""

from __future__ import annotations

from typing import Any

import click

from mockserver.cli.remote import Remote, examples, steered, steering_group

__all__ = ["clock"]


@steering_group("clock set frozen --at 2024-01-15T09:30:00Z", "clock advance 18000")
def clock() -> None:
    """Show, set and move the clock of a world."""


@clock.command("show", epilog=examples("clock show", "clock show --world me --json"))
@steered
def show(remote: Remote) -> None:
    """Show the mode and the instant."""
    _print(remote, remote.client.clock())


@clock.command(
    "set",
    epilog=examples(
        "clock set frozen --at 2024-01-15T09:30:00Z",
        "clock set ticking --tick-seconds 60 --world me",
    ),
)
@click.argument("mode", type=click.Choice(["real", "frozen", "running", "ticking"]))
@click.option("--at", help="An instant with an offset.  [default: the present one]")
@click.option("--tick-seconds", type=float, help="The step of a ticking clock.  [default: 1]")
@steered
def set_(remote: Remote, mode: str, **asked: Any) -> None:
    """Set the clock."""
    chosen = {name: value for name, value in asked.items() if value is not None}
    _print(remote, remote.client.set_clock(mode, **chosen))


@clock.command(
    "advance",
    context_settings={"ignore_unknown_options": True},
    epilog=examples("clock advance 18000", "clock advance -60 --world me"),
)
@click.argument("seconds", type=float)
@steered
def advance(remote: Remote, seconds: float) -> None:
    """Move the clock on by SECONDS, or back."""
    _print(remote, remote.client.advance(seconds))


def _print(remote: Remote, clock: dict[str, Any]) -> None:
    remote.told(clock, f"{clock['mode']} at {clock['now']}")
