"""The page is whole without a script, needs nothing from outside, and no text becomes markup."""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise

import pytest

from contracts.kernel.findings import Findings
from contracts.reports import page
from contracts.reports.groups import groups
from contracts.reports.verdict import headline
from tests.contracts.reports import runs
from tests.contracts.reports.html_reader import Element, read

RUNS = [runs.good, runs.bad, runs.poisoned]
every_run = pytest.mark.parametrize("run", RUNS, ids=lambda run: run.__name__)
Run = Callable[[], Findings]


@cache
def _page(run: Run) -> Element:
    return read(page.render(run()))


@every_run
def test_it_says_the_verdict_at_the_top(run: Run) -> None:
    """The first heading is the verdict, and the title begins with it."""
    tree = _page(run)
    assert [h.text for h in tree.all("h1")] == [headline(run())]
    assert tree.all("title")[0].text.startswith(headline(run()))


@every_run
def test_every_law_is_there_without_a_script(run: Run) -> None:
    """Each law is an item with its sentence, and none is hidden; only the filters are."""
    tree = _page(run)
    items = [item for item in tree.all("li") if "data-verdict" in item.attributes]
    assert len(items) == len(run().findings)
    for item, sentence in zip(items, _sentences(run()), strict=True):
        assert sentence in item.text
        assert "hidden" not in item.attributes
    hidden = [e.attributes.get("id") for e in tree.all() if "hidden" in e.attributes]
    assert hidden == ["filters", "none"]


@every_run
def test_it_loads_nothing(run: Run) -> None:
    """No element names another file, and the policy forbids all but the page's own two."""
    tree = _page(run)
    assert {e.tag for e in tree.all()}.isdisjoint({"link", "img", "iframe", "object", "base"})
    loads = [e for e in tree.all() if {"src", "srcset", "action", "style"} & e.attributes.keys()]
    assert loads == []
    assert all(a.attributes["href"].startswith("#") for a in tree.all("a"))
    style, script = tree.all("style")[0].text, tree.all("script")[0].text
    assert "url(" not in style
    assert "@import" not in style
    policy = tree.all("meta", **{"http-equiv": "Content-Security-Policy"})[0].attributes["content"]
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{_digest(style)}'" in policy
    assert f"script-src 'sha256-{_digest(script)}'" in policy


def test_no_text_becomes_markup() -> None:
    """Hostile bodies add no element: there is one script, and no unknown element at all."""
    tree = _page(runs.poisoned)
    assert len(tree.all("script")) == 1
    assert {e.tag for e in tree.all()} <= TAGS
    assert "</script><script>alert(1)</script>" in tree.text
    assert not [e for e in tree.all() if any(name.startswith("on") for name in e.attributes)]


TAGS = set(
    "html head meta title style body a header main nav section article div p h1 h2 h3 h4 small "
    "ul ol li dl dt dd table thead tbody tr th td svg rect pre code span strong b del ins mark "
    "time details summary form fieldset legend label input output script".split()
)


@every_run
def test_links_lead_somewhere(run: Run) -> None:
    """Ids are unique, and each link within the page has its place."""
    tree = _page(run)
    ids = [e.attributes["id"] for e in tree.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    assert {a.attributes["href"][1:] for a in tree.all("a")} <= set(ids)


@every_run
def test_headings_leave_no_level_out(run: Run) -> None:
    """Headings go down one level at a time, so that a reader can jump along them."""
    levels = [int(e.tag[1]) for e in _page(run).all() if re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels)), levels


@every_run
def test_the_keyboard_reaches_all(run: Run) -> None:
    """Whatever scrolls can be focused and has a name, and each control has a label."""
    tree = _page(run)
    boxes = [
        e for e in tree.all() if e.attributes.get("class", "").split()[:1] in (["box"], ["wide"])
    ]
    assert boxes
    for box in boxes:
        assert box.attributes.get("tabindex") == "0"
        assert box.attributes.get("aria-label")
    labelled = [control for label in tree.all("label") for control in label.all("input")]
    assert len(labelled) == len(tree.all("input"))


def test_a_failure_shows_itself() -> None:
    """A cause has its sentence, its evidence, its request, its other laws, its replay, a script."""
    group = next(g for g in groups(runs.bad()) if "refund_note" in g.title)
    article = _page(runs.bad).all(id=f"broken-{group.first.law.id}")[0]
    assert [e.text for e in article.all("h3")] == [group.title]
    regions = [e.attributes["aria-label"] for e in article.all("pre")]
    assert regions[:2] == ["difference", "request as curl"]
    assert regions[-2:] == ["replay command", "script of sh, curl and jq"]
    assert f"contracts replay --target {runs.bad().target} {group.shown.token}" in article.text
    ids = {e.attributes.get("id") for e in article.all("li")}
    assert ids >= {f"broken-{finding.law.id}" for finding in group.findings[1:]}
    assert "documented" in article.text


def test_a_wrong_assumption_is_ours() -> None:
    """On the vendor's API a broken assumed law says that we were wrong; elsewhere not."""
    alone = tuple(f for f in runs.bad().findings if f.law.id == runs.ASSUMED)
    tree = read(page.render(replace(runs.bad(), findings=alone)))
    article = tree.all(id=f"broken-{runs.ASSUMED}")[0]
    assert "Our assumption is wrong." in article.text
    assert "assumption is wrong" not in _page(runs.poisoned).text


def test_failures_come_before_the_laws() -> None:
    """Sections come in this order; without a failure theirs is left out."""
    assert _sections(runs.bad) == ["topics", "failures", "laws", "coverage"]
    assert _sections(runs.good) == ["topics", "laws", "coverage"]


def test_coverage_is_on_the_page() -> None:
    """Both sides of the limit, the kinds of target and the names of refusals are shown."""
    coverage = _page(runs.good).all(id="coverage")[0]
    for words in ("1000", "2147483648", "claim_by_id", "MethodNotAllowed"):
        assert words in coverage.text


def _sections(run: Run) -> list[str]:
    main = _page(run).all("main")[0]
    return [e.attributes["id"] for e in main.children if "id" in e.attributes]


def _sentences(findings: Findings) -> list[str]:
    topics = dict.fromkeys(f.law.topic for f in findings.findings)
    return [f.law.sentence for t in topics for f in findings.findings if f.law.topic == t]


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
