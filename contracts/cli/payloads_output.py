"""Writes payloads in a format, to a file or to standard output."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.payloads.record import Record


def check_writable(path: Path | None, option: str) -> None:
    """Refuse a path that cannot be written, before anything is sent; what is there stays."""
    if path is None:
        return
    try:
        path.open("ab").close()
    except OSError as error:
        raise PlanError(f"{option} {path} cannot be written: {error.strerror}") from None


def write(found: Sequence[Record], form: str, output: Path | None, base: str = "") -> None:
    """Write records, and say on standard error what the format cannot hold.

    Args:
        found: the records.
        form: the name of the format.
        output: the file; None for standard output.
        base: the base URL that the file sends to, if it names any; empty for that of a stand-in.
    """
    from contracts.payloads.formats import left_out, rendered
    from mockserver.spec.facts import LOCAL_URL

    out = left_out(found, form)
    gone = {record.id for record, _ in out}
    text = rendered([record for record in found if record.id not in gone], form)
    text = text.replace(LOCAL_URL, base) if base else text
    if output is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(text.encode())
        click.echo(f"{len(found) - len(out):,} payloads written to {output}", err=True)
    for reason, number in Counter(reason for _, reason in out).items():
        click.echo(f"{number} left out: {reason}", err=True)
