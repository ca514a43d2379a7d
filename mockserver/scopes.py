"""The path of a request: behind the prefix of a mount, as it was sent, and the world it names."""

from __future__ import annotations

from urllib.parse import quote, unquote, unquote_to_bytes

from starlette.types import Scope

from mockserver.state.names import is_name

__all__ = ["encoded_path", "moved", "named", "route_path"]

MOST_PARTS = 16


def route_path(scope: Scope) -> str:
    """The path of a request behind the prefix that the app is mounted under, if any."""
    path: str = scope["path"]
    root: str | None = scope.get("root_path")
    if root and path.startswith(root) and path[len(root) : len(root) + 1] in ("", "/"):
        return path[len(root) :]
    return path


def encoded_path(scope: Scope) -> str:
    """The same path percent-encoded, as it was sent: a slash in a world's name divides nothing.

    A path with more parts than any route has is divided no further.
    """
    path, raw = route_path(scope), scope.get("raw_path")
    if raw is None:
        return quote(path)
    if b"%" not in raw:
        return path
    root = scope["path"][: len(scope["path"]) - len(path)]
    before = 1 + root.count("/")
    *parts, last = raw.split(b"/", before + MOST_PARTS)[before:] or [b""]
    safe = "/" if b"/" in last else ""
    texts = (quote(unquote_to_bytes(part), safe="") for part in parts)
    return "/".join(("", *texts, quote(unquote_to_bytes(last), safe=safe)))


def named(part: str) -> str | None:
    """The world that a part of an encoded path names; None where it cannot name one."""
    try:
        name = unquote(part, errors="strict")
    except UnicodeDecodeError:
        return None
    return name if is_name(name) else None


def moved(scope: Scope, path: str) -> Scope:
    """The scope of the same request for another path behind the prefix."""
    return {**scope, "path": scope.get("root_path", "") + path}
