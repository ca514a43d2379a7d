"""The sentence of a record: what is sent, what it must be, and so the answer."""

from collections.abc import Sequence

from contracts.payloads.draft import Draft
from contracts.payloads.record import Answer


def why(draft: Draft, answers: Sequence[Answer]) -> str:
    """The draft's reason with the answers, such as `... it must be a whole number, so 422`."""
    reason = draft.why.rstrip(".")
    statuses = tuple(dict.fromkeys(answer.status for answer in answers))
    words = " or ".join(str(status or "no answer") for status in statuses)
    if 200 not in statuses:
        return f"{reason}, so {words}"
    if len(statuses) > 1:
        return f"{reason}; {words} is right"
    rule = next((site.rule for site in draft.bends if site.rule), None)
    if rule and draft.kind.startswith("invalid"):
        return f"{reason}; accepted; a strict server would refuse it: rule {rule}"
    return f"{reason}; accepted"
