"""The formats that records are written in, by name; each lies in a module of its own."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from contracts.payloads.record import Record

Render = Callable[[Sequence[Record]], str]
FORMATS: Mapping[str, str] = {
    "jsonl": "lines",
    "json": "lines",
    "curl": "curl",
    "har": "har",
    "postman": "postman",
    "pytest": "pytest_file",
    "csv": "table",
    "http": "http_file",
    "jetbrains": "jetbrains",
}


def rendered(records: Sequence[Record], name: str) -> str:
    """The records in a format.

    Raises:
        KeyError: there is no such format.
    """
    module = import_module(f"contracts.payloads.formats.{FORMATS[name]}")
    render: Render = module.render_lines if name == "jsonl" else module.render
    return render(records)


def left_out(records: Sequence[Record], name: str) -> list[tuple[Record, str]]:
    """The records that a format cannot hold, each with the reason."""
    module = import_module(f"contracts.payloads.formats.{FORMATS[name]}")
    find: Callable[[Record], str | None] | None = getattr(module, "cannot", None)
    if find is None:
        return []
    reasons = ((record, find(record)) for record in records)
    return [(record, reason) for record, reason in reasons if reason]
