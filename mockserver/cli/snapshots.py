"""`mockserver snapshot`: the snapshots of one world of a running stand-in."""

from __future__ import annotations

import click

from mockserver.cli.remote import WORLD_COLUMNS, Remote, examples, steered, steering_group

__all__ = ["snapshot"]

_COLUMNS = ("name", "refunds", "ids_drawn", "now")


@steering_group("snapshot take before", "snapshot restore before --world me")
def snapshot() -> None:
    """Take and restore snapshots of a world."""


@snapshot.command("list", epilog=examples("snapshot list", "snapshot list --world me --json"))
@steered
def list_(remote: Remote) -> None:
    """List the snapshots of a world."""
    remote.table(remote.client.snapshots(), _COLUMNS)


@snapshot.command("take", epilog=examples("snapshot take before", "snapshot take a --world me"))
@click.argument("name")
@steered
def take(remote: Remote, name: str) -> None:
    """Take a snapshot."""
    remote.table([remote.client.snapshot(name)], _COLUMNS)


@snapshot.command(
    "restore", epilog=examples("snapshot restore before", "snapshot restore a --world me")
)
@click.argument("name")
@steered
def restore(remote: Remote, name: str) -> None:
    """Hold again what a snapshot has."""
    remote.table([remote.client.restore(name)], _COLUMNS)


@snapshot.command(
    "delete", epilog=examples("snapshot delete before", "snapshot delete a --world me")
)
@click.argument("name")
@steered
def delete(remote: Remote, name: str) -> None:
    """Forget a snapshot."""
    remote.client.delete_snapshot(name)


@snapshot.command(
    "branch", epilog=examples("snapshot branch before other", "snapshot branch a b --world me")
)
@click.argument("name")
@click.argument("new")
@steered
def branch(remote: Remote, name: str, new: str) -> None:
    """Make the world NEW from the snapshot NAME."""
    remote.table([remote.client.branch(new, name)], WORLD_COLUMNS)
