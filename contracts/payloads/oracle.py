"""From a draft to a record: the reference model says which answers are right."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, repeat
from typing import Any
from zlib import decompress

from contracts.model import ID, Outcome, Prediction, State, admits, initial_state, predict
from contracts.model.match import Absent, Moment
from contracts.model.page import Page
from contracts.model.prediction import Template
from contracts.model.rules import profile as levels_of
from contracts.payloads.baseline import LARGEST_BODY, World
from contracts.payloads.cases.tokens import predict_token, refusal
from contracts.payloads.draft import Draft
from contracts.payloads.placeholders import heard, is_respelled, request_of, respellings
from contracts.payloads.predicate import ANYTHING, body_of, with_placeholders
from contracts.payloads.record import NO_ANSWER, Answer, Auth, Effect, Profile, Record, Sent, Step
from contracts.payloads.risk import risk_of, writes_of
from contracts.payloads.why import why
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Request

Json = dict[str, Any]
BEARER = "the-token-that-is-ours"
_RUN = "run5e7f"
_EFFECTS: Mapping[str, Effect] = {"create": "created", "update": "changed", "delete": "deleted"}


class Oracle:
    """Finishes drafts under one profile; the seed is noted in every record."""

    def __init__(self, world: World, profile: Profile, seed: int, auth: Auth) -> None:
        self.world = world
        self.profile = profile
        self.seed = seed
        self.auth = auth
        self._wide = levels_of(profile)["amount-int32"] != "enforce"
        self._first = initial_state(
            replace(world.organization, refunds=()),
            rules=levels_of(profile),
            bearer=BEARER,
            auth="issued" if auth == "issued" else "any",
        )

    def record(self, draft: Draft) -> Record:
        """The draft with the answers that the model predicts after its steps.

        Raises:
            ValueError: a step may be answered by another status than it says.
        """
        state, saved = self._first, {"run": _RUN, **respellings("token", BEARER)}
        sent = chain.from_iterable(repeat(step, step.times) for step in draft.setup)
        for number, step in enumerate(sent, 1):
            state, more = self._after(draft.id, step, state, saved, number)
            saved |= more
        request = heard(request_of(draft.request, saved), draft.request)
        if request.header("content-encoding") not in (None, "identity"):
            request = replace(request, body=decompress(request.body or b"", _GZIP_OR_ZLIB))
        answers = self._answers(draft.request, request, state, saved)
        return Record(
            draft.id,
            draft.operation,
            draft.kind,
            draft.bends,
            why(draft, answers),
            draft.setup,
            draft.request,
            self.profile,
            self.auth,
            answers,
            draft.sureness(),
            self.seed,
            writes_of(draft.setup, draft.request, answers),
            risk_of(draft.setup, draft.request),
        )

    def _after(
        self, name: str, step: Step, state: State, saved: dict[str, str], number: int
    ) -> tuple[State, dict[str, str]]:
        prediction = predict(request_of(step.request, saved), state)
        if {outcome.status for outcome in prediction.outcomes} != {step.status}:
            raise ValueError(f"{name}: step {number} may be answered by {prediction.outcomes}")
        if step.status != 200:
            return state, {}
        answer = _imagined(prediction, number)
        state, more = prediction.next_state(state, 200, answer), dict[str, str]()
        for key, pointer in step.save.items():
            more |= respellings(key, str(answer[pointer[1:]]))
        return state, more

    def _answers(
        self, sent: Sent, request: Request, state: State, saved: Mapping[str, str]
    ) -> tuple[Answer, ...]:
        if sent.framing == "long":
            return _CUT_OFF
        if _BEYOND_DOUBLES.search(request.body or b"") and self._wide:
            return _EITHER_WAY
        if request.path == TOKEN_PATH and request.method == "POST":
            return predict_token(request, self.world.credentials)
        # What may come back in an answer, the longest text first.
        plain = [name for name in saved if name.isupper() or not is_respelled(name)]
        names = {saved[name]: name for name in sorted(plain, key=lambda name: -len(saved[name]))}
        answers: dict[object, Answer] = {}
        too_large = _TOO_LARGE if len(request.body or b"") > LARGEST_BODY else ()
        for prediction in self._predictions(request, state):
            for outcome in (*too_large, *prediction.outcomes):
                expected = ANYTHING if too_large else body_of(outcome, prediction, _RUN)
                body = with_placeholders(expected, names)
                effect = _effect(outcome, prediction, state)
                answer = Answer(outcome.status, outcome.error_name, outcome.rule, body, effect)
                answers.setdefault((answer.status, answer.error_name, repr(body)), answer)
        return (*answers.values(), *(_CUT_OFF[:1] if too_large else ()))

    def _predictions(self, request: Request, state: State) -> tuple[Prediction, ...]:
        """What the model predicts; for a stranger's token, as `auth` says, let in or not.

        Where it is let in, into whatever account, the answer is that of an account where nothing
        was made: no payload with such a token asks for what is in one.
        """
        if admits(request, replace(state, auth="any")) is not None:
            return (predict(request, state),)
        outside = predict(request, replace(state, auth="issued"))
        others = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
        inside = predict(replace(request, headers=others, authorized=True), state)
        return {"any": (inside,), "issued": (outside,)}.get(self.auth, (outside, inside))


_GZIP_OR_ZLIB = 47
"""How zlib is told to find out which of the two a body is."""


_BEYOND_DOUBLES = re.compile(rb":-?\d+e[+-]?\d{3}")
_EITHER_WAY = (
    Answer(200, None, None, ANYTHING, "created"),
    refusal(422, "UnprocessableEntityError"),
)
"""A create with an amount that no double holds: RFC 8259 (6) leaves open what a server reads.

