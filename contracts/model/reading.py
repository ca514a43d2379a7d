"""What an answer says, however it is written: its documented members, its ids and its instants.

Adding members to an answer is declared non-breaking, so members that the published document does
not have are left out. Ids are read in lower case, and instants in UTC without trailing zeros. How
an answer is written is judged by laws of its own, on the bytes that came.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from contracts.model.openapi import Schema, branches, resolved, responses
from contracts.model.state import ID
from contracts.model.values import in_utc, uuid_or_none

_MOST_KNOWN = 1_000
Read = Callable[[Any], Any]
"""Gives what a value says; the value itself where it is written as this module would write it."""


@cache
def reader(operation: str, status: int) -> Read:
    """Reads the answers of an operation with a status; an undocumented one is left as it is."""
    content = responses(operation).get(status, {}).get("content", {}).get("application/json")
    found = _reader(resolved(content["schema"])) if content is not None else None
    return found or (lambda value: value)


def _reader(schema: Schema) -> Read | None:
    """The reader of a schema; None where every value says itself."""
    if "oneOf" in schema:
        return _union({name: _object(one) for name, one in branches(schema).items()})
    if "properties" in schema:
        return _object(schema)
    if "items" in schema:
        item = _reader(resolved(schema["items"]))
        return _list(item) if item is not None else None
    return {"uuid": _uuid, "date-time": _instant}.get(schema.get("format", ""))


def _object(schema: Schema) -> Read:
    known = {name: _reader(resolved(one)) for name, one in schema["properties"].items()}
    read_by = {name: read for name, read in known.items() if read is not None}
    names = known.keys()

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        changed = {}
        for name, read_member in read_by.items():
            if name in value:
                before = value[name]
                after = read_member(before)
                if after is not before:
                    changed[name] = after
        if not changed and value.keys() <= names:
            return value
        return {name: changed.get(name, item) for name, item in value.items() if name in names}

    return _remembering(read) if ID in names else read


def _remembering(read: Read) -> Read:
    """A reader of refunds that knows one again which said itself, as most rows of pages do."""
    known: dict[str, Any] = {}

    def read_once(value: Any) -> Any:
        key = str(value.get(ID)) if isinstance(value, dict) else ""
        before = known.get(key)
        if before is not None and (before is value or before == value):
            return value
        said = read(value)
        if said is value:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[key] = value
        return said

    return read_once


def _union(read_by: Mapping[str, Read]) -> Read:
    def read(value: Any) -> Any:
        kind = value.get("type") if isinstance(value, dict) else None
        branch = read_by.get(kind) if isinstance(kind, str) else None
        return branch(value) if branch is not None else value

    return read


def _list(read_item: Read) -> Read:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        items = [read_item(item) for item in value]
        same = all(after is before for after, before in zip(items, value, strict=True))
        return value if same else items

    return read


def _uuid(value: Any) -> Any:
    if not isinstance(value, str) or value.lower() == value:
        return value
    return uuid_or_none(value) or value


def _instant(value: Any) -> Any:
    written = in_utc(value) if isinstance(value, str) else None
    return value if written is None or written == value else written


def unknown_members(answer: Any, said: Any, at: str = "") -> set[str]:
    """Pointers to the members of an answer that its reading leaves out, with `*` for an index."""
    if answer is said:
        return set()
    if isinstance(answer, dict) and isinstance(said, dict):
        found = {f"{at}/{name}" for name in answer.keys() - said.keys()}
        for name in said:
            found |= unknown_members(answer[name], said[name], f"{at}/{name}")
        return found
    if isinstance(answer, list) and isinstance(said, list):
        pairs = zip(answer, said, strict=True)
        return {place for one, other in pairs for place in unknown_members(one, other, f"{at}/*")}
    return set()
