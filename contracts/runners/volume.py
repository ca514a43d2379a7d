"""The turbo driver behind the runner's signature, also where others' data lies."""

import json
from collections.abc import Iterable, Sequence
from itertools import count
from random import Random
from time import monotonic
from typing import Any

from contracts.drivers import turbo
from contracts.drivers.episodes import Episode
from contracts.law import Blocked, Breach, BudgetSpent, Law
from contracts.runners.context import Context, Found, Recorder
from contracts.safety.ownership import mark
from contracts.session import Session
from contracts.steps import Play, Step

NAME = "turbo"
STEPS = 4_000
_MOST_FAILURES = 8


def drive(context: Context) -> None:
    """Perform episodes until steps, budget or time are used up."""
    laws = context.unbroken_watchers
    if not laws:
        return
    failures = _alone(context, laws) if context.terms.exclusive else _among_others(context, laws)
    broken = {failure.breach.law.id for failure in failures if failure.breach.law}
    context.kept([law for law in laws if law.id not in broken], NAME)
    context.found += [_found(context, failure) for failure in failures]


def play(context: Context, law: Law, steps: Sequence[Step]) -> None:
    """Perform a sequence again."""
    breach, exchanges = _shown(context, steps, law)
    if breach is None:
        context.kept([law], NAME)
    else:
        breach.exchanges = exchanges
        context.found.append(Found(law, "broken", NAME, breach))


def _alone(context: Context, laws: tuple[Law, ...]) -> Sequence[turbo.Failure]:
    limits = turbo.Limits(STEPS, context.seconds, _MOST_FAILURES)
    outcome = turbo.run(
        context.worlds,
        context.terms,
        context.seed,
        limits,
        (*laws, context.recorder.law()),
        lambda steps: context.tell("step", f"{NAME}: {steps} steps"),
    )
    return outcome.failures


def _among_others(context: Context, laws: tuple[Law, ...]) -> Sequence[turbo.Failure]:
    """Episodes that change nothing but their own, each create with a mark to know it by."""
    began, done = monotonic(), 0
    failures: dict[str, turbo.Failure] = {}
    for index in count():
        late = context.seconds is not None and monotonic() - began >= context.seconds
        if late or done >= STEPS or len(failures) >= _MOST_FAILURES:
            break
        steps = marked(Episode(context.seed, index, context.terms), f"{context.seed} {index}")
        before = context.counter.sent
        watching = (*laws, context.recorder.law())
        played, breaches = perform(steps, context, f"t-{context.seed}-{index}", watching)
        done += played
        for law_id, breach in breaches.items():
            failure = turbo.Failure(breach, tuple(steps[:played]), context.seed, index, 0)
            failures.setdefault(law_id, failure)
        context.tell("step", f"{NAME}: {done} steps")
        if context.counter.sent == before:
            break
    return tuple(failures.values())


def marked(episode: Episode, seed: str) -> list[Step]:
    """The steps of an episode that name refunds of its own, with a random note on each create."""
    random = Random(f"marks {seed}")
    return [
        _with_mark(step, random)
        for step in episode.steps(turbo.EPISODE_STEPS)
        if step["do"] != "send" and str(step.get("ref", "r"))[:1] == "r"
    ]


def _with_mark(step: dict[str, Any], random: Random) -> Step:
    body = step.get("body") if "raw" not in step else _object(step["raw"])
    if step["do"] != "create" or not isinstance(body, dict):
        return step
    note = body.get("refund_note")
    body = {**body, "refund_note": f"{note if isinstance(note, str) else ''} {mark(random)}"}
    if "raw" in step:
        return {**step, "raw": f" \n{json.dumps(body)}\t"}
    return {**step, "body": body}


def _object(raw: str) -> Any:
    try:
        return json.loads(raw.encode("latin-1"))
    except (ValueError, RecursionError):
        return None


def perform(
    steps: Iterable[Step], context: Context, name: str, laws: Sequence[Law]
) -> tuple[int, dict[str, Breach]]:
    """Perform steps up to the first breach, passing over those that the transport vetoes."""
    with context.world(name) as target:
        session = Session(target, context.bounded(None), name, laws)
        performer, done = Play(session), 0
        try:
            for step in steps:
                done += 1
                try:
                    performer.perform(step)
                except Blocked:
                    continue
                if session.breaches:
                    break
            if session.foreign_allowed:
                session.clean_up()
        except BudgetSpent:
            pass
        return done, session.breaches


def _found(context: Context, failure: turbo.Failure) -> Found:
    law = failure.breach.law
    assert law is not None, "turbo names the law of each failure"
    replay = {"driver": NAME, "law": law.id, "seed": context.seed, "steps": list(failure.steps)}
    again, exchanges = _shown(context, failure.steps, law)
    breach = failure.breach
    if again is not None:
        again.exchanges = exchanges
        breach = again
    return Found(law, "broken", NAME, breach, requests=failure.requests, replay=replay)


def _shown(
    context: Context, steps: Sequence[Step], law: Law
) -> tuple[Breach | None, tuple[Any, ...]]:
    """The breach that a sequence shows, with all its exchanges."""
    listener = Recorder()
    name = f"replay-{context.seed}"
    _, breaches = perform(steps, context, name, (listener.law(), law))
    return breaches.get(law.id), tuple(listener.exchanges)