Where amounts must fit 32 bits, it is refused however it is read.
"""

_CUT_OFF = tuple(
    Answer(status, None, None, ANYTHING, "none") for status in (NO_ANSWER, 400, 408, 422)
)
"""A server that gets less than was announced may say so before it ends the connection, or not."""


_TOO_LARGE = (Outcome(413, "PayloadTooLargeError"),)
"""The refusal of a body that a server may find too large: nothing documents a bound.

It may also hang up on it before all of it was sent, so that no answer reaches the client.
"""


def _imagined(prediction: Prediction, number: int) -> Json:
    """An answer as the model expects it, its id made up; what else is open stays so."""
    if isinstance(prediction.expected, Page):
        rows, before, after = prediction.expected.window()
        tokens = {"next_page_token": after, "prev_page_token": before}
        made = {key: f"{key[:4]}-token-{number}-5e7f" for key, due in tokens.items() if due}
        return {"items": [row.body for row in rows], **made}
    if not isinstance(prediction.expected, Template):
        return {}
    body = dict(prediction.expected.body)
    stamp = body.get("refund_timestamp")
    if isinstance(stamp, Moment):
        body["refund_timestamp"] = stamp.text
    if not isinstance(body[ID], str):
        body[ID] = f"5e7f0000-0000-4000-8000-abcdef{number:06}"
    return body


def _effect(outcome: Outcome, prediction: Prediction, state: State) -> Effect:
    effect = _EFFECTS.get(prediction.operation, "none") if outcome.status == 200 else "none"
    if effect != "changed":
        return effect
    known = state.refunds.get((prediction.target or "").lower())
    expected = prediction.expected
    if known is None or not isinstance(expected, Template):
        return "none"
    return "none" if _plain(expected.body) == _plain(known.body) else "changed"


def _plain(body: Mapping[str, Any]) -> Json:
    shown = {key: item for key, item in body.items() if not isinstance(item, Absent)}
    stamp = shown.get("refund_timestamp")
    return {**shown, "refund_timestamp": stamp.text if isinstance(stamp, Moment) else stamp}
