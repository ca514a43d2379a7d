"""The rules about a request body as it was sent: type, JSON, shape and extra fields."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from pydantic_core import ErrorDetails

from mockserver.errors import MISSING, Breach, shown
from mockserver.rules.rule import rule
from mockserver.spec.facts import EARMARK_KINDS, TARGET_KINDS, UPDATE_KINDS
from mockserver.wire.requests import Shape

__all__ = [
    "BODY_RULES",
    "body_json",
    "body_shape",
    "content_type",
    "decoded",
    "unknown_field",
]

_TAGS = frozenset((*TARGET_KINDS, *EARMARK_KINDS, *UPDATE_KINDS))
"""What pydantic adds to the place of an error inside a union."""

_SURROGATE = rb"\ud"
"""How the escape of every surrogate begins, in lower case."""

_EXPECTED = {
    "missing": "a value: the field is required",
    "int_type": "an integer",
    "int_parsing_size": "an integer of a size that can be read",
    "string_type": "a string",
    "string_pattern_mismatch": "a UUID such as d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32",
    "string_too_short": "a string that is not empty",
    "list_type": "an array",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "union_tag_not_found": "an object whose `type` names its kind",
}


@rule(
    "content-type",
    "a body has the media type application/json",
    evidence="assumed",
    source="the vendor's page sends `Content-Type: application/json` and names no other type; only"
    " the token call documents 415",
    default="warn",
    stage="shape",
    relaxed="the body is read as JSON, with any media type",
    error_name="InvalidContentTypeError",
)
def content_type(media_type: str) -> Iterable[Breach]:
    """`media_type` is the Content-Type header as sent, '' without one."""
    name = media_type.partition(";")[0].strip().lower()
    if name != "application/json":
        value = media_type or MISSING
        yield Breach("content-type", "header Content-Type", value, "application/json")


@rule(
    "body-json",
    "the body is one JSON object in valid UTF-8, without NaN or Infinity",
    evidence="implied",
    source="the page documents 404 and 422 only, so an unreadable body is a 422",
    default="enforce",
    stage="shape",
    relaxed="an unreadable body counts as {}; NaN and Infinity count as numbers",
)
def body_json(body: bytes) -> Iterable[Breach]:
    """`body` is judged as a whole, so the breach shows the place where reading stopped."""
    return decoded(body)[1]


def decoded(body: bytes) -> tuple[dict[str, Any], tuple[Breach, ...]]:
    """The JSON object that a body holds, or an empty one with the breach that says why not."""
    try:
        document = json.loads(body.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        return _unreadable(body, f"byte {error.start}", "valid UTF-8")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        reason = "without a byte order mark" if body.startswith(BOM_UTF8) else error.msg
        return _unreadable(body, place, f"one JSON object in UTF-8 ({reason})")
    except (ValueError, RecursionError) as error:
        return _unreadable(body, "its content", f"one JSON object ({error})")
    if not isinstance(document, dict):
        return {}, (Breach("body-json", "$", document, "a JSON object"),)
    if _SURROGATE in body.lower() and not _encodable(document):
        return _unreadable(body, "its content", "valid Unicode, without lone surrogates")
    return document, ()


def _unreadable(
    body: bytes, place: str, expected: str
) -> tuple[dict[str, Any], tuple[Breach, ...]]:
    value = body.decode("utf-8", "replace")
    return {}, (Breach("body-json", f"$ (at {place})", value, expected),)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _encodable(document: object) -> bool:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


@rule(
    "body-shape",
    "required fields are present, and every field has its documented type",
    evidence="documented",
    source="the page's request table and the SDKs' request types",
    default="enforce",
    stage="shape",
    relaxed="an invalid optional field is dropped; an invalid required field is still refused",
)
def body_shape(faults: Iterable[ErrorDetails]) -> Iterable[Breach]:
    """All that pydantic found wrong with a body that is JSON, a breach each."""
    for detail in faults:
        value = MISSING if detail["type"] == "missing" else detail["input"]
        yield Breach("body-shape", json_path(detail["loc"]), value, _expected(detail))


def _expected(detail: Any) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "literal_error":
        return f"one of {context['expected']}"
    if kind == "union_tag_invalid":
        return f"a `type` that is one of {context['expected_tags']}"
    return _EXPECTED.get(kind) or str(detail["msg"])


def json_path(place: tuple[int | str, ...]) -> str:
    """The JSON path of a pydantic error, without the tags of unions."""
    parts = (f"[{p}]" if isinstance(p, int) else f".{p}" for p in place if p not in _TAGS)
    return "$" + "".join(parts)


@rule(
    "unknown-field",
    "the schema defines every field and query parameter",
    evidence="assumed",
    source="the vendor's schemas allow additional fields, and its SDKs pass them on",
    default="warn",
    stage="shape",
    relaxed="the field is ignored",
)
def unknown_field(body: Shape) -> Iterable[Breach]:
    """`body` is a read body; its extra fields were kept aside."""
    return _extras(body, "$")


def _extras(shape: Shape, path: str) -> Iterator[Breach]:
    for name, value in (shape.__pydantic_extra__ or {}).items():
        place = path + (f".{name}" if name.isidentifier() else f"[{shown(name)}]")
        yield Breach("unknown-field", place, value, "no such field")
    for name, value in shape.__dict__.items():
        if isinstance(value, Shape):
            yield from _extras(value, f"{path}.{name}")
        elif isinstance(value, list):
            for position, item in enumerate(value):
                yield from _extras(item, f"{path}.{name}[{position}]")


BODY_RULES = (content_type, body_json, body_shape, unknown_field)
