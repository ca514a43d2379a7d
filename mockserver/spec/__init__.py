"""The published contract: the OpenAPI document in three forms; its constants are in `facts`.

The document of the control plane is beside it.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["control_openapi", "openapi", "openapi_bytes", "openapi_yaml"]


def openapi_bytes() -> bytes:
    """The document as it is stored: UTF-8 JSON, indented by two, ending in a line feed."""
    from importlib.resources import files

    return (files(__name__) / "openapi.json").read_bytes()


def openapi() -> dict[str, Any]:
    """The document parsed, anew for each call: the caller may change what it gets."""
    document: dict[str, Any] = json.loads(openapi_bytes())
    return document


def control_openapi(version: str, url: str) -> dict[str, Any]:
    """The document of the control plane of a stand-in of this version, reached at this URL."""
    from importlib.resources import files

    document: dict[str, Any] = json.loads((files(__name__) / "control.json").read_bytes())
    document["info"]["version"] = version
    return {**document, "servers": [{"url": url, "description": "This stand-in."}]}


def openapi_yaml() -> str:
    """The document as YAML text, its keys in the order of the JSON, without anchors."""
    import yaml

    return yaml.safe_dump(openapi(), sort_keys=False, allow_unicode=True, width=100)
