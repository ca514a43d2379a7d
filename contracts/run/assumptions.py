"""What a run assumes about an open target: its organization, rules and tokens."""

from typing import Literal

from contracts.errors import CredentialsRefused, PlanError
from contracts.kernel.terms import Marks, Terms
from contracts.model import REFUNDS
from contracts.model.organization import Organization, load_organization, organization_from
from contracts.model.rules import profile
from contracts.run.open import OpenTarget
from contracts.run.plan import Plan
from contracts.targets.target import Request


def terms_of(plan: Plan, opened: OpenTarget) -> Terms:
    """The terms, asking a stand-in what the plan does not say.

    Raises:
        PlanError: the organization is not known.
        WorldFileError: the world file cannot be used.
        TargetError: the target gives no answer.
    """
    _admitted(plan, opened)
    organization = organization_of(plan, opened)
    rules = dict(profile(_profile(plan, opened)))
    if plan.profile is None and opened.stand_in is not None:
        rules |= opened.stand_in.levels()
    single = opened.shared or plan.tier == "read-only"
    return Terms(organization, rules, not single, auth_of(opened), marks=marks_of(opened))


def marks_of(opened: OpenTarget) -> Marks | None:
    """The marks of the run on an account with others' data, with the nonce of its ledger."""
    return Marks(opened.ledger.nonce) if opened.ledger is not None else None


def _admitted(plan: Plan, opened: OpenTarget) -> None:
    """Try a token that was given once; one from the token call needs no test."""
    if plan.credentials is None or not plan.credentials.token:
        return
    status = opened.target.send(Request("GET", REFUNDS, (("limit", "1"),))).status
    if status in {401, 403}:
        raise CredentialsRefused(
            f"GET {REFUNDS} with the token given answered {status}; check --token or "
            "CONTRACTS_TOKEN, which may have expired"
        )


def profile_name(plan: Plan, opened: OpenTarget) -> str:
    """The name of the rule levels that the run assumes, for its report."""
    asked = plan.profile is None and opened.stand_in is not None
    return "as the stand-in says" if asked else _profile(plan, opened)


def _profile(plan: Plan, opened: OpenTarget) -> str:
    fallback = "unknown" if opened.shared and opened.stand_in is None else "default"
    return plan.profile or fallback


def auth_of(opened: OpenTarget) -> Literal["any", "issued"]:
    """`any` where the target accepts a token that it did not issue."""
    headers = (("authorization", "Bearer nobody-issued-this"),)
    request = Request("GET", REFUNDS, (("limit", "1"),), headers, authorized=False)
    return "any" if opened.target.send(request).status == 200 else "issued"


def organization_of(plan: Plan, opened: OpenTarget) -> Organization:
    """The organization of the world file, or the one that a stand-in exports.

    Raises:
        PlanError: there is neither.
        WorldFileError: the world file cannot be used.
        TargetError: the target gives no answer.
    """
    if plan.world is not None:
        return load_organization(plan.world)
    if opened.stand_in is None:
        raise PlanError(
            "the ids of the organization are not known: give --world FILE, or write one with "
            f"`contracts discover --target {plan.target} -o world.json`"
        )
    if opened.shared or plan.tier == "read-only":
        opened.target.send(Request("GET", REFUNDS, (("limit", "1"),)))
        exported = opened.stand_in.export(opened.client_id or "default")
    else:
        exported = opened.stand_in.export(opened.name)
    if exported is None:
        raise PlanError(f"the stand-in exports no world {opened.client_id!r}; give --world FILE")
    return organization_from(exported)
