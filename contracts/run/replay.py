"""Shows one breach again, from the document of a replay token."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.drivers import BY_NAME, directed
from contracts.drivers.context import Context, Progress
from contracts.drivers.sequences import play_again
from contracts.errors import PlanError
from contracts.kernel.findings import Findings
from contracts.kernel.law import Law
from contracts.laws import ALL
from contracts.run.drive import run_guarded
from contracts.run.plan import Plan
from contracts.run.run import Drive, run


def replay(plan: Plan, document: Mapping[str, Any]) -> Findings:
    """The findings about the one law that the document is about.

    Raises:
        PlanError: it names no law or driver of this version.
    """
    driver = str(document.get("driver", "turbo" if "steps" in document else "directed"))
    law = next((law for law in ALL if law.id == document["law"]), None)
    if law is None or driver not in BY_NAME:
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
        progress=_about(law, plan.progress),
        profile=plan.profile or document.get("profile"),
    )
    found = run(asked, drive=_driver(law, driver, document))
    return replace(found, findings=tuple(f for f in found.findings if f.law.id == law.id))


def _about(law: Law, progress: Progress) -> Progress:
    """Progress without the verdicts on other laws."""

    def about(kind: str, text: str) -> None:
        if kind != "verdict" or text.startswith(f"{law.id} "):
            progress(kind, text)

    return about


def _driver(law: Law, name: str, document: Mapping[str, Any]) -> Drive:
    def drive(context: Context) -> None:
        context.drivers.append(name)
        if "steps" in document:
            run_guarded(partial(play_again, law, document["steps"], name), name, context)
            return
        if name == directed.NAME:
            run_guarded(partial(directed.play_again, law), name, context)
            if any(result.state == "broken" for result in context.results):
                return
            context.results.clear()
        # Some breaches need what the whole driver did before; so all of it runs again.
        context.laws = tuple(
            known for known in ALL if context.tier == "scoped" or known.tier == "read-only"
        )
        run_guarded(BY_NAME[name].load(), name, context)

    return drive
