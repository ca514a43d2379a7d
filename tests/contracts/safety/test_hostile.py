"""Servers that name others' refunds, lose answers or fail, and ledgers that were spoilt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import LedgerError, TargetTimeout, WriteVetoed
from contracts.model import ID, REFUNDS
from contracts.safety.ledger import Ledger
from contracts.safety.limits import ErrorStop
from contracts.safety.ownership import Ownership
from contracts.safety.sweep import sweep
from contracts.safety.swept import Swept
from contracts.targets.target import Reply, Request, json_request
from tests.contracts.safety.answers import reply

OURS = "aaaaaaaa-1111-4111-8111-111111111111"
FOREIGN = "22222222-2222-4222-8222-222222222222"
MARK = "c-0123456789ab"
BODY: dict[str, Any] = {
    "non_insurance_payer_id": FOREIGN,
    "amount_cents": 5,
    "allocations": [],
    "check_number": MARK,
}
CREATE = json_request("POST", REFUNDS, BODY)
THEIRS = {**BODY, ID: FOREIGN, "check_number": "1"}


class Account:
    """A target that makes OURS, holds FOREIGN, and answers a create with any id.

    Args:
        named: the id that the answer to a create names.
        changes: what else that answer says otherwise.

    Attributes:
        failing: methods answered 500.
        missed: how many gets of a refund are answered 404, as a lagging replica does.
    """

    def __init__(self, named: Any = OURS, **changes: Any) -> None:
        self.named, self.changes = named, changes
        self.rows: dict[str, Any] = {FOREIGN: THEIRS}
        self.failing = frozenset[str]()
        self.missed = 0
        self.got: list[str] = []

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        self.got.append(f"{request.method} {request.path.removeprefix(REFUNDS)}".strip())
        if request.method in self.failing:
            return reply(500)
        if request.method == "POST":
            self.rows[OURS] = {**BODY, ID: OURS}
            return reply(200, {**BODY, ID: self.named, **self.changes})
        key = request.path.rpartition("/")[2].lower()
        if request.method == "GET" and request.path != REFUNDS and self.missed:
            self.missed -= 1
            return reply(404)
        if request.path == REFUNDS:
            number = None if isinstance(request.query, str) else dict(request.query)["check_number"]
            rows = [row for row in self.rows.values() if row["check_number"] == number]
            return reply(200, {"items": rows})
        row = self.rows.pop(key, None) if request.method == "DELETE" else self.rows.get(key)
        return reply(200, row) if row else reply(404)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on the disk."""
    about = {"target": "http://127.0.0.1:1", "nonce": "0123456"}
    with closing(Ledger.begin(tmp_path / "l.jsonl", about)) as ledger:
        yield ledger


def swept(ledger: Ledger, account: Account) -> Swept:
    """Sweep through the veto."""
    owner = Ownership(ledger)
    return sweep(ledger, lambda request: owner(request, account), lambda _: None)


def test_an_id_of_others_that_no_answer_showed_is_not_changed(ledger: Ledger) -> None:
    """Asked for before the first change, it turns out to be another refund, and is left alone."""
    account, owner = Account(FOREIGN), Ownership(ledger)
    owner(CREATE, account)
    for method in ("DELETE", "PATCH"):
        with pytest.raises(WriteVetoed):
            owner(Request(method, f"{REFUNDS}/{FOREIGN}"), account)
    result = swept(ledger, account)
    assert account.rows == {FOREIGN: THEIRS}, "ours was found by its mark"
    assert (result.deleted, result.found, result.clean) == (1, 1, True)
    assert FOREIGN in " ".join(result.sentences())


@pytest.mark.parametrize("missed", [1, 2, 9])
def test_a_404_proves_nothing(missed: int, ledger: Ledger) -> None:
    """An id of others that a lagging replica does not know yet is never deleted."""
    account, owner = Account(FOREIGN), Ownership(ledger)
    account.missed = missed
    owner(CREATE, account)
    with pytest.raises(WriteVetoed, match="404"):
        owner(Request("DELETE", f"{REFUNDS}/{FOREIGN}"), account)
    result = swept(ledger, account)
    assert account.rows.pop(FOREIGN) == THEIRS
    assert f"DELETE /{FOREIGN}" not in account.got
    assert (list(account.rows), result.clean) == (([], True) if missed < 9 else ([OURS], False))


