"""`mockserver snapshot`: the snapshots of one world of a running stand-in."""

from __future__ import annotations

import json

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


@snapshot.command(
    "compare",
    epilog=examples("snapshot compare before", "snapshot compare a b --world me --json"),
)
@click.argument("name")
@click.argument("other", required=False)
@steered
def compare(remote: Remote, name: str, other: str | None) -> None:
    """Print what differs now, or in the snapshot OTHER, from the snapshot NAME."""
    found = remote.client.compare(name, other)
    if remote.as_json:
        remote.document(found)
        return
    for sign, kind in (("+", "added"), ("-", "removed")):
        for record in found[kind]:
            click.echo(f"{sign} {json.dumps(record)}")
    for change in found["changed"]:
        told = ", ".join(
            f"{field}: {json.dumps(change['before'].get(field))} -> "
            f"{json.dumps(change['after'].get(field))}"
            for field in change["fields"]
        )
        click.echo(f"~ {change['id']}: {told}")
    click.echo(f"{found['unchanged']} as they were")


@snapshot.command(
    "export",
    epilog=examples("snapshot export before > b.json", "snapshot export a --world me > a.json"),
)
@click.argument("name")
@steered
def export(remote: Remote, name: str) -> None:
    """Print a snapshot as a fixture."""
    remote.document(remote.client.export_snapshot(name))
