"""Opens a target, sends it records and gives the verdicts; nothing is shown."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from time import time_ns
from typing import cast

from contracts.errors import PlanError
from contracts.model.rules import profile as levels_of
from contracts.payloads.baseline import World, load_world
from contracts.payloads.record import PROFILES, Auth, Profile, Record
from contracts.payloads.verifier.send import Sender
from contracts.payloads.verifier.verdicts import Verdict, Verifier
from contracts.run.assumptions import auth_of, marks_of, organization_of, terms_of
from contracts.run.canary import fly_canary
from contracts.run.clean_up import clean_up
from contracts.run.open import OpenTarget, open_target
from contracts.run.plan import APP, Plan
from contracts.targets.target import Target

_RUNS = count()


def verify(records: Iterable[Record], target: Target, *, framed: bool = True) -> list[Verdict]:
    """The verdicts of records on a target that nobody else writes to.

    The target is such as `contracts.AppTarget(app, "a client id not used before")`; a `framed` one
    frames requests itself, as an app in this process does.
    """
    verifier = Verifier(Sender(target, _run(), framed=framed), exclusive=True)
    return [verifier.verdict(record) for record in records]


@dataclass(frozen=True, slots=True)
class VerifierTarget:
    """A target to be sent payloads, and what holds there.

    Attributes:
        world: the ids to use.
        auth: whether tokens that it did not issue are let in.
        left: after the end, what says that not all that the payloads made is deleted.
    """

    verifier: Verifier
    world: World
    profile: Profile
    auth: Auth
    left: list[str]


@contextmanager
def open_verifier(plan: Plan, auth: Auth | None = None) -> Iterator[VerifierTarget]:
    """The plan's target, in a fresh world where it has such.

    What is left of ours at the end is deleted, and the plan's listener told of what cannot be.
    Where `auth` is None, the target is asked which tokens it lets in.

    Raises:
        PlanError: a stand-in has levels of no profile, and none was named.
        TargetError: the target does not answer.
    """
    with open_target(plan) as opened, opened.worlds("payloads") as target:
        marks = marks_of(opened)
        run = _run() if marks is None else f"r{marks.next()}"
        redaction, framed = opened.redaction(), plan.target == APP
        sender = Sender(target, run, framed=framed, redaction=redaction, shared=opened.shared)
        verifier = Verifier(sender, exclusive=not opened.shared, ends=True)
        left: list[str] = []
        try:
            if opened.ledger is not None:
                note = fly_canary(plan, opened, terms_of(plan, opened), redaction)
                if note:
                    plan.progress("problem", note)
            world, profile = _world(plan, opened), _profile(plan, opened)
            yield VerifierTarget(verifier, world, profile, auth or auth_of(opened), left)
        finally:
            if verifier.ended:
                # An answer may still be on its way.
                opened.target.close()
            problems, clean = clean_up(opened)
            for problem in problems:
                plan.progress("problem", opened.redaction().text(problem))
            left += [] if clean else problems


def _world(plan: Plan, opened: OpenTarget) -> World:
    """The ids of the world file, or those shipped, unless a stand-in tells that it has others."""
    shipped = load_world(plan.world)
    if plan.world is not None or opened.stand_in is None:
        return shipped
    theirs, ours = organization_of(plan, opened), shipped.organization
    same = (
        ours.payers.keys() <= theirs.payers.keys()
        and ours.service_lines.keys() <= theirs.service_lines.keys()
        and ours.invoices <= theirs.invoices
    )
    if not same and not theirs.enabled_payers():
        raise PlanError("the stand-in has no payer that is enabled, which payloads need")
    return shipped if same else World(theirs)


def _run() -> str:
    return f"r{time_ns():x}{next(_RUNS)}"


def _profile(plan: Plan, opened: OpenTarget) -> Profile:
    if plan.profile is not None:
        return cast("Profile", plan.profile)
    if opened.stand_in is None:
        return "unknown"
    levels = opened.stand_in.levels()
    for name in PROFILES:
        if all(levels_of(name)[rule] in {level, "any"} for rule, level in levels.items()):
            return name
    raise PlanError("the target's rules are of no profile; name the nearest with --profile")
