"""Shows one breach again, from the document of a replay token."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.errors import PlanError
from contracts.kernel.findings import Findings
from contracts.kernel.law import Law
from contracts.laws import ALL
from contracts.run.open import OpenTarget
from contracts.run.plan import DRIVERS, Plan, Progress
from contracts.run.run import Run, driven, guarded, run
from contracts.runners import scripted
from contracts.runners.sequences import play


def replay(plan: Plan, document: Mapping[str, Any]) -> Findings:
    """The findings about the one law that the document is about.

    Raises:
        PlanError: it names no law or driver of this version.
    """
    driver = str(document.get("driver", "turbo" if "steps" in document else "directed"))
    law = next((law for law in ALL if law.id == document["law"]), None)
    if law is None or driver not in DRIVERS:
        raise PlanError(f"no law {document['law']!r} under driver {driver!r} in this version")
    script = document.get("script")
    laws = (law.id, *([str(script)] if script else ()))
    seed = document.get("seed", plan.seed)
    asked = replace(
        plan,
        seed=int(seed) if str(seed).lstrip("-").isdecimal() else plan.seed,
        laws=laws,
        drivers=(driver,),
        budget=document.get("budget", plan.budget),
        progress=_telling_of(law, plan.progress),
        profile=plan.profile or document.get("profile"),
    )
    found = run(asked, drive=_driver(law, driver, document))
    return replace(found, findings=tuple(f for f in found.findings if f.law is law))


def _telling_of(law: Law, progress: Progress) -> Progress:
    """The verdicts on other laws are left out."""

    def told(kind: str, text: str) -> None:
        if kind != "verdict" or text.startswith(f"{law.id} "):
            progress(kind, text)

    return told


def _driver(law: Law, driver: str, document: Mapping[str, Any]) -> Any:
    def drive(plan: Plan, target: OpenTarget, run_: Run) -> None:
        del plan, target
        run_.drivers.append(driver)
        context = run_.context
        context.named = True
        if "steps" in document:
            guarded(lambda: play(context, law, document["steps"], driver), driver, run_)
            return
        if driver == "directed":
            guarded(lambda: scripted.play(context, law), driver, run_)
            if any(one.state == "broken" for one in context.found):
                return
            context.found.clear()
        # Some breaches need what the whole driver did before; so all of it runs again.
        context.laws = tuple(
            known for known in ALL if context.tier == "scoped" or known.tier == "read-only"
        )
        guarded(driven(driver, context), driver, run_)

    return drive
