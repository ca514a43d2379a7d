"""`mockserver reset`: one world of a running stand-in as it was when it was made."""

from __future__ import annotations

import click

from mockserver.cli.remote import WORLD_COLUMNS, Remote, examples, steered

__all__ = ["reset"]


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("reset", "reset --world me"),
)
@steered
def reset(remote: Remote) -> None:
    """Start a world again from its fixture."""
    remote.table([remote.client.reset()], WORLD_COLUMNS)
