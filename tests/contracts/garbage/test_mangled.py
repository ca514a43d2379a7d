"""Whatever a server answers, the suite tells in words what was wrong with it, and ends."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from contracts.drivers import directed, turbo
from contracts.errors import TargetError
from contracts.kernel.session import Session, Sessions
from contracts.laws import ALL
from contracts.run import open as opening
from contracts.run.plan import Plan
from contracts.targets.app import AppTarget
from tests.contracts.cli.conftest import Call
from tests.contracts.garbage.mangling import SPOILS, Answer, Mangled, body_is
from tests.contracts.settings import terms_of
from tests.reference_server import ReferenceServer

CHEAP = [law for law in ALL if law.cost < 30]
SEEDS = range(len(SPOILS))
PYTHON = re.compile(
    r"Traceback|object at 0x|<function|"
    r"\b(?:Key|Type|Attribute|Index|Value|Recursion|UnicodeEncode|JSONDecode|Assertion)Error\b"
)


def mangled(seed: int) -> Mangled:
    """A correct server that spoils some answers or all, early or late, in one way."""
    terms = terms_of()
    share, after = ((1.0, 0), (0.3, 2), (0.05, 10), (1.0, 7 * seed))[seed % 4]
    server = ReferenceServer(terms.organization, terms.rules)
    return Mangled(server, seed, share=share, after=after, spoils=(SPOILS[seed],), path="refunds")


def worded(text: str) -> None:
    """Fail where a text shows what is inside Python rather than inside an answer."""
    found = PYTHON.search(text)
    around = text[max(0, found.start() - 300) : found.end() + 300] if found is not None else ""
    assert around == "", around


@pytest.mark.parametrize("seed", SEEDS)
def test_scripts_tell_in_words_what_they_could_not_read(seed: int) -> None:
    """No script stumbles, and every broken one says what it expected of which answer."""
    terms = replace(terms_of(), exclusive=seed % 2 == 0)
    for verdict in directed.run(AppTarget(mangled(seed), "m"), terms, laws=CHEAP, seed=seed):
        worded(f"{verdict.breach or ''}{verdict.reason}")
        if verdict.breach is not None:
            assert verdict.breach.exchanges, f"{verdict.law.id} shows no request"


@pytest.mark.parametrize("seed", SEEDS)
def test_turbo_survives(seed: int) -> None:
    """Sequences are played and shrunk, and end."""
    server, terms = mangled(seed), terms_of()
    limits = turbo.Limits(steps=60, failures=1)
    sessions = Sessions(lambda name: nullcontext(AppTarget(server, name)), terms)
    for failure in turbo.run(sessions, seed, limits).failures.values():
        worded(str(failure.breach))


@pytest.mark.parametrize("seed", SEEDS)
def test_tokens_that_are_none_are_refused(seed: int) -> None:
    """A token call that answers garbage raises nothing but what is declared."""
    terms = terms_of()
    server = ReferenceServer(terms.organization, terms.rules)
    app = Mangled(server, seed, spoils=(SPOILS[seed],), path="token")
    try:
        assert isinstance(AppTarget(app, "m").bearer(), str)
    except TargetError as error:
        worded(str(error))


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_runs_end_as_documented(
    seed: int, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs with all reports, replays and discoveries exit with 0, 1 or 2, and no traceback."""
    whole_app = opening.own_app

    def spoilt(plan: Plan) -> Mangled:
        path = ("refunds", "", "_mock")[seed % 3]
        share = (1.0, 0.3)[seed % 2]
        return Mangled(whole_app(plan), seed, share=share, spoils=(SPOILS[seed],), path=path)

    monkeypatch.setattr(opening, "own_app", spoilt)
    kinds = ("junit", "json", "html", "har", "markdown")
    reports = ",".join(f"{kind}={tmp_path / kind}" for kind in kinds)
    flags = ("--budget", "60", "--max-time", "5", "--random-seed", str(seed), "--report", reports)
    told = [call("run", "--target", "app", *flags)]
    tokens = re.findall(r"contracts replay --target app (\S+)", told[0].output)
    told += [call("replay", "--target", "app", token) for token in tokens[:1]]
    told.append(call("discover", "--target", "app", "-o", str(tmp_path / "world.json")))
    for result in told:
        assert result.exit_code in {0, 1, 2}, result.output
        worded(result.output)
    written = {path.name for path in tmp_path.iterdir()}
    assert told[0].exit_code == 2 or written >= set(kinds), written


@pytest.mark.parametrize("token", ["same", "other"])
def test_pages_without_end_are_left(token: str) -> None:
    """A next token that comes again, or is another each time, holds up no check of the state."""
    terms = terms_of()
    numbers = iter(range(10**9))

    def endless(_: Random, answer: Answer) -> Answer:
        text = token if token == "same" else f"t{next(numbers)}"
        return answer.saying(b'{"items":[],"next_page_token":"%s"}' % text.encode())

    server = ReferenceServer(terms.organization, terms.rules)
    app = Mangled(server, 0, spoils=(endless,), path="v1")
    sessions = Sessions(lambda name: nullcontext(AppTarget(app, name)), terms)
    limits = turbo.Limits(steps=200, failures=1, shrinking=False)
    outcome = turbo.run(sessions, 1, limits)
    assert outcome.requests < 300


def test_large_answers_do_not_pile_up() -> None:
    """Of many answers of a megabyte only the latest are kept whole."""
    terms = terms_of()
    server = ReferenceServer(terms.organization, terms.rules)
    large = body_is(b'"' + b"x" * 1_000_000 + b'"')
    session = Session(AppTarget(Mangled(server, 0, spoils=(large,), path="v1"), "m"), terms)
    for _ in range(100):
        session.get_multi()
    kept = [len(exchange.reply.body) for exchange in session.exchanges]
    assert kept[-1] > 1_000_000
    assert sum(kept) < 80_000_000
