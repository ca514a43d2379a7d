"""The one place that turns a refusal into an error body of the vendor's envelope."""

from __future__ import annotations

import json

from mockserver.api.answers import Answer, json_answer, refusal_headers
from mockserver.errors import Refusal
from mockserver.spec.facts import ERROR_STATUSES

__all__ = ["refused"]


def refused(refusal: Refusal) -> Answer:
    """The error answer: the vendor's content, and Mock-Refusal headers that say which rule and
    where.
    """
    content = {"message": refusal.message}
    if refusal.error_name == "EntityNotFoundError":
        content = {"id": refusal.breaches[0].entity_id or ""}
    body = json.dumps({"errorName": refusal.error_name, "content": content}).encode()
    answer = json_answer(body, ERROR_STATUSES[refusal.error_name])
    explained = refusal_headers(refusal.lines, len(refusal.breaches))
    return answer._replace(headers=(*answer.headers, *refusal.headers, *explained))
