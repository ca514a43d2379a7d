"""Hypothesis and Schemathesis among others' refunds: served, and in this process, seed by seed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from contracts.drivers import BY_NAME
from contracts.drivers.context import Context, Recorder
from contracts.errors import BudgetSpent, DeletesFail, Interference, ShareSpent, WriteVetoed
from contracts.generate.own_ids import FRESH, OwnIds
from contracts.kernel.session import Session, Sessions
from contracts.kernel.terms import Marks, Terms
from contracts.laws import ALL
from contracts.model import ID, REFUNDS
from contracts.model.values import uuid_or_none
from contracts.safety.ledger import Ledger
from contracts.safety.limits import Budget, Deadline
from contracts.safety.ownership import Ownership
from contracts.safety.sweep import sweep
from contracts.targets.app import AppTarget
from contracts.targets.target import Reply, Request, Send
from tests.contracts.flawed import FLAWED, Server
from tests.contracts.safety.proxy import Moment, proxied
from tests.contracts.safety.test_foreign_refunds import contracts, opened_world, refunds
from tests.contracts.settings import target_of, terms_of
from tests.reference_server import ReferenceServer
from tests.serving import Served

DRIVERS = ("hypothesis", "schemathesis")
BUDGET = 120
WRITES = frozenset({"PATCH", "DELETE", "PUT"})
HTML = (("content-type", "text/html"),)


def others(count: int = 30) -> list[dict[str, Any]]:
    """Refunds that somebody else made: whole rows, with random ids."""
    terms, random = terms_of(), Random("others")
    session = Session(target_of(terms), terms)
    rows = [session.new_refund(refund_note=f"theirs {n}") for n in range(count)]
    for row in rows:
        # The server draws the same ids in each world, so these are to be others.
        for holder, name in ((row, ID), *((part, "allocation_id") for part in row["allocations"])):
            holder[name] = str(UUID(int=random.getrandbits(128), version=4))
    return rows


@dataclass
class Account:
    """An account in this process that also holds others' refunds, and what reached it."""

    context: Context
    ledger: Ledger
    budget: Budget
    target: AppTarget
    foreign: dict[str, dict[str, Any]]
    requests: list[Request]
    vetoes: list[str]

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        """All refunds that lie there now."""
        self.budget.closing = True
        reply = self.target.send(Request("GET", REFUNDS, (("limit", "999"),)))
        return {row[ID].lower(): row for row in reply.json()["items"]}


@contextmanager
def account(
    seed: int,
    folder: Path,
    server: Server = ReferenceServer,
    between: Callable[[Request, Send], Reply] | None = None,
    budget: int = BUDGET,
) -> Iterator[Account]:
    """An account with a ledger and its layers, as a run opens it."""
    rows, requests, vetoes = others(), list[Request](), list[str]()
    base = terms_of()
    ledger = Ledger.begin(folder / f"{seed}.jsonl", {"target": "app", "client_id": "me"})
    owner, counter = Ownership(ledger), Budget(budget, lambda: ledger.due)
    owner.foreign(row[ID] for row in rows)

    def veto(request: Request, send: Send) -> Reply:
        try:
            return owner(request, send)
        except WriteVetoed as error:
            vetoes.append(str(error))
            raise

    def spy(request: Request, send: Send) -> Reply:
        requests.append(request)
        return send(request)

    app = server(replace(base.organization, refunds=tuple(rows)), base.rules)
    layers = [veto, counter, spy, *([between] if between is not None else ())]
    target = AppTarget(app, "me", middleware=layers)
    terms = replace(base, exclusive=False, marks=Marks(ledger.nonce))
    recorder = Recorder()
    context = Context(
        Sessions(lambda _: nullcontext(target), terms, (recorder,)),
        ALL,
        "scoped",
        seed,
        counter,
        Deadline(),
        lambda _kind, _text: None,
        recorder,
        budget=budget,
    )
    try:
        yield Account(
            context, ledger, counter, target, {row[ID]: row for row in rows}, requests, vetoes
        )
    finally:
        ledger.close()


