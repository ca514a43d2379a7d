"""`mockserver faults`: the faults of one world of a running stand-in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from mockserver.cli.remote import Remote, examples, steered, steering_group

__all__ = ["faults"]

_COLUMNS = ("id", "operation", "does", "seen", "hits")
_WHAT = ("moment", "tokens", "delay_ms", "answer", "evolve", "break", "chunks")


@steering_group("faults set '*.create=after-reset'", "faults list --world me")
def faults() -> None:
    """Make calls of a world fail, wait or change."""


@faults.command("list", epilog=examples("faults list", "faults list --world me --json"))
@steered
def list_(remote: Remote) -> None:
    """List the faults of a world."""
    remote.table(remote.client.faults(), _COLUMNS, _row)


@faults.command(
    "set",
    epilog=examples(
        "faults set '*.create=after-reset' auth.get_token=503",
        """faults set '{"operation": "*.create", "first": 1, "delay_ms": 500}' --world me""",
    ),
)
@click.argument("faults", metavar="FAULT...", nargs=-1, required=True)
@steered
def set_(remote: Remote, faults: Sequence[str]) -> None:
    """Set faults: OPERATION=WHAT, or JSON.

    WHAT is a status, an error's name or a break, with after- in front for after the write.
    """
    from mockserver.steering.documents import flag_document

    documents = [flag_document(text) for text in faults]
    remote.table([remote.client.fault(**document) for document in documents], _COLUMNS, _row)


@faults.command("clear", epilog=examples("faults clear", "faults clear f2 --world me"))
@click.argument("fault", required=False)
@steered
def clear(remote: Remote, fault: str | None) -> None:
    """Clear one fault, or all."""
    remote.client.clear_faults(fault)


@faults.command("reset", epilog=examples("faults reset f1", "faults reset f2 --world me"))
@click.argument("fault")
@steered
def reset(remote: Remote, fault: str) -> None:
    """Count the calls of a fault from 0 again, and time it from now."""
    remote.table([remote.client.reset_fault(fault)], _COLUMNS, _row)


def _row(fault: Mapping[str, Any]) -> Mapping[str, Any]:
    told = (f"{name}={json.dumps(fault[name])}" for name in _WHAT if name in fault)
    where = fault.get("operation") or f"{fault.get('method', '*')} {fault.get('path', '*')}"
    return {**fault, "operation": where, "does": " ".join(told)}
