"""The directed driver behind the runner's signature."""

from contracts.drivers import directed
from contracts.drivers.context import Context, Found
from contracts.kernel.law import Law

NAME = "directed"
_BEFORE = 5


def drive(context: Context) -> None:
    """Run the scripts in one world; verdicts are left in the context as they fall."""
    spans: list[tuple[str, int]] = []

    def report(verdict: directed.Verdict) -> None:
        spans.append((verdict.law.id, context.recorder.seen))
        context.found.append(_found(context, verdict))
        context.progress("verdict", f"{verdict.law.id} {verdict.state}")

    laws = (*context.laws, context.recorder.law())
    with context.world(f"d-{context.seed}") as target:
        verdicts = directed.run(target, context.terms, laws=laws, seed=context.seed, report=report)
    told = {law_id for law_id, _ in spans}
    for verdict in verdicts[:-1]:
        if verdict.law.id not in told:
            found = _found(context, verdict)
            context.found.append(_traced(found, spans, context))


def play(context: Context, law: Law) -> None:
    """Put one law again, by its script alone or by the one that tripped it."""
    with context.world(f"d-{context.seed}") as target:
        verdicts = directed.run(target, context.terms, laws=context.laws, seed=context.seed)
    context.found += [_found(context, one) for one in verdicts if one.law.id == law.id]


def _found(context: Context, verdict: directed.Verdict) -> Found:
    replay = {"driver": NAME, "law": verdict.law.id, "seed": context.seed}
    return Found(
        verdict.law,
        verdict.state,
        NAME if verdict.state in {"kept", "broken"} else "",
        verdict.breach,
        verdict.reason,
        verdict.requests,
        replay if verdict.state == "broken" else None,
    )


def _traced(found: Found, spans: list[tuple[str, int]], context: Context) -> Found:
    """The finding of a watcher, with the script whose request tripped it and what came before."""
    if found.breach is None or found.replay is None or not found.breach.exchanges:
        return found
    tripped, kept = found.breach.exchanges[0], context.recorder.exchanges
    index = next((i for i, exchange in enumerate(kept) if exchange is tripped), None)
    start = 0
    for law_id, end in spans:
        if index is not None and index < end:
            found.replay["script"] = law_id
            found.breach.exchanges = tuple(kept[max(start, index - _BEFORE) : index + 1])
            break
        start = end
    return found
