"""The directed driver keeps to its budget, repeats itself, and names the law that a flaw breaks."""

import pytest

from contracts import laws as checks
from contracts.drivers import directed
from contracts.kernel.session import Session
from contracts.kernel.terms import Terms
from contracts.targets.app import AppTarget
from contracts.targets.target import Reply, Request, Send
from tests.contracts.flawed import FLAWED
from tests.contracts.organization import organization
from tests.contracts.settings import target_of, terms_of
from tests.reference_server import ReferenceServer

SMALL = [law for law in checks.ALL if law.cost < 100]


@pytest.mark.parametrize("flaw", FLAWED)
def test_a_flaw_breaks_its_law(flaw: str) -> None:
    """Each flawed server breaks the law that forbids its flaw, with the exchange that shows it."""
    server, law_id = FLAWED[flaw]
    terms = terms_of()
    verdicts = directed.run(target_of(terms, server), terms, laws=SMALL)
    broken = {v.law.id: v for v in verdicts if v.state == "broken"}
    assert law_id in broken, sorted(broken)
    breach = broken[law_id].breach
    assert breach is not None
    assert breach.exchanges
    assert "curl" in str(breach)
    assert breach.expected != breach.received


@pytest.mark.parametrize("budget", [1, 50, 200])
def test_a_budget_is_never_exceeded(budget: int) -> None:
    """No more requests than the budget leave, and the laws out of reach are skipped."""
    base = terms_of()
    terms = Terms(base.organization, base.rules, auth="issued", budget=budget)
    sent: list[Request] = []

    def count(request: Request, send: Send) -> Reply:
        sent.append(request)
        return send(request)

    target = AppTarget(ReferenceServer(terms.organization, terms.rules), "b", middleware=[count])
    verdicts = directed.run(target, terms)
    assert len(sent) <= budget, len(sent)
    assert any(v.state == "skipped" for v in verdicts)


def test_a_plan_takes_the_cheapest() -> None:
    """A plan of 200 requests holds more than half of all scripts."""
    planned = directed.plan(checks.ALL, 200)
    assert sum(law.cost for law in planned) <= 200
    assert len(planned) > len(checks.SCRIPTED) / 2


def test_the_same_seed_sends_the_same_requests() -> None:
    """Two runs of one seed on fresh worlds send the same bytes; another seed does not."""
    terms = terms_of()

    def sent(seed: int) -> list[Request]:
        session = Session(target_of(terms), terms, seed)
        for law in directed.plan(SMALL):
            directed.judge(law, session)
        return [exchange.request for exchange in session.exchanges]

    assert sent(3) == sent(3)
    assert sent(3) != sent(4)


def test_a_budget_counts_what_was_sent() -> None:
    """Laws share scenes, so more of them run than their costs would let; none goes beyond it."""
    base = terms_of()
    terms = Terms(base.organization, base.rules, auth="issued", budget=500)
    verdicts = directed.run(target_of(terms), terms)
    ran = [v for v in verdicts if v.law.script is not None and v.state == "kept"]
    assert len(ran) > len(directed.plan(checks.ALL, 500))
    assert 450 < sum(v.requests for v in verdicts) <= 500


def test_nothing_is_sent_at_once_among_others_data() -> None:
    """The law that would is left undecided there."""
    terms = Terms(organization(), auth="issued", exclusive=False)
    laws = [law for law in SMALL if law.id in {"create-may-come-at-once", "seeded-is-like-any"}]
    verdicts = directed.run(target_of(terms), terms, laws=laws)
    assert [(v.state, v.requests) for v in verdicts] == [("undecided", 0)] * 2


def test_foreign_refunds_raise_no_alarm() -> None:
    """Among rows of others, unknown to the session, every law is kept all the same."""
    base = terms_of()
    server = ReferenceServer(base.organization, base.rules)
    others = Session(AppTarget(server, "shared"), base, "others")
    for number in range(40):
        others.new_refund(refund_timestamp=f"2024-01-{number % 28 + 1:02}T00:00:00Z")
    terms = Terms(organization(), auth="issued", exclusive=False)
    verdicts = directed.run(AppTarget(server, "shared"), terms, laws=SMALL)
    assert [str(v.breach) for v in verdicts if v.state == "broken"] == []


def test_cleaning_up_leaves_only_what_was_there() -> None:
    """After a clean-up the refunds of others stand and ours are gone."""
    base = terms_of()
    server = ReferenceServer(base.organization, base.rules)
    others = Session(AppTarget(server, "shared"), base, "others")
    theirs = {others.new_refund()["non_insurance_payer_refund_id"] for _ in range(3)}
    terms = Terms(organization(), auth="issued", exclusive=False)
    ours = Session(AppTarget(server, "shared"), terms)
    for law in directed.plan(SMALL, 200):
        directed.judge(law, ours)
    assert ours.clean_up() > 0
    left = {row["non_insurance_payer_refund_id"] for row in others.get_multi({"limit": 999}).items}
    assert left == theirs


@pytest.mark.parametrize("body", [b"not found", b"\xff", b'\xef\xbb\xbf{"items":[]}', b"<p>"])
def test_garbage_breaks_laws(body: bytes) -> None:
    """Answers that are no JSON, or JSON behind a mark, break laws and end no run."""

    def garble(request: Request, send: Send) -> Reply:
        reply = send(request)
        return Reply(reply.status, reply.headers, body) if "refunds" in request.path else reply

    terms = terms_of()
    server = ReferenceServer(terms.organization, terms.rules)
    verdicts = directed.run(AppTarget(server, "g", middleware=[garble]), terms, laws=SMALL)
    broken = {v.law.id for v in verdicts if v.state == "broken"}
    assert {"answer-is-json", "answer-fits-schema"} <= broken


def test_a_field_that_is_missing_everywhere_is_named() -> None:
    """A script that cannot read a scene made by another says where in which answer, and why."""

    def cut(request: Request, send: Send) -> Reply:
        reply = send(request)
        numbers = reply.body.replace(b'"check_number"', b'"number"')
        return Reply(reply.status, reply.headers, numbers)

    terms = terms_of()
    server = ReferenceServer(terms.organization, terms.rules)
    verdicts = directed.run(AppTarget(server, "c", middleware=[cut]), terms, laws=SMALL)
    broken = {v.law.id: v.breach for v in verdicts if v.breach is not None}
    for law in ("sort-ties-by-age", "sort-by-amount", "filters-intersect", "pages-join"):
        breach = broken[law]
        assert (breach.expected, breach.received) == ("/check_number, a text", "<absent>")
        assert breach.exchanges[-1].received["number"]
