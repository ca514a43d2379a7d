"""The list of laws is whole and honest, and a correct server keeps every one of them."""

import importlib
import pkgutil
import re
from dataclasses import replace

import pytest

from contracts import laws as checks
from contracts.drivers import directed
from contracts.kernel.law import Law
from contracts.kernel.session import Session
from contracts.kernel.terms import Terms
from contracts.laws import ALL
from tests.contracts.organization import organization, refund
from tests.contracts.settings import target_of, terms_of

SMALL = [law for law in checks.SCRIPTED if law.cost < 200]


def test_there_are_at_least_seventy() -> None:
    """Seventy laws or more are published."""
    assert len(ALL) >= 70, f"{len(ALL)} laws"


def test_ids_are_unique() -> None:
    """No two laws share an id, and every id is kebab-case."""
    ids = [law.id for law in ALL]
    assert sorted(ids) == sorted(set(ids))
    assert [name for name in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_sentences_are_sentences() -> None:
    """Every sentence begins with a capital, a digit or a quote and ends with a period."""
    wrong = [law.id for law in ALL if not re.fullmatch(r"[A-Z0-9].*\.", law.sentence)]
    assert wrong == []


def test_every_law_of_every_module_is_in_all() -> None:
    """A law that a module of laws defines is in its LAWS and in ALL."""
    defined: dict[str, str] = {}
    for info in pkgutil.iter_modules(checks.__path__):
        module = importlib.import_module(f"contracts.laws.{info.name}")
        if info.name in {"define", "scenes"}:
            continue
        defined |= {v.id: info.name for v in vars(module).values() if isinstance(v, Law)}
        assert {law.id for law in module.LAWS} == {k for k, v in defined.items() if v == info.name}
    assert set(defined) == {law.id for law in checks.ALL}


def test_a_law_is_a_script_or_a_watcher() -> None:
    """Every law has exactly one function, and only scripts cost requests."""
    for law in ALL:
        assert (law.script is None) != (law.watch is None), law.id
        assert (law.cost > 0) == (law.script is not None), law.id


@pytest.mark.parametrize("name", ["default", "strict", "lenient"])
def test_a_correct_server_keeps_every_law(name: str) -> None:
    """The reference server breaks no law in any profile, and few are left undecided."""
    seeded = organization(refunds=[refund(number) for number in (1, 2, 3)])
    terms = replace(terms_of(name), organization=seeded)
    verdicts = directed.run(target_of(terms), terms)
    assert [str(v.breach) for v in verdicts if v.state == "broken"] == []
    assert sum(v.state == "kept" for v in verdicts) >= len(ALL) - 5


def test_a_correct_server_without_earmarks_keeps_every_law() -> None:
    """The laws hold as well where the organization has no earmarking."""
    terms = Terms(organization(settings={"earmarking": False}), auth="issued")
    verdicts = directed.run(target_of(terms), terms, laws=SMALL)
    assert [str(v.breach) for v in verdicts if v.state == "broken"] == []
    assert next(v for v in verdicts if v.law.id == "earmark-needs-enabling").state == "kept"


@pytest.mark.parametrize("law", SMALL, ids=lambda law: law.id)
def test_the_cost_is_not_too_low(law: Law) -> None:
    """Alone in a fresh session a script sends no more requests than it says."""
    terms = terms_of()
    verdict = directed.judge(law, Session(target_of(terms), terms))
    assert verdict.requests <= law.cost, f"{verdict.requests} sent, cost {law.cost}"


def test_read_only_scripts_write_nothing() -> None:
    """A read-only script sends no POST but the token call, no PATCH and no DELETE."""
    terms = terms_of()
    session = Session(target_of(terms), terms)
    for law in (law for law in checks.SCRIPTED if law.tier == "read-only"):
        directed.judge(law, session)
    written = {e.request.method for e in session.exchanges if "auth/v2" not in e.request.path}
    assert written == {"GET"}
