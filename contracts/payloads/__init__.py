"""Requests that probe the API's edges, each with the answer it should get and why.

`records` gives them; `contracts.payloads.strategies` draws them in tests of a client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.payloads.baseline import World, load_world
    from contracts.payloads.catalogue import records
    from contracts.payloads.choice import Choice
    from contracts.payloads.record import Record
    from contracts.payloads.verifier.verify import verify

__all__ = ["Choice", "Record", "World", "load_world", "record_schema", "records", "verify"]

_WHERE = {
    "Choice": "choice",
    "Record": "record",
    "World": "baseline",
    "load_world": "baseline",
    "records": "catalogue",
    "verify": "verifier.verify",
}


def record_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one record, as `--format jsonl` writes it."""
    import json
    from importlib.resources import files

    text = files(__name__).joinpath("record.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def __getattr__(name: str) -> Any:
    """Load a published name on first use."""
    if name in _WHERE:
        return getattr(import_module(f"contracts.payloads.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
