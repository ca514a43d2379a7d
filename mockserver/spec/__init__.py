"""The published contract: the OpenAPI document in three forms; its constants are in `facts`."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["openapi", "openapi_bytes", "openapi_yaml"]


def openapi_bytes() -> bytes:
    """The document as it is stored: UTF-8 JSON, indented by two, ending in a line feed."""
    from importlib.resources import files

    return (files(__name__) / "openapi.json").read_bytes()


def openapi() -> dict[str, Any]:
    """The document parsed, anew for each call: the caller may change what it gets."""
    document: dict[str, Any] = json.loads(openapi_bytes())
    return document


def openapi_yaml() -> str:
    """The document as YAML text, its keys in the order of the JSON, without anchors."""
    import yaml

    return yaml.safe_dump(openapi(), sort_keys=False, allow_unicode=True, width=100)
