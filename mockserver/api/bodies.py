"""A request body from its bytes to a read shape, or to a refusal that tells all that is wrong with
it.
"""

from __future__ import annotations

import json
import re
from inspect import signature
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.types import Message, Receive, Scope

from mockserver.errors import Breach, Refusal
from mockserver.rules import Verdicts
from mockserver.rules.bodies import body_shape, content_type, decoded, unknown_field
from mockserver.wire.codings import plain_body, too_large
from mockserver.wire.requests import Shape

__all__ = ["Disconnected", "Reader", "header", "read_body", "read_shape"]


S = TypeVar("S", bound=Shape)

_LONGEST_LENGTH = 18
_SHORT = 16_384
"""How long a body may be to be told all its faults from the first reading."""

_MOST_DIGITS = 4_300
_LONG_NUMBER = re.compile(rb"[0-9]{%d}" % _MOST_DIGITS)
"""What pydantic reads, and the rule body-json may refuse."""

_MOST_TOLD = 200
_REQUIRED = frozenset(("non_insurance_payer_id", "amount_cents", "allocations"))


_FORBIDS = "extra" in signature(TypeAdapter.validate_json).parameters
"""Whether a reading can forbid unknown fields, which pydantic 2.12 and later can."""


class Disconnected(Exception):
    """The client went away before it had sent its whole request; there is nobody to answer."""


def header(scope: Scope, name: bytes) -> str:
    """The value of a request header, '' without one."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body without its content codings, at most `most` bytes.

    Raises a Refusal (413) for a longer one, as soon as that is known, one (415, 422) for codings
    that cannot be undone, and Disconnected.
    """
    length, codings = _announced(scope)
    if length.isdigit() and (len(length) > _LONGEST_LENGTH or int(length) > most):
        raise too_large(length.decode(), most)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body") or message["type"] == "http.disconnect":
        body = await _joined(message, receive, most)
    if len(body) > most:
        raise too_large(f"over {most}", most)
    return plain_body(body, codings.decode("latin-1"), most) if codings else body


async def _joined(message: Message, receive: Receive, most: int) -> bytes:
    """A body that comes in several messages, read until it ends or is longer than `most`."""
    pieces: list[bytes] = []
    size = 0
    while size <= most:
        if message["type"] == "http.disconnect":
            raise Disconnected
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if not message.get("more_body"):
            break
        message = await receive()
    return b"".join(pieces)


def _announced(scope: Scope) -> tuple[bytes, bytes]:
    """The Content-Length and Content-Encoding of a request, each empty without one."""
    length = codings = b""
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = value
        elif name == b"content-encoding":
            codings = b"%b,%b" % (codings, value) if codings else value
    return length, codings


class Reader(Generic[S]):
    """Reads one shape: `hasty` gives up early on a hopeless body, `thorough` tells all faults."""

    def __init__(self, thorough: type[S], hasty: type[S] | None = None) -> None:
        self.thorough = TypeAdapter(thorough)
        self.hasty = TypeAdapter(hasty or thorough)

    def faults(self, document: dict[str, Any], error: ValidationError) -> ValidationError:
        """All that is wrong with a document, as far as the first allocation that does not fit."""
        allocations = document.get("allocations")
        if isinstance(allocations, list):
            places = [fault["loc"] for fault in error.errors(include_input=False)]
            met = [place[1] for place in places if place[0] == "allocations" and len(place) > 1]
            end = max(_MOST_TOLD, *(place + 1 for place in met if isinstance(place, int)), 0)
            document = {**document, "allocations": allocations[:end]}
        try:
            self.thorough.validate_python(document)
        except ValidationError as faults:
            faults.__context__ = faults.__traceback__ = None  # else they keep the call in a circle
            return faults
        return error


def read_shape(
    reader: Reader[S],
    body: bytes,
    media_type: str,
    verdicts: Verdicts,
    warnings: list[Breach],
) -> S:
    """The body as the reader's shape, judged by the rules about bodies.

    Raises a Refusal for what is enforced; what is warned of is added to `warnings`.
    """
    if media_type != "application/json":
        verdicts.weigh(content_type(media_type), warnings)
    if _FORBIDS:
        is_short = len(body) < _SHORT
        shape = reader.thorough if is_short else reader.hasty
        try:
            return shape.validate_json(body, extra="forbid")
        except ValidationError as error:
            if is_short and not _is_strange(body):
                verdicts.weigh(body_shape(_plain_faults(error)), warnings[:])
    return _read_carefully(reader, body, verdicts, warnings)


def _is_strange(body: bytes) -> bool:
    """Whether the body may hold a constant, a surrogate or a number that is no JSON here."""
    if b"\\u" in body or b"NaN" in body or b"Infinity" in body:
        return True
    return len(body) >= _MOST_DIGITS and _LONG_NUMBER.search(body) is not None


def _plain_faults(error: ValidationError) -> list[ErrorDetails]:
    """What a body-shape refusal tells of a short body, none for one that is no object at all.

    Fields that the schema does not have count only when nothing else is wrong.
    """
    faults = [
        fault
        for fault in error.errors(include_url=False)
        if fault["type"] != "extra_forbidden" and fault["loc"]
    ]
    if len(faults) == 1:
        return faults
    met = [_allocation(fault["loc"]) for fault in faults]
    end = max(_MOST_TOLD, min(filter(None, met), default=0))
    return [fault for fault, number in zip(faults, met, strict=True) if number <= end]


def _allocation(place: tuple[int | str, ...]) -> int:
    """The number, from 1, of the allocation that a place is in; 0 for any other place."""
    match place:
        case ("allocations", int(index), *_):
            return index + 1
    return 0


def _read_carefully(
    reader: Reader[S], body: bytes, verdicts: Verdicts, warnings: list[Breach]
) -> S:
    """The same for a body that is not plainly in order: told apart what is wrong, extra or fine."""
    document, breaches = decoded(body)
    if breaches:
        verdicts.weigh(breaches, warnings)
        document = _lenient_document(body)
    try:
        shape = reader.hasty.validate_python(document)
    except ValidationError as error:
        faults = reader.faults(document, error)
        verdicts.weigh(body_shape(faults.errors(include_url=False)), warnings)
        shape = _without_misfits(reader.hasty, document, faults)
    verdicts.weigh(unknown_field(shape), warnings)
    return shape


def _lenient_document(body: bytes) -> dict[str, Any]:
    """The object that the body holds, {} when it holds none that could be written again."""
    try:
        document = json.loads(body.decode())
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _without_misfits(
    adapter: TypeAdapter[S], document: dict[str, Any], error: ValidationError
) -> S:
    """The shape without the optional fields that do not fit; refused if required ones do not."""
    for detail in error.errors(include_url=False, include_input=False):
        _drop(document, detail["loc"])
    try:
        return adapter.validate_python(document)
    except ValidationError as still:
        raise Refusal(
            "UnprocessableEntityError", *body_shape(still.errors(include_url=False))
        ) from None


def _drop(document: dict[str, Any], place: tuple[int | str, ...]) -> None:
    match place:
        case ("allocations", int(index), "earmark", *_):
            document["allocations"][index].pop("earmark", None)
        case (str(name), *_):
            if name not in _REQUIRED:
                document.pop(name, None)
