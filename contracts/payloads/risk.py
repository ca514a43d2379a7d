"""What a payload writes, and what it may do to data that others share; nothing is sent."""

from collections.abc import Sequence

from contracts.model import REFUNDS
from contracts.payloads.record import Answer, Effect, Risk, Sent, Step
from contracts.targets.credentials import TOKEN_PATH

_READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that ask a server for no change (RFC 9110, 9.2.1)."""

_OWN = f"{REFUNDS}/{{{{refund_id"
_VERBS = {"POST": "creates", "PATCH": "changes", "DELETE": "deletes"}
_EFFECTS: dict[Effect, str] = {"created": "creates", "changed": "changes", "deleted": "deletes"}


def writes_of(setup: Sequence[Step], request: Sent, answers: Sequence[Answer]) -> str:
    """What a right server writes: `nothing`, `a token`, or such as `creates 6, deletes 1`.

    `if accepted` and `if refused` stand behind what depends on the answer.
    """
    counts: dict[str, int] = {}
    for step in setup:
        if step.status == 200 and step.request.method in _VERBS:
            verb = _VERBS[step.request.method]
            counts[verb] = counts.get(verb, 0) + step.times
    effects = {answer.effect for answer in answers}
    verbs = [_EFFECTS[effect] for effect in effects if effect != "none"]
    if len(effects) == 1:
        counts |= {verb: counts.get(verb, 0) + 1 for verb in verbs}
    parts = [f"{verb} {number}" for verb, number in counts.items()]
    if len(effects) > 1:
        parts += [f"{verb} 1 if accepted" for verb in verbs]
    elif request.path == TOKEN_PATH and request.method == "POST":
        parts.append("a token" if any(answer.status == 200 for answer in answers) else "")
    elif not verbs and request.method not in _READS:
        accepted = any(answer.status == 200 for answer in answers)
        parts.append("" if accepted else f"nothing{' more' if parts else ''} if refused")
    return ", ".join(filter(None, parts)) or "nothing"


def risk_of(setup: Sequence[Step], request: Sent) -> Risk:
    """The risk on shared data, whatever the server answers; see `record.RISKS`."""
    sent = (*(step.request for step in setup), request)
    return max(map(_risk, sent), key=("none", "low", "medium", "high").index)


def _risk(sent: Sent) -> Risk:
    if sent.method in _READS:
        return "none"
    if sent.path == TOKEN_PATH or sent.path.startswith(_OWN):
        return "low"
    if sent.path == REFUNDS and sent.method == "POST":
        return "low" if b"{{run}}" in (sent.body or b"") else "medium"
    return "high"
