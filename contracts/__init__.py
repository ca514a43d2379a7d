"""The judge: one reference model and one set of laws for the stand-in and for the real API.

`laws` holds every law, `strategies` the Hypothesis strategies, `model` the reference model.
Names are loaded on first use, as Hypothesis and the validators take their time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts import model, strategies
    from contracts.app_target import AppTarget
    from contracts.checks import laws
    from contracts.credentials import Credentials
    from contracts.http_target import HttpTarget
    from contracts.law import Breach, Law
    from contracts.session import Session
    from contracts.target import Reply, Request, Target
    from contracts.terms import Terms
    from contracts.world import Organization, load_organization

__all__ = [
    "AppTarget",
    "Breach",
    "Credentials",
    "HttpTarget",
    "Law",
    "Organization",
    "Reply",
    "Request",
    "Session",
    "Target",
    "Terms",
    "laws",
    "load_organization",
    "model",
    "strategies",
]

_WHERE = {
    "AppTarget": "app_target",
    "Breach": "law",
    "Credentials": "credentials",
    "HttpTarget": "http_target",
    "Law": "law",
    "Organization": "world",
    "Reply": "target",
    "Request": "target",
    "Session": "session",
    "Target": "target",
    "Terms": "terms",
    "laws": "checks",
    "load_organization": "world",
}


def __getattr__(name: str) -> Any:
    """Load a published name on first use."""
    if name in {"model", "strategies"}:
        return import_module(f"contracts.{name}")
    if name in _WHERE:
        return getattr(import_module(f"contracts.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
