"""The Markdown summary leads with the verdict and lets no body out of its fence."""

import re
from dataclasses import replace

import pytest

from contracts.kernel.law import Breach
from contracts.reports import markdown
from contracts.reports.groups import groups
from tests.contracts.reports import runs


def test_the_verdict_leads() -> None:
    """The first line is the verdict in words, with a sign that fits."""
    good, bad = markdown.render(runs.good()), markdown.render(runs.bad())
    assert good.startswith("## ✅ No law is broken: ")
    assert re.match(
        r"## ❌ \d+ laws are broken and \d+ assumptions of ours are wrong; \d+ kept\.", bad
    )


def test_each_failure_is_told() -> None:
    """Each cause has a heading, its request as curl, a diff, its other laws and its replay."""
    text = markdown.render(runs.bad())
    found = groups(runs.bad())
    assert text.count("\n### ") == len(found)
    for group in found:
        assert f"contracts replay --target {runs.bad().target} {group.shown.token}" in text
        assert all(f"`{finding.law.id}`" in text for finding in group.findings)
    assert f"`{runs.KNOWN}` (known failure)" in text


def test_a_wrong_assumption_alone_is_ours() -> None:
    """Its heading says so."""
    alone = tuple(f for f in runs.bad().findings if f.law.id == runs.ASSUMED)
    text = markdown.render(replace(runs.bad(), findings=alone))
    assert "### 🔶 our assumption is wrong: " in text


def test_a_known_failure_alone_is_told_with_its_reason() -> None:
    """Its heading says that it is known."""
    known = tuple(f for f in runs.bad().findings if f.known)
    text = markdown.render(replace(runs.bad(), findings=known))
    assert "### ⚠️ known failure: " in text
    assert "Accepted for now: ticket R-12" in text


def test_a_long_body_does_not_end_the_summary_before_what_was_received() -> None:
    """However long the values are, both sides of the diff are there, and each fence is closed."""
    finding = next(f for f in runs.bad().findings if f.law.id == runs.KNOWN)
    assert finding.breach is not None
    breach = Breach("x" * 9_000, "y" * 9_000, (), finding.law)
    run = replace(runs.bad(), findings=(replace(finding, breach=breach),))
    text = markdown.render(run)
    assert "\n- xxx" in text
    assert "\n+ yyy" in text
    assert text.count("```") % 2 == 0


def test_many_failures_are_cut() -> None:
    """Beyond the first twenty-five the summary counts instead of telling."""
    run = runs.bad()
    broken = next(f for f in run.findings if f.state == "broken")
    other = [replace(broken.law, id=f"law-{number}") for number in range(40)]
    causes = (replace(broken, law=law, breach=Breach("1", "2", (), law)) for law in other)
    text = markdown.render(replace(run, findings=tuple(causes)))
    assert text.count("\n### ") == markdown.MOST_FAILURES
    assert "… and 15 more" in text


def test_the_table_counts_each_topic() -> None:
    """The rows of the table add up to the laws."""
    rows = re.findall(r"^\| [a-z-]+ \|(.*)\|$", markdown.render(runs.good()), re.MULTILINE)[1:]
    total = sum(int(number) for row in rows for number in re.findall(r"\d+", row))
    assert total == len(runs.good().findings)


@pytest.mark.parametrize("text", ["```\n# out", "a ```` b", "`", ""])
def test_a_fence_outlasts_its_text(text: str) -> None:
    """No run of backticks in a body is as long as the fence round it."""
    whole = markdown.fenced(text)
    fence = whole.partition("\n")[0]
    assert len(fence) > max(map(len, re.findall("`+", text)), default=0)
    assert whole.endswith(f"\n{fence}")


@pytest.mark.parametrize("text", ["<img src=x>", "a | b", "*_`~", "[a](b)", "@all #1", "&lt;"])
def test_plain_text_stays_plain(text: str) -> None:
    """Every character that Markdown or HTML would read is escaped, and the words are the same."""
    told = markdown.plain(text)
    assert told.replace("\\", "") == text
    assert not re.search(r"(?<!\\)[<>|*_`~\[\]@#&]", told), told


def test_code_holds_backticks() -> None:
    """A code span is longer than the backticks in it, and a pipe does not split a table."""
    assert markdown.code("a`b|c") == "``a`b\\|c``"
    assert markdown.code("`") == "`` ` ``"
