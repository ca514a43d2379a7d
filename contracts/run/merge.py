"""Makes one finding a law of what each driver says of it."""

from collections.abc import Iterable, Mapping, Sequence

from contracts.kernel.findings import DriverResult, Finding
from contracts.kernel.law import Law
from contracts.kernel.redaction import Redaction
from contracts.run.replay_token import token_of

_WEIGHT = {"broken": 0, "kept": 1, "undecided": 2, "skipped": 3}


def merge(
    laws: Sequence[Law], results: Iterable[DriverResult], redaction: Redaction, tier: str
) -> tuple[Finding, ...]:
    """One finding a law, in the order of the laws.

    Broken outweighs kept, and kept outweighs undecided; of two breaches the one with the shorter
    sequence is shown. What the checks of a driver's own tool found comes last.
    """
    by_law: dict[str, list[DriverResult]] = {}
    for one in results:
        by_law.setdefault(one.law.id, []).append(one)
    extra = {one.law.id: one.law for group in by_law.values() for one in group}
    for law in laws:
        extra.pop(law.id, None)
    return tuple(_finding(law, by_law, redaction, tier) for law in (*laws, *extra.values()))


def _finding(
    law: Law, by_law: Mapping[str, list[DriverResult]], redaction: Redaction, tier: str
) -> Finding:
    said = sorted(by_law.get(law.id, []), key=_rank)
    if not said:
        return Finding(law, "skipped", reason=_why(law, tier))
    best = said[0]
    return Finding(
        law,
        best.state,
        best.driver,
        redaction.breach(best.breach) if best.breach else None,
        redaction.text(best.reason),
        sum(one.requests for one in said),
        token_of(best.replay) if best.replay else "",
        sequence=tuple((best.replay or {}).get("steps", ())),
    )


def _rank(result: DriverResult) -> tuple[int, int]:
    length = len(result.breach.exchanges) if result.breach else 0
    return _WEIGHT[result.state], length


def _why(law: Law, tier: str) -> str:
    if tier == "read-only" and law.tier != "read-only":
        return "the tier is read-only"
    return "no driver reached it within budget and time"
