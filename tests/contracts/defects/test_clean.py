"""A correct server raises no alarm where the flawed ones do: in every setting and both drivers."""

import pytest

from contracts.drivers import directed, turbo
from contracts.kernel.session import Sessions
from contracts.kernel.terms import Terms
from contracts.model.organization import load_organization
from contracts.model.rules import profile
from contracts.run.stand_in import StandIn
from contracts.targets.app import AppTarget
from mockserver import Settings, create_app
from tests.contracts.model.test_organization import FIXTURES
from tests.defects.judge import CHEAP, SEED, STEPS
from tests.defects.settings import SETTINGS, server_of, terms_of, worlds_of


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_reference_raises_no_alarm(setting: str) -> None:
    """On the server that defects are built on, no script and no step breaks a law."""
    terms = terms_of(setting)
    target = AppTarget(server_of(None, terms), "clean")
    verdicts = directed.run(target, terms, laws=CHEAP, seed=SEED)
    assert [str(v.breach) for v in verdicts if v.state == "broken"] == []
    limits = turbo.Limits(steps=4 * STEPS, shrinking=False)
    sessions = Sessions(worlds_of(server_of(None, terms)), terms)
    outcome = turbo.run(sessions, SEED, limits)
    assert [str(failure.breach) for failure in outcome.failures.values()] == []


@pytest.mark.parametrize("name", ["default", "strict"])
def test_the_stand_in_raises_no_alarm(name: str) -> None:
    """Nor on the stand-in over its default fixture."""
    app = create_app(Settings(profile=name, clock="frozen"))
    terms = Terms(load_organization(FIXTURES / "default.json"), rules=profile(name))
    verdicts = directed.run(AppTarget(app, "clean"), terms, laws=CHEAP, seed=SEED)
    assert [str(v.breach) for v in verdicts if v.state == "broken"] == []
    limits = turbo.Limits(steps=4 * STEPS, shrinking=False)
    target = AppTarget(app, "clean")
    sessions = Sessions(lambda name: StandIn(target).world(target, name), terms)
    outcome = turbo.run(sessions, SEED, limits)
    assert [str(failure.breach) for failure in outcome.failures.values()] == []
