"""The one place that turns a refusal into an error body of the vendor's envelope."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii

from mockserver.api.answers import JSON, Answer, refusal_headers
from mockserver.errors import Refusal
from mockserver.spec.facts import ERROR_STATUSES

__all__ = ["refused"]


def refused(refusal: Refusal) -> Answer:
    """The error answer: the vendor's content, and Mock-Refusal headers that say which rule and
    where.
    """
    member, text = "message", refusal.message
    if refusal.error_name == "EntityNotFoundError":
        member, text = "id", refusal.breaches[0].entity_id or ""
    content = f'{{"{member}": {encode_basestring_ascii(text)}}}'
    body = f'{{"errorName": "{refusal.error_name}", "content": {content}}}'.encode()
    headers = (*JSON, *refusal.headers, *refusal_headers(refusal.lines, len(refusal.breaches)))
    return Answer(ERROR_STATUSES[refusal.error_name], body, headers)
