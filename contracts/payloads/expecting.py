"""From a draft to a record: the reference model says which answers are right; nothing is sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.credentials import TOKEN_PATH
from contracts.model import ID, Outcome, Prediction, State, initial_state, predict
from contracts.model.match import Absent, Moment
from contracts.model.page import Page
from contracts.model.prediction import Empty, Template
from contracts.payloads.draft import Draft
from contracts.payloads.ground import LARGEST_BODY, World
from contracts.payloads.predicate import ANYTHING, EMPTY, predicate_of
from contracts.payloads.record import PLACEHOLDER, Answer, Effect, Profile, Record, Sent, Step
from contracts.payloads.tokens import predict_token
from contracts.rules import profile as levels_of
from contracts.target import Request

Json = dict[str, Any]
BEARER = "the-token-that-is-ours"
_RUN = "run5e7f"
_EFFECTS: Mapping[str, Effect] = {"create": "created", "update": "changed", "delete": "deleted"}


class Expecting:
    """Finishes drafts under one profile.

    Args:
        world: the ids that exist.
        profile: the levels of the rules, by name.
        seed: noted in every record.
    """

    def __init__(self, world: World, profile: Profile = "default", seed: int = 0) -> None:
        self.world = world
        self.profile = profile
        self.seed = seed
        self._first = initial_state(
            replace(world.organization, refunds=()), rules=levels_of(profile), bearer=BEARER
        )

    def record(self, draft: Draft) -> Record:
        """The draft with the answers that the model predicts after its steps.

        Raises:
            ValueError: a step may be refused.
        """
        state, saved = self._first, {"run": _RUN, "token": BEARER}
        for number, step in enumerate(draft.setup, 1):
            state, more = self._after(draft.id, step, state, saved, number)
            saved |= more
        return Record(
            draft.id,
            draft.operation,
            draft.kind,
            draft.bends,
            draft.why,
            draft.setup,
            draft.request,
            self.profile,
            self._answers(heard(request_of(draft.request, saved), draft.request), state, saved),
            draft.sureness(),
            self.seed,
        )

    def _after(
        self, name: str, step: Step, state: State, saved: dict[str, str], number: int
    ) -> tuple[State, dict[str, str]]:
        prediction = predict(request_of(step.request, saved), state)
        if [outcome.status for outcome in prediction.outcomes] != [200]:
            raise ValueError(f"{name}: step {number} may be refused: {prediction.outcomes}")
        answer = _imagined(prediction, number)
        state = prediction.next_state(state, 200, answer)
        more = {key: str(answer[pointer[1:]]) for key, pointer in step.save.items()}
        return state, more | {key.upper(): text.upper() for key, text in more.items()}

    def _answers(
        self, request: Request, state: State, saved: Mapping[str, str]
    ) -> tuple[Answer, ...]:
        if request.path == TOKEN_PATH and request.method == "POST":
            return predict_token(request, self.world.credentials)
        prediction = predict(request, state)
        names = sorted(saved, key=lambda key: len(saved[key]), reverse=True)
        answers: dict[object, Answer] = {}
        too_large = _oversized(request)
        for outcome in (*too_large, *prediction.outcomes):
            expected = ANYTHING if too_large else _body(outcome, prediction)
            body = _named(expected, {saved[name]: name for name in names})
            effect = _effect(outcome, prediction, state)
            answer = Answer(outcome.status, outcome.error_name, outcome.rule, body, effect)
            answers.setdefault((answer.status, answer.error_name, repr(body)), answer)
        return tuple(answers.values())


def _oversized(request: Request) -> tuple[Outcome, ...]:
    """The refusal of a body that a server may find too large: nothing documents a bound."""
    large = len(request.body or b"") > LARGEST_BODY
    return (Outcome(413, "PayloadTooLargeError"),) if large else ()


def request_of(sent: Sent, saved: Mapping[str, str]) -> Request:
    """The request with its places filled in.

    Raises:
        KeyError: nothing was saved under a name.
    """
    headers = tuple((name, filled(text, saved)) for name, text in sent.headers)
    body = sent.body
    if body is not None and b"{{" in body:
        body = filled(body.decode("latin-1"), saved).encode("latin-1")
    path, query = filled(sent.path, saved), filled(sent.query, saved)
    return Request(sent.method, path, query, headers, body, sent.authorized)


def heard(request: Request, sent: Sent) -> Request:
    """The request as a server takes it, with only so much body as its length says."""
    return replace(request, body=(request.body or b"")[:-1]) if sent.framing == "short" else request


def filled(text: str, saved: Mapping[str, str]) -> str:
    """A text with its places filled in."""
    return PLACEHOLDER.sub(lambda place: saved[place[1]], text) if "{{" in text else text


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


def _body(outcome: Outcome, prediction: Prediction) -> Any:
    if outcome.status == 200:
        return _success(prediction.expected)
    if outcome.error_name is None:
        return ANYTHING
    content = {} if outcome.missing is None else {"content": {"id": outcome.missing}}
    return {"errorName": outcome.error_name, **content}


def _success(expected: Any) -> Any:
    if isinstance(expected, Empty):
        return EMPTY
    if isinstance(expected, Template):
        return predicate_of(expected.body)
    return _page(expected) if isinstance(expected, Page) else ANYTHING


def _page(page: Page) -> Json:
    """Exact where only rows of the run can be meant, else what holds whatever else is there."""
    numbers = page.query.check_numbers
    if numbers and all(_RUN in number for number in numbers):
        rows, before, after = page.window()
        tokens = {"next_page_token": after, "prev_page_token": before}
        shown = {
            key: {"$any": "string"} if due else {"$absent": True} for key, due in tokens.items()
        }
        return {"items": [predicate_of(row.body) for row in rows], **shown}
    each: Json = {}
    if page.query.payer is not None:
        each["non_insurance_payer"] = {"non_insurance_payer_id": page.query.payer}
    if page.query.invoice is not None:
        each["invoice_id"] = page.query.invoice
    if len(numbers) == 1:
        each["check_number"] = next(iter(numbers))
    sort = [page.query.sort, page.query.direction]
    return {"items": {"$rows": {"most": page.limit, "each": each, "sort": sort}}}


def _effect(outcome: Outcome, prediction: Prediction, state: State) -> Effect:
    effect = _EFFECTS.get(prediction.operation, "none")
    if outcome.status != 200 or effect != "changed":
        return effect if outcome.status == 200 else "none"
    known = state.refunds.get((prediction.target or "").lower())
    expected = prediction.expected
    if known is None or not isinstance(expected, Template):
        return "none"
    return "none" if _plain(expected.body) == _plain(known.body) else "changed"


def _plain(body: Mapping[str, Any]) -> Json:
    shown = {key: item for key, item in body.items() if not isinstance(item, Absent)}
    stamp = shown.get("refund_timestamp")
    return {**shown, "refund_timestamp": stamp.text if isinstance(stamp, Moment) else stamp}


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """A predicate with `{{name}}` in the place of every made-up text."""
    if isinstance(value, str):
        for text, name in names.items():
            if text in value:
                value = value.replace(text, f"{{{{{name}}}}}")
        return value
    if isinstance(value, dict):
        return {key: _named(item, names) for key, item in value.items()}
    return [_named(item, names) for item in value] if isinstance(value, list) else value


__all__ = ["BEARER", "Expecting", "filled", "heard", "request_of"]
