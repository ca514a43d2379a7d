"""What the official Python SDK declares, read off its types and signatures; no test is here."""

from __future__ import annotations

import datetime as dt
import enum
import inspect
import types
import typing
import uuid
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel

with warnings.catch_warnings():
    # The SDK still carries settings of pydantic 1, which pydantic 2 warns of.
    warnings.filterwarnings("ignore", "Valid config keys have changed", UserWarning)
    from candid.environment import CandidApiClientEnvironment as Environment
    from candid.resources import commons, financials
    from candid.resources.auth.resources import default as auth
    from candid.resources.auth.resources.default.client import DefaultClient as AuthClient
    from candid.resources.clinical_trials.resources import v_1 as clinical_trials
    from candid.resources.non_insurance_payer_refunds.resources import v_1 as refunds
    from candid.resources.non_insurance_payer_refunds.resources.v_1.client import (
        V1Client as RefundsClient,
    )
    from candid.resources.non_insurance_payers.resources import v_1 as payers

__all__ = [
    "AuthClient",
    "Environment",
    "Field",
    "RefundsClient",
    "auth",
    "clinical_trials",
    "commons",
    "fields",
    "financials",
    "kind",
    "members",
    "model",
    "parameters",
]

_MODULES: tuple[Any, ...] = (refunds, financials, payers, clinical_trials, commons, auth)
_SCALARS: dict[Any, str] = {
    uuid.UUID: "uuid",
    dt.datetime: "date-time",
    int: "integer",
    bool: "boolean",
    str: "string",
}

Field = tuple[str, bool]
"""A field's kind in a word or two, and whether it is required."""


def model(name: str) -> type[BaseModel] | None:
    """The SDK's type of this name among those that refunds are made of, or None."""
    for module in _MODULES:
        found = getattr(module, name) if name in module.__all__ else None
        if isinstance(found, type) and issubclass(found, BaseModel):
            return found
    return None


def fields(declaration: type[BaseModel]) -> dict[str, Field]:
    """Each field by its name on the wire.

    A union's `type` has a default in the SDK, which sends it always: it counts as required.
    """
    return {
        field.alias or name: (kind(field.annotation), field.is_required() or name == "type")
        for name, field in declaration.model_fields.items()
    }


def parameters(call: Callable[..., Any]) -> dict[str, Field]:
    """Each parameter of a client's method, but for those that are the client's own."""
    hints = typing.get_type_hints(call)
    return {
        name: (kind(hints[name]), parameter.default is inspect.Parameter.empty)
        for name, parameter in inspect.signature(call).parameters.items()
        if name not in ("self", "request_options")
    }


def kind(annotation: Any) -> str:
    """A scalar's word, an array's, an enum's members, or the name of a class or union."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return kind(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return _union([part for part in arguments if part is not types.NoneType])
    if origin in (list, Sequence):
        return f"array of {kind(arguments[0])}"
    if origin is typing.Literal:
        return f"const {arguments[0]}"
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return "enum " + " ".join(members(annotation))
    return _SCALARS.get(annotation) or str(annotation.__name__)


def members(declaration: type[enum.Enum]) -> list[str]:
    """An enum's values, without the SDK's own one for what it does not know."""
    return [str(member.value) for member in declaration if member.name != "_UNKNOWN"]


def _union(parts: list[Any]) -> str:
    """The kind of a lone part, or the name that the members of a tagged union begin with."""
    kinds = [kind(part) for part in parts]
    names = {name.split("_")[0] for name in kinds}
    return names.pop() if len(kinds) > 1 and len(names) == 1 else " or ".join(kinds)
