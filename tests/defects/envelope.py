"""Servers whose answers have another form than promised."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.model import ID
from contracts.targets.target import Reply, Request
from tests.defects.defect import Defect, Json, headed, in_bytes, rewritten, said

Change = Callable[[Reply], Reply]


def at(name: str, sentence: str, change: Change, *statuses: int, item: bool = False) -> Defect:
    """A defect in answers of these statuses, perhaps only of those about one refund."""

    def said_otherwise(request: Request, reply: Reply) -> Reply:
        due = reply.status in statuses and (not item or request.path.count("/") > 3)
        return change(reply) if due else reply

    return said(name, sentence)(said_otherwise)


def _error(change: Callable[[Json], Any]) -> Change:
    return lambda reply: rewritten(reply, change(reply.json()))


def _content(change: Callable[[Json], Any]) -> Change:
    return _error(lambda error: {**error, "content": change(error["content"])})


def _named(name: str) -> Change:
    return _error(lambda error: {**error, "errorName": name})


def _plain(reply: Reply) -> Reply:
    return headed(in_bytes(reply, b"not found"), content_type="text/plain")


_REFUSALS = (
    at("refusal-is-a-detail", "Says detail.", _error(lambda e: {"detail": e["errorName"]}), 422),
    at("refusal-is-text", "Refuses in plain text.", _plain, 404),
    at("content-is-a-list", "Sends the content in a list.", _content(lambda c: [c]), 422),
    at(
        "message-is-a-list",
        "Sends a list of messages.",
        _content(lambda c: {"message": [*c.values()]}),
        422,
    ),
    at(
        "message-is-an-object",
        "Sends an object for the message of a 405.",
        _content(lambda c: {"message": c}),
        405,
    ),
    at(
        "not-found-has-a-message",
        "Says in words what was not found.",
        _content(lambda c: {"message": str(c)}),
        404,
        item=True,
    ),
    at(
        "not-found-id-is-a-list",
        "Sends a list of what was not found.",
        _content(lambda c: {"id": [c.get("id")]}),
        404,
        item=True,
    ),
    at(
        "not-found-id-is-cut",
        "Cuts the id of a 404 at 8 letters.",
        _content(lambda c: {**c, "id": c.get("id", "")[:8]}),
        404,
        item=True,
    ),
    at("not-found-has-another-name", "Names a 404 NotFoundError.", _named("NotFoundError"), 404),
    at(
        "unprocessable-has-another-name",
        "Names a 422 ValidationError.",
        _named("ValidationError"),
        422,
    ),
    at(
        "not-allowed-says-not-how", "Answers 405 without Allow.", lambda r: headed(r, allow=""), 405
    ),
    at(
        "not-allowed-says-all",
        "Allows all methods in a 405.",
        lambda r: headed(r, allow="GET, POST, PUT, PATCH, DELETE"),
        405,
    ),
)


def _paths(name: str, sentence: str, change: Change) -> Defect:
    def said_otherwise(request: Request, reply: Reply) -> Reply:
        other = reply.status == 404 and "EntityNotFound" not in reply.body.decode()
        return change(reply) if other else reply

    return said(name, sentence)(said_otherwise)


_ELSEWHERE = (
    _paths(
        "unknown-path-is-empty",
        "Answers an unknown path with 200.",
        lambda r: in_bytes(replace(r, status=200), b"{}"),
    ),
    _paths(
        "unknown-path-has-another-name", "Names it UnknownPathError.", _named("UnknownPathError")
    ),
    at(
        "not-allowed-has-no-content",
        "Sends no content with a 405.",
        _error(lambda e: {"errorName": e["errorName"]}),
        405,
    ),
    _paths(
        "unknown-path-names-no-error",
        "Leaves errorName out for an unknown path.",
        _error(lambda e: {"content": e["content"]}),
    ),
)
_FORM = (
    at(
        "json-is-called-text",
        "Calls an answer text/html.",
        lambda r: headed(r, content_type="text/html") if r.body else r,
        200,
    ),
    at(
        "json-has-no-type",
        "Does not say what an answer is.",
        lambda r: headed(r, content_type="") if r.body else r,
        200,
    ),
    at(
        "json-has-a-mark",
        "Begins an answer with a byte order mark.",
        lambda r: in_bytes(r, b"\xef\xbb\xbf" + r.body) if ID.encode() in r.body else r,
        200,
    ),
)


@said("malformed-id-is-not-named", "Says of a malformed id to delete that a refund was not found.")
def _not_named(request: Request, reply: Reply) -> Reply:
    malformed = len(request.path.rpartition("/")[2]) != 36
    due = request.method == "DELETE" and reply.status == 404 and malformed
    return _content(lambda content: {"id": "refund"})(reply) if due else reply


DEFECTS: tuple[Defect, ...] = (
    *_REFUSALS,
    *_ELSEWHERE,
    *_FORM,
    _not_named,
)