def test_an_id_that_no_read_shows_is_told(ledger: Ledger) -> None:
    """It may be ours or another's, so it is left alone, and the ledger keeps it."""
    account, owner = Account(), Ownership(ledger)
    owner(CREATE, account)
    account.rows = {FOREIGN: THEIRS}
    result = swept(ledger, account)
    assert (result.deleted, result.clean, list(ledger.owned)) == (0, False, [OURS])
    assert OURS in result.sentences()[0]
    assert "404" in result.sentences()[0]
    assert [line for line in account.got if line.startswith("DELETE")] == []


def test_a_refund_that_reads_show_late_is_deleted(ledger: Ledger) -> None:
    """Its get answers 404 at first; the list that is searched for its mark makes sure."""
    account, owner = Account(), Ownership(ledger)
    account.missed = 3
    owner(CREATE, account)
    result = swept(ledger, account)
    assert (result.deleted, result.clean, account.rows) == (1, True, {FOREIGN: THEIRS})


def test_a_list_tells_ours_from_others(ledger: Ledger) -> None:
    """A row that shows the mark makes sure, and then no get is needed."""
    account, owner = Account(), Ownership(ledger)
    owner(CREATE, account)
    owner(Request("GET", REFUNDS, (("check_number", MARK),)), account)
    owner(Request("DELETE", f"{REFUNDS}/{OURS}"), account)
    assert account.got == ["POST", "GET", f"DELETE /{OURS}"]


@pytest.mark.parametrize(
    ("named", "changes"),
    [
        (FOREIGN, {"check_number": "1"}),
        (OURS, {"check_number": None}),
        (None, {}),
        (7, {}),
        ("", {}),
        ("../../auth/v2/token", {}),
        (FOREIGN[:-1], {}),
        ([FOREIGN], {}),
    ],
)
def test_an_answer_that_is_not_our_refund_is_not_believed(
    named: Any, changes: dict[str, Any], ledger: Ledger
) -> None:
    """Without the mark, or without a uuid, nothing is deleted but what the mark finds."""
    account = Account(named, **changes)
    Ownership(ledger)(CREATE, account)
    assert (list(ledger.owned), list(ledger.pending)) == ([], [1])
    result = swept(ledger, account)
    assert (result.found, account.rows) == (1, {FOREIGN: THEIRS})
    assert [line for line in account.got if FOREIGN in line] == []


def test_an_id_is_sent_as_it_was_answered(ledger: Ledger) -> None:
    """A server that tells capitals from small letters finds what it made."""
    account = Account(OURS.upper())
    Ownership(ledger)(CREATE, account)
    assert swept(ledger, account).deleted == 1
    assert f"DELETE /{OURS.upper()}" in account.got


def test_a_create_that_failed_after_it_wrote_is_found(ledger: Ledger) -> None:
    """An answer that is lost, or a 500, leaves an intent whose mark finds the refund."""
    account = Account()

    def lost(request: Request) -> Reply:
        account(request)
        raise TargetTimeout("lost")

    with pytest.raises(TargetTimeout):
        Ownership(ledger)(CREATE, lost)
    assert ledger.path is not None
    with closing(Ledger.load(ledger.path)) as again:
        result = swept(again, account)
    assert (result.found, result.clean, account.rows) == (1, True, {FOREIGN: THEIRS})


def test_a_sweep_that_is_stopped_tells_what_is_left(ledger: Ledger) -> None:
    """Where each delete fails until the run is stopped, the ids are told and stay."""
    account, owner = Account(), Ownership(ledger)
    owner(CREATE, account)
    account.failing = frozenset({"DELETE"})
    stop = ErrorStop(2)
    result = sweep(ledger, lambda r: owner(r, lambda x: stop(x, account)), lambda _: None)
    assert (result.clean, list(ledger.owned)) == (False, [OURS])
    assert OURS in result.sentences()[0]


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "inte',
        "\x00\x00\x00",
        '{"event": "made"}',
        '{"event": "made", "n": 1, "id": 5}',
        '{"event": "intent", "n": [], "marker": 1}',
        '{"event": "unheard of", "id": "x"}',
        "[1]",
        "null",
    ],
)
def test_a_spoilt_line_is_passed_over(line: str, ledger: Ledger) -> None:
    """In the middle or at the end, whole or cut, and also when the ledger is swept twice."""
    account = Account()
    Ownership(ledger)(CREATE, account)
    assert ledger.path is not None
    text = ledger.path.read_text().splitlines(keepends=True)
    ledger.path.write_text("".join([text[0], line, "\n", *text[1:], line]))
    for deleted in (1, 0):
        with closing(Ledger.load(ledger.path)) as again:
            assert swept(again, account).deleted == deleted
    assert account.rows == {FOREIGN: THEIRS}


