"""Findings of real runs against small servers, good and bad, made once; no tests."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from contracts import laws as checks
from contracts.drivers import directed
from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import DriverResult, Finding, Findings
from contracts.kernel.law import Complaint, Law
from contracts.kernel.terms import Terms
from contracts.laws.define import assumed, watcher
from contracts.model.organization import load_organization
from contracts.targets.app import AppTarget
from contracts.targets.target import Reply, Request
from mockserver import Settings, create_app
from tests.contracts.flawed import (
    LetsStrangersIn,
    LosesSecondAllocation,
    NewestFirst,
    Server,
    TrimsNotes,
)
from tests.contracts.settings import target_of, terms_of
from tests.reference_server import ReferenceServer

FIXTURES = Path(__file__).parents[3] / "fixtures"
KNOWN = "create-echoes-note"
ASSUMED = "sort-ties-by-age"
BEGAN = "2026-01-15T09:30:00Z"
POISON = b"\x00\x1b[31m\xff</script><script>alert(1)</script>]]>|```\r\n\xe2\x80\xae&lt;<!--"


class Flawed(TrimsNotes, LosesSecondAllocation, LetsStrangersIn, NewestFirst):
    """Breaks four promises at once."""


class Poisonous(ReferenceServer):
    """Answers each get of one refund with bytes that would break a careless page."""

    def said(self, request: Request, reply: Reply) -> Reply:
        """Poison the body and a header."""
        if request.method == "GET" and request.path.count("/") > 3:
            return Reply(502, (("content-type", "text/html"), ("x-poison", "<i>\x07")), POISON)
        return reply


@cache
def good() -> Findings:
    """A run over a correct server, the dear laws left out."""
    return run_of(ReferenceServer)


@cache
def bad() -> Findings:
    """The same over the vendor's API, as it were, with flaws, a known failure and surprises."""
    found = run_of(Flawed)
    return replace(
        found,
        target="https://api.example.test/base/",
        genuine=True,
        findings=tuple(_accepted(finding) for finding in found.findings),
        surprises=("the known failure of <no-such-law> expired on 2026-01-01",),
        problems=("2 refunds | of ours are left; run `contracts sweep`",),
    )


@cache
def poisoned() -> Findings:
    """A run over a server whose answers are hostile, with as hostile words of our own."""
    return replace(run_of(Poisonous), surprises=(POISON.decode("latin-1") + "\ud800",))


@cache
def standing_in() -> tuple[Findings, str]:
    """A run over the stand-in, which gives signed tokens, and the token that the run had."""
    app = create_app(Settings(clock="frozen", auth="issued"))
    terms = Terms(load_organization(FIXTURES / "default.json"), auth="issued")
    target = AppTarget(app, "reports")
    return findings_of(target, terms), target.bearer()


def run_of(server: Server) -> Findings:
    """A run over a server of this kind."""
    terms = terms_of()
    return findings_of(target_of(terms, server), terms)


def findings_of(target: AppTarget, terms: Terms) -> Findings:
    """A run of the cheap laws over a target, as the runner would tell it."""
    kept: list[Exchange] = []
    laws = [law for law in checks.ALL if law.cost < 100]
    verdicts = directed.run(target, terms, laws=[*laws, _listener(kept)], seed=7)
    return Findings(
        target="http://127.0.0.1:5050",
        genuine=False,
        profile="default",
        tier="scoped",
        seed="7",
        drivers=("directed",),
        began=BEGAN,
        seconds=12.5,
        requests=len(kept),
        findings=tuple(_finding(verdict) for verdict in verdicts[:-1]),
        exchanges=tuple(kept),
    )


def _finding(verdict: DriverResult) -> Finding:
    decided = verdict.state in {"kept", "broken"}
    return Finding(
        verdict.law,
        verdict.state,
        "directed" if decided else "",
        verdict.breach,
        verdict.reason,
        verdict.requests,
        {"law": verdict.law.id} if verdict.state == "broken" else None,
    )


def _accepted(finding: Finding) -> Finding:
    return replace(finding, known="ticket R-12" if finding.law.id == KNOWN else "")


def _listener(kept: list[Exchange]) -> Law:
    @watcher("It listens.", assumed("it judges nothing"))
    def listener(exchange: Exchange) -> Complaint | None:
        kept.append(exchange)
        return None

    return listener