def driven(there: Account, driver: str) -> dict[str, str]:
    """The state of each law that a driver said something of, after its run."""
    with suppress(BudgetSpent, DeletesFail):
        BY_NAME[driver].load()(there.context)
    found: dict[str, str] = {}
    for result in there.context.results:
        found[result.law.id] = "broken" if found.get(result.law.id) == "broken" else result.state
    return found


@pytest.mark.parametrize("driver", DRIVERS)
def test_no_foreign_id_is_ever_sent(driver: str, tmp_path: Path) -> None:
    """In 20 seeded runs no path names another's refund, and each change goes to a known id."""
    for seed in range(20):
        budget = BUDGET if seed else 1_500
        with account(seed, tmp_path, budget=budget) as there:
            states = driven(there, driver)
            assert "broken" not in states.values(), (seed, states)
            changes = [request for request in there.requests if request.method in WRITES]
            assert changes, seed
            named = [request.path.rpartition("/")[2].lower() for request in there.requests]
            assert there.foreign.keys() & set(named) == set(), seed
            unknown = {
                request.path.rpartition("/")[2].lower() for request in changes
            } - there.ledger.ever
            assert all(UUID(refund_id).version == 4 for refund_id in unknown), unknown
            assert not any(key in veto for veto in there.vetoes for key in there.foreign)
            if driver == "schemathesis":
                assert there.vetoes == [], seed
            assert len(there.requests) <= budget
            uuids = {refund_id for refund_id in named if uuid_or_none(refund_id)}
            assert len(uuids - there.ledger.ever) <= FRESH, (seed, uuids)
            there.budget.closing = True
            assert sweep(there.ledger, there.target.send).clean
            assert there.rows == there.foreign


@pytest.mark.parametrize("driver", DRIVERS)
def test_each_create_carries_a_mark(driver: str, tmp_path: Path) -> None:
    """What a run made is found by the marks in the ledger, and no two creates share one."""
    with account(3, tmp_path) as there:
        driven(there, driver)
        posts = [r.body or b"" for r in there.requests if r.method == "POST" and r.path == REFUNDS]
        made = [body for body in posts if b"allocations" in body and b"amount_cents" in body]
        pattern = re.compile(there.ledger.nonce.encode() + b"[0-9a-f]{5}")
        marks = [mark for body in made for mark in pattern.findall(body)]
    assert len(made) > 3
    assert len(marks) == len(set(marks)) >= len(made) - 3


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("flaw", ["says null", "forgets deletes"])
def test_a_flaw_is_found_among_others_refunds(driver: str, flaw: str, tmp_path: Path) -> None:
    """A flawed server is noticed, and the sequence shown is short and stays within the budget."""
    server, _ = FLAWED[flaw]
    with account(1, tmp_path, server, budget=600) as there:
        assert "broken" in driven(there, driver).values()
        assert len(there.requests) <= 600
        shown = [result for result in there.context.results if result.state == "broken"]
        steps = [len(r.replay["steps"]) for r in shown if r.replay and "steps" in r.replay]
        # Schemathesis runs long sequences, and has few requests left to make one shorter.
        assert min(steps) <= (4 if driver == "hypothesis" else 30), steps
        assert all(there.rows.get(key) == row for key, row in there.foreign.items()) or (
            flaw == "says null"
        )


BUSY = {
    "429": Reply(429, (("retry-after", "0"),), b"{}"),
    "502": Reply(502, HTML, b"<h1>Bad gateway</h1>"),
    "login": Reply(200, HTML, b"<h1>Log in</h1>"),
}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("after", [False, True], ids=["in-place-of-the-api", "after-the-write"])
@pytest.mark.parametrize("kind", BUSY)
def test_interference_breaks_no_law(kind: str, after: bool, driver: str, tmp_path: Path) -> None:
    """A gateway that answers one request in six ends cases undecided; the rest is judged."""
    chance, fair = Random(f"weather {kind}"), False

    def gateway(request: Request, send: Send) -> Reply:
        if fair or chance.random() > 1 / 6:
            return send(request)
        if after:
            send(request)
        return BUSY[kind]

    for seed in range(2):
        with account(seed, tmp_path, between=gateway, budget=300) as there:
            states = driven(there, driver)
            told = [str(r.breach) for r in there.context.results if r.breach is not None]
            assert "broken" not in states.values(), (seed, told)
            assert "kept" in states.values()
            fair = True
            assert {key: there.rows.get(key) for key in there.foreign} == there.foreign
            fair = False


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_account_that_never_answers_decides_nothing(driver: str, tmp_path: Path) -> None:
    """Where a gateway answers everything, no law is kept and none is broken."""
    with account(0, tmp_path, between=lambda _request, _send: BUSY["502"]) as there:
        assert driven(there, driver) == {}


