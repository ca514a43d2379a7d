"""Sends a request again whose reused connection was closed before any byte of an answer.

A server closes idle connections, and may do so while a request is on its way to it. Such a server
has not read the request, so it is sent again. One that has read it and gives no answer is another
matter: then the effect of the request shows, and the missing answer goes on to the caller.
"""

from dataclasses import replace
from typing import Any

from contracts.errors import BudgetSpent, SafetyError, TargetDropped, TargetError
from contracts.model import REFUNDS
from contracts.safety.ownership_state import Intent
from contracts.safety.search import Search, id_of, ledger_queries
from contracts.targets.json_body import lenient_object
from contracts.targets.target import Reply, Request, Send

_CARRIERS = ("check_number", "refund_note")
_PAGES = 3


class Resend:
    """Sends a dropped request again where the same again does no harm.

    A create is looked up by its mark first: in the list of its check number, or in the first pages
    of the list of its payer. The same change of a refund again changes nothing more. A second
    DELETE that is answered 404, of a refund that was there, says nothing.

    `HttpTarget` itself repeats methods that change nothing.
    """

    def __init__(self) -> None:
        self._there: set[str] = set()

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send, and send once more; raise TargetDropped where that would not be safe."""
        try:
            reply = send(request)
        except TargetDropped as dropped:
            try:
                reply = self._again(request, send, dropped)
            except (BudgetSpent, SafetyError):
                # The request has left once, so what came of it is that no answer came.
                raise dropped from None
        self._note(request, reply)
        return reply

    def _again(self, request: Request, send: Send, dropped: TargetDropped) -> Reply:
        if request.method == "POST" and request.path.endswith(REFUNDS):
            if self._may_be_made(request, send):
                raise dropped
            return send(request)
        reply = send(request)
        if request.method == "DELETE" and reply.status == 404 and _key(request) in self._there:
            raise dropped
        return reply

    def _may_be_made(self, request: Request, send: Send) -> bool:
        """Whether a list shows what a create made, or none can be read.

        A create without a text to find it by, which no API should accept, made nothing.
        """
        body = lenient_object(request.body or b"")
        marker = _text_to_find(body or {})
        if not marker:
            return False
        prefix = request.path.removesuffix(REFUNDS)
        search = Search(lambda asked: send(replace(asked, path=prefix + asked.path)))
        try:
            queries = ledger_queries([Intent(0, marker, body)])
            rows = [row for query in queries for row in search.rows(query, _PAGES)]
        except TargetError:
            return True
        return any(id_of(row).lower() not in self._there for row in rows)

    def _note(self, request: Request, reply: Reply) -> None:
        """Remember which refunds are there."""
        if reply.status < 300 and request.method == "POST":
            self._there.add(id_of(reply.json_or_none()).lower())
        elif request.method == "DELETE" and reply.status in {200, 204, 404}:
            self._there.discard(_key(request))


def _key(request: Request) -> str:
    return request.path.rpartition("/")[2].lower()


def _text_to_find(body: dict[str, Any]) -> str:
    """What a create can be found by, or nothing."""
    texts = (body.get(name) for name in _CARRIERS)
    return next((text for text in texts if isinstance(text, str) and text), "")
