"""What a plan comes to, in lines; nothing is sent."""

from __future__ import annotations

from contracts.drivers import Driver
from contracts.drivers.directed import plan as fitting
from contracts.run.open import check_plan
from contracts.run.plan import APP, SHARED_BUDGET, Plan
from contracts.safety.hosts import is_loopback


def describe_plan(plan: Plan) -> list[str]:
    """The plan and the requests it may send, or the error that running it would raise."""
    check_plan(plan)
    shared = plan.shared or (plan.target != APP and not is_loopback(plan.target))
    budget = SHARED_BUDGET if plan.budget is None and shared else plan.budget
    laws = [law for law in plan.chosen_laws() if plan.tier == "scoped" or law.tier == "read-only"]
    drivers = plan.chosen_drivers(budget, shared=shared)
    share = drivers[0].share if len(drivers) > 1 else 1.0
    scripted = fitting(laws, None if budget is None else int(budget * share))
    worlds = "one, with data of others" if shared else "fresh ones, thrown away after use"
    if plan.target != APP and not shared:
        worlds += "; on a server that is no stand-in one, with data of others"
    return [
        "Dry run: nothing is sent.",
        f"target    {plan.target}",
        f"worlds    {worlds}",
        f"tier      {plan.tier}",
        f"seed      {plan.seed}",
        f"drivers   {', '.join(driver.name for driver in drivers)}",
        f"laws      {len(laws)}, of which {len(scripted)} by scripts of their own",
        f"requests  {_requests(budget, sum(law.cost for law in scripted), drivers)}",
        *(_clean_up(plan) if shared and plan.tier == "scoped" else ()),
        *(f"  {law.cost:5} {law.tier:9} {law.id}" for law in scripted),
    ]


def _requests(budget: int | None, scripts: int, drivers: tuple[Driver, ...]) -> str:
    if budget is not None:
        return f"{budget} at most, clean-up included; the scripts need about {scripts}"
    more = ", as many as the time allows for the other drivers" if len(drivers) > 1 else ""
    return f"about {scripts} for the scripts{more}"


def _clean_up(plan: Plan) -> list[str]:
    where = plan.ledger or "contracts-ledger-….jsonl in this folder"
    return [f"clean-up  one DELETE for each refund made; ledger in {where}"]
