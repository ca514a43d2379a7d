"""Laws that break for one reason are one failure, which names operation, field and difference."""

from dataclasses import replace

import click
import pytest

from contracts.cli.output import describe_group
from contracts.kernel.findings import Findings
from contracts.model import Outcome
from contracts.reports.groups import Group, groups
from contracts.targets.target import Reply, Request
from tests.contracts.reports.found import findings_on, found_in
from tests.defects import CLASSES
from tests.defects.defect import Call, Defect, headed

ROWS, COLUMNS = 25, 100
FIRST_SCREEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "echo": ("invoice-is-forgotten", ("create drops invoice_id",)),
    "sum": ("unattributed-has-no-type", ("create drops allocations/*/target/type",)),
    "patch": ("note-replaces-reason", ("update drops refund_reason",)),
    "delete": (
        "delete-does-nothing",
        ("get_multi and get answer with a refund that was deleted", "delete 200"),
    ),
    "filter": (
        "check-numbers-split-at-semicolons",
        ("get_multi lists", "filter check_number leaves"),
    ),
    "order": (
        "ties-newest-first",
        ("get_multi answers", "in another order: rows of one amount_cents come newest"),
    ),
    "paging": ("pages-overlap", ("get_multi begins a page 1 row before", "page_token")),
    "auth": ("scheme-is-not-needed", ("lets in a request with a token and no scheme",)),
    "envelope": ("amount-is-text", ("create answers amount_cents as a text; expected a number",)),
    "status": ("delete-is-204", ("delete answers 204; expected 200",)),
    "side effect": ("update-sets-all-notes-alike", ("refund_note",)),
    "parsing": ("amount-may-be-text", ("create answers 200; expected 422, as /amount_cents",)),
}
"""By class a defect, and the words on the first screen that name it."""


def plain(group: Group, findings: Findings, *, verbose: bool = False) -> list[str]:
    """The lines of a failure without their colours."""
    return [click.unstyle(line) for line in describe_group(group, findings, verbose=verbose)]


def screen(group: Group, findings: Findings) -> str:
    """The first screen of a failure: 25 rows of 100 columns."""
    rows = []
    for line in plain(group, findings):
        rows += [line[at : at + COLUMNS] for at in range(0, max(1, len(line)), COLUMNS)]
    return "\n".join(rows[:ROWS])


@pytest.mark.parametrize("kind", CLASSES)
def test_the_first_screen_names_the_defect(kind: str) -> None:
    """For a defect of each class it has the operation, the field and the kind of difference."""
    name, words = FIRST_SCREEN[kind]
    assert name in {defect.id for defect in CLASSES[kind]}
    findings = found_in(name)
    first = groups(findings)[0]
    shown = screen(first, findings)
    assert [word for word in words if word not in shown] == [], shown


@pytest.mark.parametrize("name", [name for name, _ in FIRST_SCREEN.values()])
def test_a_failure_is_25_rows_at_most(name: str) -> None:
    """However much there is to tell, a failure fills one screen; all of it comes on demand."""
    findings = found_in(name)
    for group in groups(findings):
        lines = plain(group, findings)
        assert sum(max(1, -(-len(line) // COLUMNS)) for line in lines) <= ROWS, lines
        assert len(plain(group, findings, verbose=True)) > len(lines)


def created(request: Request, reply: Reply) -> Reply:
    """Answer a create with 201."""
    made = reply.status == 200 and request.method == "POST" and "refunds" in request.path
    return replace(reply, status=201) if made else reply


def by_a_gateway(request: Request, reply: Reply) -> Reply:
    """Answer each get of one refund by a page."""
    if request.method == "GET" and request.path.count("/") > 3:
        page = b"<html><body>502 Bad Gateway</body></html>"
        return headed(Reply(502, (), page), content_type="text/html")
    return reply


def fails_on_long_notes(call: Call, right: Outcome) -> Outcome:
    """Fail where a note has more than 1,000 letters."""
    note = call.sent.get("refund_note")
    note = note.get("value") if isinstance(note, dict) else note
    too_long = isinstance(note, str) and len(note) > 1_000
    return Outcome(500, "InternalError") if too_long else right


ONE_CAUSE: dict[str, tuple[Defect | str, str, int]] = {
    "a create answering 201": (
        Defect("create-is-201", "", said=created),
        "create answers 201; expected 200",
        2,
    ),
    "a list in the wrong order": ("timestamp-means-created", "sorted by creation, newest first", 4),
    "a dropped field": ("invoice-is-forgotten", "create drops invoice_id", 4),
    "a page of a gateway": (
        Defect("get-is-502", "", said=by_a_gateway),
        "get and GET elsewhere answer 502; expected",
        5,
    ),
    "a failure on long notes": (
        Defect("long-notes-fail", "", decided=fails_on_long_notes),
        "create and update answer 500; expected 200",
        4,
    ),
}


@pytest.mark.parametrize("what", ONE_CAUSE)
def test_one_cause_is_one_failure(what: str) -> None:
    """So many laws break, and one failure is shown, whose first line says what the server does."""
    defect, words, laws = ONE_CAUSE[what]
    findings = found_in(defect) if isinstance(defect, str) else findings_on(defect, by_chance=True)
    found = groups(findings)
    assert [words in group.title for group in found] == [True], [group.title for group in found]
    assert len(found[0].findings) >= laws


SENTENCES = {
    "note-is-trimmed": "create trims refund_note at the end",
    "check-number-is-cut-at-64": "create cuts check_number after 64 of 256 characters",
    "amount-stops-below-2-31": "create answers amount_cents 1 too small",
    "timestamp-in-whole-seconds": "create shifts refund_timestamp by 0.5 s earlier",
    "payer-is-the-first": (
        "create answers another id in non_insurance_payer/non_insurance_payer_id"
    ),
    "update-answers-the-old": "update answers the refund as it was before",
    "full-page-has-a-next": "get_multi drops prev_page_token",
    "answer-is-wrapped": "create drops non_insurance_payer_refund_id",
    "last-page-has-a-null-token": "get_multi answers null for next_page_token",
    "default-limit-is-999": "get_multi answers 101 rows for a limit of 100",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_differences_are_words(name: str) -> None:
    """The first failure of a defect says what changed and by how much."""
    assert groups(found_in(name))[0].title == SENTENCES[name]


def test_no_long_list_of_ids_is_shown() -> None:
    """Rows in another order are shown by what they are sorted by, a few of them."""
    findings = found_in("ties-newest-first")
    group = groups(findings)[0]
    text = "\n".join(plain(group, findings, verbose=True)).partition("script")[0]
    diff = [line for line in text.split("\n") if line.startswith(("  - ", "  + "))]
    assert all("amount_cents" in line and len(line) < 200 for line in diff), diff


def test_the_best_known_law_comes_first() -> None:
    """Within a cause scripts come before watchers, and documented laws before others."""
    laws = [finding.law for finding in groups(found_in("invoice-is-forgotten"))[0].findings]
    watchers = [law.watch is not None for law in laws]
    assert watchers == sorted(watchers)
    assert laws[0].evidence == "documented"
