"""What a run assumes about an open target: its organization, rules and tokens."""

from dataclasses import replace
from typing import Literal

from contracts.errors import PlanError
from contracts.kernel.terms import Marks, Terms
from contracts.model import REFUNDS
from contracts.model.organization import Organization, load_organization, organization_from
from contracts.model.rules import profile
from contracts.run.open import OpenTarget
from contracts.run.plan import Plan
from contracts.targets.target import Request

_ONE_REFUND = Request("GET", REFUNDS, (("limit", "1"),))


def terms_of(plan: Plan, target: OpenTarget) -> Terms:
    """The terms, asking a stand-in what the plan does not say.

    Raises:
        PlanError: the organization is not known.
        WorldFileError: the world file cannot be used.
        TargetError: the target gives no answer.
    """
    organization = organization_of(plan, target)
    rules = dict(profile(_profile(plan, target)))
    if plan.profile is None and target.stand_in is not None:
        rules |= target.stand_in.levels()
    single = target.shared or plan.tier == "read-only"
    return Terms(organization, rules, not single, auth_of(target), marks=marks_of(target))


def marks_of(target: OpenTarget) -> Marks | None:
    """The marks of the run on an account with others' data, with the nonce of its ledger."""
    return Marks(target.ledger.nonce) if target.ledger is not None else None


def profile_name(plan: Plan, target: OpenTarget) -> str:
    """The name of the rule levels that the run assumes, for its report."""
    asked = plan.profile is None and target.stand_in is not None
    return "as the stand-in says" if asked else _profile(plan, target)


def _profile(plan: Plan, target: OpenTarget) -> str:
    fallback = "unknown" if target.shared and target.stand_in is None else "default"
    return plan.profile or fallback


def auth_of(target: OpenTarget) -> Literal["any", "issued"]:
    """`any` where the target accepts a token that it did not issue."""
    headers = (("authorization", "Bearer nobody-issued-this"),)
    request = replace(_ONE_REFUND, headers=headers, authorized=False)
    return "any" if target.target.send(request).status == 200 else "issued"


def organization_of(plan: Plan, target: OpenTarget) -> Organization:
    """The organization of the world file, or the one that a stand-in exports.

    Raises:
        PlanError: there is neither.
        WorldFileError: the world file cannot be used.
        TargetError: the target gives no answer.
    """
    if plan.world is not None:
        return load_organization(plan.world)
    if target.stand_in is None:
        raise PlanError(
            "the ids of the organization are not known: give --world FILE, or write one with "
            f"`contracts discover --target {plan.target} -o world.json`"
        )
    world = target.name
    if target.shared or plan.tier == "read-only":
        target.target.send(_ONE_REFUND)
        world = target.stand_in.named or target.client_id or "default"
    exported = target.stand_in.export(world)
    if exported is None:
        raise PlanError(f"the stand-in exports no world {world!r}; give --world FILE")
    return organization_from(exported)
