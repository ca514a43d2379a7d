"""The formats that records are written in; each is a module here, named as `--format` takes it."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from contracts.payloads.record import Record

FORMATS = tuple(sorted(module.name for module in iter_modules(__path__)))
"""A module of a format has `render(records)`, and `cannot(record)` if it cannot hold every one."""


def rendered(records: Sequence[Record], name: str) -> str:
    """The records in a format.

    Raises:
        ModuleNotFoundError: there is no such format.
    """
    render: Callable[[Sequence[Record]], str] = _format(name).render
    return render(records)


def left_out(records: Sequence[Record], name: str) -> list[tuple[Record, str]]:
    """The records that a format cannot hold, each with the reason."""
    cannot: Callable[[Record], str | None] = getattr(_format(name), "cannot", lambda _record: None)
    reasons = ((record, cannot(record)) for record in records)
    return [(record, reason) for record, reason in reasons if reason]


def _format(name: str) -> Any:
    return import_module(f"{__name__}.{name}")