def test_a_mark_goes_where_the_body_has_room() -> None:
    """It goes to the end of text, to a field that is absent, and in the place of an older mark."""
    marks = Marks("0123abc")
    assert marks.put({}) == {"refund_note": "0123abc00001"}
    assert marks.put({"refund_note": "paid"}) == {"refund_note": "paid 0123abc00002"}
    assert marks.put({}, "check_number") == {"check_number": "0123abc00003"}
    null = {"refund_note": None}
    assert marks.put(null) == {**null, "check_number": "0123abc00004"}
    both = {"refund_note": 5, "check_number": []}
    assert marks.put(both) == {**both, "refund_note": " 0123abc00005"}
    again = {"check_number": "0123abc00003", "refund_note": "x"}
    assert marks.put(again) == {**again, "check_number": "0123abc00006"}


def test_an_id_of_another_becomes_one_of_ours_or_none() -> None:
    """An id of ours stays, also once it is gone; only reads may name what is no uuid."""
    terms = replace(terms_of(), exclusive=False)
    session = Session(target_of(terms), terms)
    own, foreign = OwnIds(session), [row[ID] for row in others()]
    before = {own.instead_of(key, changes=True) for key in foreign}
    assert before & set(foreign) == set()
    made = [session.new_refund()[ID] for _ in range(3)]
    session.delete(made[0])
    instead = {own.instead_of(key, changes=changes) for key in foreign for changes in (True, False)}
    assert instead & set(made) == set(made[1:])
    assert instead & set(foreign) == set()
    assert own.instead_of(made[0].upper(), changes=True) == made[0].upper()
    assert own.instead_of("x", changes=False) == "x"
    assert own.instead_of("x", changes=True) in {*made[1:], *before}


def test_a_change_of_unknown_outcome_is_forgotten() -> None:
    """After a delete that a gateway answered, neither the refund nor a 404 breaks a law."""
    busy = False

    def gateway(request: Request, send: Send) -> Reply:
        return BUSY["502"] if busy else send(request)

    base = terms_of()
    terms: Terms = replace(base, exclusive=False)
    app = ReferenceServer(base.organization, base.rules)
    watchers = [law for law in ALL if law.watch is not None]
    session = Session(AppTarget(app, "me", middleware=[gateway]), terms, 0, watchers)
    kept = session.new_refund()[ID]
    busy = True
    with pytest.raises(Interference):
        session.delete(kept)
    busy = False
    assert kept not in session.state.refunds
    assert session.get(kept).status == 200
    assert session.breaches == {}


