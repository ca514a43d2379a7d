"""How the stand-in answers: statuses, methods, paths, limits, and updates that change nothing."""

from __future__ import annotations

import logging

from mockserver.spec.facts import REFUNDS_PATH
from tests.docs.behaviours.caller import ABSENT, Caller, ids

__all__ = ["ANSWERS"]


def create_status() -> None:
    """Create answers 200, not 201, with the whole refund and no `Location`."""
    answer = Caller().create()
    assert answer.status_code == 200
    assert "location" not in answer.headers


def optional_absent() -> None:
    """An optional field without a value is absent from an answer, never `null`."""
    here = Caller()
    here.created()
    assert b"null" not in here.client.get(REFUNDS_PATH, params={"limit": 999}).content


def update_nothing() -> None:
    """An update without a body, or with `{}`, changes nothing and answers the refund."""
    here = Caller()
    refund = here.created(refund_note="kept")
    assert here.client.patch(here.one(refund)).json() == refund
    assert here.update(refund, {}).json() == refund


def update_remove() -> None:
    """Removing an absent field is not an error."""
    here = Caller()
    refund = here.created()
    assert here.update(refund, {"refund_note": {"type": "remove"}}).json() == refund


def update_place() -> None:
    """An updated refund keeps its place in the order of creation."""
    here = Caller()
    made = [here.created(), here.created()]
    here.update(made[0], {"refund_note": {"type": "set", "value": "new"}})
    assert here.mine(sort="amount_cents") == ids({"items": made})


def delete_answer() -> None:
    """Delete answers 200 with no body and no `Content-Type`; a second delete answers 404."""
    here = Caller()
    refund = here.created()
    answer = here.client.delete(here.one(refund))
    assert (answer.status_code, answer.content) == (200, b"")
    assert "content-type" not in answer.headers
    assert here.client.delete(here.one(refund)).status_code == 404


def error_404() -> None:
    """The body of a 404 contains only the id; `Mock-Refusal` contains the reason."""
    here = Caller()
    answer = here.client.get(here.one(ABSENT))
    assert answer.json() == {"errorName": "EntityNotFoundError", "content": {"id": ABSENT}}
    assert answer.headers["mock-refusal"].startswith("refund-exists: ")


def method_unknown() -> None:
    """Any other method on a known path, including HEAD and OPTIONS, gets 405
    `MethodNotAllowedError` with `Allow`.
    """
    here = Caller()
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"):
        answer = here.client.request(method, REFUNDS_PATH)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST"), method
    assert here.client.put(REFUNDS_PATH).json()["errorName"] == "MethodNotAllowedError"


def path_unknown() -> None:
    """An unknown path, including a known one with a trailing slash, gets 404 `NotFoundError`;
    `Mock-Nearest-Path` names the nearest path.
    """
    here = Caller()
    for path in ("/api/non-insurance-payer-refund/v1", f"{REFUNDS_PATH}/"):
        answer = here.client.get(path)
        assert (answer.status_code, answer.json()["errorName"]) == (404, "NotFoundError")
        assert answer.headers["mock-nearest-path"] == REFUNDS_PATH


def body_too_long() -> None:
    """A body longer than `--max-body-bytes` gets 413 `PayloadTooLargeError`, and the connection
    closes.
    """
    answer = Caller(max_body_bytes=10).create()
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert answer.json()["errorName"] == "PayloadTooLargeError"


def worlds_too_many() -> None:
    """A request for a world beyond `--max-worlds` gets 503 `HttpServiceUnavailableError`."""
    here = Caller(max_worlds=1)
    here.created()
    answer = here.client.get(f"/_mock/w/second{REFUNDS_PATH}")
    assert (answer.status_code, answer.json()["errorName"]) == (503, "HttpServiceUnavailableError")


def rate_limit() -> None:
    """Rate limits are off by default; a limit counts the requests to a world in a rolling window
    and answers 429 `TooManyRequestsError` without `Retry-After`.
    """
    assert all(Caller().client.get(REFUNDS_PATH).status_code == 200 for _ in range(3))
    here = Caller(rate_limit="2/10")
    answers = [here.client.get(REFUNDS_PATH) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["errorName"] == "TooManyRequestsError"
    assert "retry-after" not in answers[2].headers
    assert here.client.get(f"/_mock/w/other{REFUNDS_PATH}").status_code == 200


def own_fault() -> None:
    """An internal error answers 500 `InternalError` and is logged with its traceback."""
    here, logged = Caller(), list[logging.LogRecord]()
    del here.app.gate.auth

    def keep(record: logging.LogRecord) -> bool:
        logged.append(record)
        return False

    log = logging.getLogger("mockserver")
    log.addFilter(keep)
    try:
        answer = here.client.get(REFUNDS_PATH)
    finally:
        log.removeFilter(keep)
    assert (answer.status_code, answer.json()["errorName"]) == (500, "InternalError")
    assert logged[0].exc_info is not None


ANSWERS = (
    create_status,
    optional_absent,
    update_nothing,
    update_remove,
    update_place,
    delete_answer,
    error_404,
    method_unknown,
    path_unknown,
    body_too_long,
    worlds_too_many,
    rate_limit,
    own_fault,
)
