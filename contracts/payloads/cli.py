"""The door to the commands `payloads` and `payloads verify`, which are made on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.payloads.commands import payloads, verify

__all__ = ["payloads", "verify"]


def __getattr__(name: str) -> Any:
    """Load a command; the command line that holds it shares its options, so that comes first."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("contracts.cli")
    return getattr(import_module("contracts.payloads.commands"), name)