def test_a_full_disk_stops_creates_and_no_clean_up(ledger: Ledger) -> None:
    """No create leaves that could not be noted; what was made before is deleted all the same."""
    account, owner = Account(), Ownership(ledger)
    owner(CREATE, account)
    ledger.close()
    ledger._file = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115
    with pytest.raises(LedgerError, match="No space left"):
        owner(CREATE, account)
    assert account.got == ["POST"]
    assert swept(ledger, account).deleted == 1
    assert account.rows == {FOREIGN: THEIRS}


def test_a_row_of_sevens_is_no_mark(ledger: Ledger) -> None:
    """Others may have that check number, so the mark is in the note, or the create is not sent."""
    account, owner = Account(), Ownership(ledger)
    account.failing = frozenset({"POST"})
    sevens = {**BODY, "check_number": "7" * 17}
    with pytest.raises(WriteVetoed):
        owner(json_request("POST", REFUNDS, sevens), account)
    owner(json_request("POST", REFUNDS, {**sevens, "refund_note": "n 0123456789ab"}), account)
    assert [intent.marker for intent in ledger.pending.values()] == ["n 0123456789ab"]


@pytest.mark.parametrize("header", ["transfer-encoding", "content-encoding"])
def test_an_encoded_create_without_a_mark_is_not_sent(header: str, ledger: Ledger) -> None:
    """A server reads what is in it, and makes a refund that nothing tells from others."""
    account = Account()
    request = Request("POST", REFUNDS, headers=((header, "gzip"),), body=b"\x1f\x8b")
    with pytest.raises(WriteVetoed):
        Ownership(ledger)(request, account)
    assert account.got == []


def test_a_create_that_only_a_lenient_server_reads_is_ours(ledger: Ledger) -> None:
    """A mark counts in what is no JSON as well; without one such a create does not leave."""
    account, owner = Account(), Ownership(ledger)
    lenient = (CREATE.body or b"")[:-1] + b",}"
    with pytest.raises(WriteVetoed):
        owner(Request("POST", REFUNDS, body=lenient.replace(MARK.encode(), b"1")), account)
    assert account.got == []
    owner(Request("POST", REFUNDS, body=lenient), account)
    assert list(ledger.owned) == [OURS]
    assert swept(ledger, account).clean
    assert account.rows == {FOREIGN: THEIRS}


def test_what_only_a_lenient_server_reads_is_told_if_its_answer_is_lost(ledger: Ledger) -> None:
    """No list can be asked for it, so its mark is told."""
    account = Account()
    account.failing = frozenset({"POST"})
    Ownership(ledger)(Request("POST", REFUNDS, body=(CREATE.body or b"")[:-1] + b",}"), account)
    assert swept(ledger, account).lost == (MARK,)


def test_an_empty_ledger_may_be_begun_again(tmp_path: Path) -> None:
    """A full disk leaves a file of 0 bytes, before anything was sent."""
    path = tmp_path / "l.jsonl"
    path.touch()
    with closing(Ledger.begin(path, {"target": "http://127.0.0.1:1"})) as ledger:
        assert ledger.nonce
    with closing(Ledger.load(path)) as ledger:
        assert ledger.nonce


def test_a_full_disk_leaves_no_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The begin line cannot be written, so no file is left to be swept."""

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger.begin(tmp_path / "l.jsonl", {"target": "http://127.0.0.1:1"})
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_cannot_be_written_is_swept(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a read-only disk: what it holds is deleted, and nothing is noted."""
    account = Account()
    Ownership(ledger)(CREATE, account)
    assert ledger.path is not None
    path, content = ledger.path, ledger.path.read_bytes()
    ledger.close()
    whole = Path.open

    def read_only(self: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if "r" not in mode:
            raise OSError(30, "Read-only file system")
        return whole(self, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", read_only)
    result = swept(Ledger.load(path), account)
    assert (result.deleted, account.rows) == (1, {FOREIGN: THEIRS})
    assert path.read_bytes() == content
