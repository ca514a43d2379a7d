"""Steps of a sequence as plain JSON, and a runner that performs them.

A step is an object with `do` and:

- create: `body` (JSON) or `raw` (Latin-1 text of the bytes); `as` names the refund made.
- get, delete: `ref`, the name of a refund, or an id.
- update: `ref`, and `body` or `raw` or neither for no body at all.
- list: `query`, pairs or raw text; `as` names the page.
- turn: `of` names a page, `token` is next or prev; `query` replaces parameters.
- send: `method`, and `path` or `ref`; it may have `query`, `headers` and `raw`.
- check: the whole state is read and compared.

On an account with others' data, a create gets a mark of the run when it is sent.

Any of them may carry `auth`, the Authorization header to send in place of the right one.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from contracts.kernel.exchange import Exchange
from contracts.kernel.session import Session
from contracts.model import ID, REFUNDS
from contracts.targets.json_body import lenient_object
from contracts.targets.target import JSON_HEADERS, Pairs, Request, encode, path_segment

Step = Mapping[str, Any]


class StepRunner:
    """Performs steps in one session, and remembers the refunds and pages that they name."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._refunds: dict[str, str] = {}
        self._pages: dict[str, tuple[Pairs, Any]] = {}

    def perform(self, step: Step) -> None:
        """Send what a step says; one about a refund that was never made uses its name as the id."""
        _DO[step["do"]](self, step)

    def create(self, step: Step) -> None:
        """POST, and remember the id that comes back."""
        sent = self._marked(step)
        exchange = self._send("POST", REFUNDS, sent, _body(sent) or b"")
        if isinstance(exchange.answer, dict) and ID in exchange.answer and "as" in step:
            self._refunds[step["as"]] = str(exchange.answer[ID])

    def one(self, step: Step) -> None:
        """GET, PATCH or DELETE one refund."""
        self._send(_METHODS[step["do"]], self._path(step), step, _body(step))

    def list(self, step: Step) -> None:
        """GET a page and remember it."""
        query = step.get("query", ())
        pairs = query if isinstance(query, str) else tuple((str(k), str(v)) for k, v in query)
        exchange = self._send("GET", REFUNDS, step, query=pairs)
        if "as" in step and not isinstance(pairs, str):
            self._pages[step["as"]] = pairs, exchange.answer

    def turn(self, step: Step) -> None:
        """Follow a token of a page, if it has one."""
        pairs, answer = self._pages.get(step["of"], ((), None))
        token = answer.get(f"{step['token']}_page_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            return
        changed = dict(step.get("query", ()))
        kept = [pair for pair in pairs if pair[0] not in changed and pair[0] != "page_token"]
        query = [*kept, *changed.items(), ("page_token", token)]
        self.list({**step, "query": query, "do": "list"})

    def send(self, step: Step) -> None:
        """Send a method with the path as given, or with the path of one refund."""
        path = self._path(step) if "ref" in step else step["path"]
        if step["method"] == "POST" and path == REFUNDS:
            step = self._marked(step)
        self._send(step["method"], path, step, _body(step), step.get("query", ""))

    def check(self, step: Step) -> None:
        """Read the whole state: all pages, or with others' data each refund of ours."""
        del step
        session = self.session
        if session.foreign_allowed:
            for refund_id in list(session.state.refunds):
                session.get(refund_id)
            return
        for _ in session.pages((("limit", "999"),)):
            if session.breaches:
                return

    def _marked(self, step: Step) -> Step:
        """A create with a mark; one whose body is no JSON object stays as it is."""
        marks, body = self.session.terms.marks, step.get("body")
        if "raw" in step:
            body = lenient_object(step["raw"].encode("latin-1"))
        if marks is None or not isinstance(body, dict):
            return step
        if "raw" in step:
            return {**step, "raw": f" \n{json.dumps(marks.put(body))}\t"}
        return {**step, "body": marks.put(body)}

    def _path(self, step: Step) -> str:
        return f"{REFUNDS}/{path_segment(self._refunds.get(step['ref'], str(step['ref'])))}"

    def _send(
        self,
        method: str,
        path: str,
        step: Step,
        body: bytes | None = None,
        query: Pairs | str = (),
    ) -> Exchange:
        headers = JSON_HEADERS if body else ()
        if "headers" in step:
            headers = tuple((str(name), str(value)) for name, value in step["headers"])
        if "auth" not in step:
            return self.session.send(Request(method, path, query, headers, body))
        auth = step["auth"]
        headers = (*headers, ("authorization", auth)) if auth is not None else headers
        return self.session.send(Request(method, path, query, headers, body, authorized=False))


_METHODS = {"get": "GET", "update": "PATCH", "delete": "DELETE"}
_DO: Mapping[str, Callable[[StepRunner, Step], None]] = {
    "create": StepRunner.create,
    "get": StepRunner.one,
    "update": StepRunner.one,
    "delete": StepRunner.one,
    "list": StepRunner.list,
    "turn": StepRunner.turn,
    "send": StepRunner.send,
    "check": StepRunner.check,
}


def _body(step: Step) -> bytes | None:
    if "raw" in step:
        return str(step["raw"]).encode("latin-1")
    return encode(step["body"]) if "body" in step else None