def test_a_share_ends_before_the_budget() -> None:
    """Within a share no more leaves than it allows; the clean-up may always go on."""
    budget, sent = Budget(10), list[Request]()

    def send(request: Request) -> Reply:
        sent.append(request)
        return Reply(200, (), b"")

    get = Request("GET", REFUNDS)
    with budget.within(6), budget.within(4):
        for _ in range(4):
            budget(get, send)
        assert budget.room == 0
        with pytest.raises(ShareSpent):
            budget(get, send)
        assert budget.spent
        budget.closing = True
        budget(get, send)
        budget.closing = False
    assert budget.room == 5
    for _ in range(5):
        budget(get, send)
    with pytest.raises(BudgetSpent, match="budget of 10"):
        budget(get, send)
    assert len(sent) == 10


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_served_run_leaves_others_alone_and_nothing_of_its_own(
    driver: str, crowded: Served, tmp_path: Path
) -> None:
    """Among 500 foreign refunds a run exits with 0, keeps its budget and leaves all as it was."""
    client_id = f"owner-{driver}"
    before = opened_world(crowded, client_id)
    with proxied(crowded.url) as proxy:
        run = contracts(*_words(proxy.url, client_id, driver, tmp_path, "400"))
        told, _ = run.communicate(timeout=60)
    assert run.returncode == 0, told
    vendor = [(method, path) for method, path in proxy.requests if path.startswith(REFUNDS)]
    assert 100 < len(vendor) <= 400
    assert {"POST", "PATCH", "DELETE"} <= proxy.methods
    foreign = {row[ID] for row in before}
    assert [path for _, path in vendor if path.rpartition("/")[2].lower() in foreign] == []
    assert refunds(crowded, client_id) == before


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_served_run_finds_what_differs(driver: str, crowded: Served, tmp_path: Path) -> None:
    """Rules that the server does not enforce are found, with a replay that shows them again."""
    client_id = f"owner-strict-{driver}"
    before = opened_world(crowded, client_id)
    strict = ("--profile", "strict", "--fail-on", "assumed")
    with proxied(crowded.url) as proxy:
        run = contracts(*_words(proxy.url, client_id, driver, tmp_path, "900"), *strict)
        told, _ = run.communicate(timeout=60)
    assert run.returncode == 1, told
    assert len([path for _, path in proxy.requests if path.startswith(REFUNDS)]) <= 900
    assert refunds(crowded, client_id) == before
    (token,) = set(re.findall(r"contracts replay .*?(c1\.\S+)", told))
    again = contracts(
        *("replay", token, "--target", crowded.url, "--shared", "--client-id", client_id),
        *("--ledger", str(tmp_path / "again.jsonl")),
    )
    told, _ = again.communicate(timeout=60)
    assert again.returncode in {0, 1}, told
    assert "1 broken" in told
    assert refunds(crowded, client_id) == before


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("last", [40, 90])
def test_a_signal_ends_a_driver_cleanly(
    driver: str, last: int, crowded: Served, tmp_path: Path
) -> None:
    """SIGTERM exits with 2 once all that was made is deleted, and nothing is made after that."""
    client_id = f"owner-term-{driver}-{last}"
    before = opened_world(crowded, client_id)
    run: list[subprocess.Popen[str]] = []

    def interrupt(count: int, at: Moment) -> bool:
        if run and count == last and at == "between":
            run[0].send_signal(15)
        return True

    with proxied(crowded.url, interrupt) as proxy:
        run.append(contracts(*_words(proxy.url, client_id, driver, tmp_path, "400")))
        told, _ = run[0].communicate(timeout=60)
    assert run[0].returncode == 2, told
    assert "interrupted" in told
    assert "Traceback" not in told
    assert refunds(crowded, client_id) == before, told


def test_all_drivers_run_by_default(crowded: Served, tmp_path: Path) -> None:
    """With the default budget all four run, with the shares of the dry run, and nothing is left."""
    before = opened_world(crowded, "owner-all")
    words = ("run", "--target", crowded.url, "--shared", "--client-id", "owner-all")
    dry = contracts(*words, "--dry-run").communicate(timeout=60)[0]
    assert "drivers   directed, turbo, hypothesis, schemathesis" in dry
    assert "shares    directed 600, turbo 140, hypothesis 130, schemathesis 130" in dry
    run = contracts(*words, "--ledger", str(tmp_path / "ledger.jsonl"), "--random-seed", "4")
    told, _ = run.communicate(timeout=90)
    assert run.returncode == 0, told
    assert "by directed, turbo, hypothesis, schemathesis" in told
    assert refunds(crowded, "owner-all") == before


def _words(url: str, client_id: str, driver: str, folder: Path, budget: str) -> tuple[str, ...]:
    """A run of one driver that treats the stand-in as the real API."""
    words = ("run", "--target", url, "--client-id", client_id, "--shared", "--driver", driver)
    return (
        *words,
        *("--budget", budget, "--random-seed", "1", "--ledger", str(folder / "ledger.jsonl")),
    )
