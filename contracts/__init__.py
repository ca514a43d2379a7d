"""The judge: one reference model and one set of laws for the stand-in and for the real API.

`laws.ALL` is every law, `strategies` holds the Hypothesis strategies, `model` the reference model.
Names are loaded on first use, as Hypothesis and the validators take their time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts import laws, model
    from contracts.generate import strategies
    from contracts.kernel.law import Breach, Law
    from contracts.kernel.session import Session
    from contracts.kernel.terms import Terms
    from contracts.model.organization import Organization, load_organization
    from contracts.targets.app import AppTarget
    from contracts.targets.credentials import Credentials
    from contracts.targets.http import HttpTarget
    from contracts.targets.target import Reply, Request, Target

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

_MODULES = {"laws": "laws", "model": "model", "strategies": "generate.strategies"}
_WHERE = {
    "AppTarget": "targets.app",
    "Breach": "kernel.law",
    "Credentials": "targets.credentials",
    "HttpTarget": "targets.http",
    "Law": "kernel.law",
    "Organization": "model.organization",
    "Reply": "targets.target",
    "Request": "targets.target",
    "Session": "kernel.session",
    "Target": "targets.target",
    "Terms": "kernel.terms",
    "load_organization": "model.organization",
}


def __getattr__(name: str) -> Any:
    """Load a published name on first use."""
    if name in _MODULES:
        return import_module(f"contracts.{_MODULES[name]}")
    if name in _WHERE:
        return getattr(import_module(f"contracts.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
