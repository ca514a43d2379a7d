"""What the transport lets through in each tier, and what the ledger knows before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import LedgerError, TargetTimeout, WriteVetoed
from contracts.model import ID, REFUNDS
from contracts.safety.ledger import Ledger
from contracts.safety.ownership import Ownership, read_only
from contracts.safety.sweep import sweep
from contracts.safety.swept import Swept
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Reply, Request, json_request
from tests.contracts.safety.answers import Server, reply

OURS = "11111111-1111-4111-8111-111111111111"
FOREIGN = "22222222-2222-4222-8222-222222222222"
NEVER_SEEN = "33333333-3333-4333-8333-333333333333"
BODY = {
    "non_insurance_payer_id": FOREIGN,
    "amount_cents": 5,
    "allocations": [],
    "check_number": "c-0123456789ab",
}
CREATE = json_request("POST", REFUNDS, BODY)


def item(method: str, refund_id: str) -> Request:
    """A request about one refund."""
    return Request(method, f"{REFUNDS}/{refund_id}")


def answer(request: Request) -> tuple[int, Any]:
    """A target that makes OURS, lists FOREIGN, and knows no other id."""
    if request.method == "POST":
        return 200, {**BODY, ID: OURS}
    if request.path == REFUNDS:
        return 200, {"items": [{ID: FOREIGN, "refund_note": "theirs"}]}
    refund_id = request.path.rpartition("/")[2].lower()
    shown = {OURS: {**BODY, ID: OURS}, FOREIGN: {ID: FOREIGN, "refund_note": "theirs"}}
    return (200, shown[refund_id]) if refund_id in shown else (404, None)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on the disk."""
    about = {"target": "http://127.0.0.1:1", "nonce": "0123456"}
    with closing(Ledger.begin(tmp_path / "ledger.jsonl", about)) as ledger:
        yield ledger


def lines(ledger: Ledger) -> list[dict[str, Any]]:
    """What is on the disk."""
    assert ledger.path is not None
    return [json.loads(line) for line in ledger.path.read_text().splitlines()]


def test_the_intent_is_on_the_disk_before_the_post_leaves(ledger: Ledger) -> None:
    """When the target sees the POST, the file holds its mark and body; afterwards its id."""
    seen: list[dict[str, Any]] = []

    def send(request: Request) -> Reply:
        seen.extend(lines(ledger))
        return reply(*answer(request))

    Ownership(ledger)(CREATE, send)
    assert (seen[-1]["event"], seen[-1]["marker"], seen[-1]["body"]) == (
        "intent",
        "c-0123456789ab",
        BODY,
    )
    assert lines(ledger)[-1] == {"event": "made", "n": 1, "id": OURS}
    assert (list(ledger.owned), dict(ledger.pending)) == ([OURS], {})


def test_ours_may_be_changed_also_after_it_is_gone(ledger: Ledger) -> None:
    """A refund of ours is patched, deleted, and asked for again; the ledger follows."""
    server, owner = Server(answer), Ownership(ledger)
    owner(CREATE, server)
    for method in ("PATCH", "DELETE", "DELETE", "PATCH"):
        owner(item(method, OURS.upper()), server)
    assert server.methods == ["POST", "GET", "PATCH", "DELETE", "DELETE", "PATCH"]
    assert (list(ledger.owned), ledger.ever) == ([], {OURS})


def test_a_strangers_delete_does_not_count(ledger: Ledger) -> None:
    """A DELETE without our token leaves the refund on the ledger."""
    owner = Ownership(ledger)
    owner(CREATE, Server(answer))
    owner(Request("DELETE", f"{REFUNDS}/{OURS}", authorized=False), Server(answer))
    assert list(ledger.owned) == [OURS]


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT", "POST"])
def test_what_a_list_showed_is_never_touched(method: str, ledger: Ledger) -> None:
    """An id seen in an answer is vetoed, in any letter case, and nothing is asked about it."""
    server, owner = Server(answer), Ownership(ledger)
    owner(Request("GET", REFUNDS), server)
    for refund_id in (FOREIGN, FOREIGN.upper()):
        with pytest.raises(WriteVetoed, match="ledger"):
            owner(item(method, refund_id), server)
    assert server.methods == ["GET"]


def test_an_id_that_the_target_knows_is_never_touched(ledger: Ledger) -> None:
    """One that no answer showed is asked for first, and vetoed if it is there."""
    server = Server(answer)
    with pytest.raises(WriteVetoed):
        Ownership(ledger)(item("DELETE", FOREIGN), server)
    assert server.methods == ["GET"]


def test_a_random_id_that_stands_for_nothing_passes(ledger: Ledger) -> None:
    """It is asked for once, and may then be patched and deleted."""
    server, owner = Server(answer), Ownership(ledger)
    owner(item("DELETE", NEVER_SEEN), server)
    owner(item("PATCH", NEVER_SEEN), server)
    assert server.methods == ["GET", "DELETE", "PATCH"]


@pytest.mark.parametrize(
    "path",
    [
        f"{REFUNDS}/x",
        f"{REFUNDS}/",
        f"{REFUNDS}/../{FOREIGN}",
        f"{REFUNDS}/%32{FOREIGN[1:]}",
        f"{REFUNDS}/{FOREIGN}/",
        f"{REFUNDS}/{FOREIGN}%0A",
        f"{REFUNDS}/{{{FOREIGN}}}",
        f"{REFUNDS}/{FOREIGN.replace('-', '')}",
        f"{REFUNDS}/00000000-0000-0000-0000-000000000001",
        f"/api//non-insurance-payer-refunds/v1/{FOREIGN}",
        REFUNDS,
        "/",
    ],
)
def test_a_path_that_is_no_id_of_ours_is_vetoed(path: str, ledger: Ledger) -> None:
    """Nothing but a plain uuid passes, so no spelling of a foreign id does."""
    server, owner = Server(lambda _: (404, None)), Ownership(ledger)
    owner.foreign([FOREIGN])
    for method in ("DELETE", "PATCH", "delete", "PURGE"):
        with pytest.raises(WriteVetoed):
            owner(Request(method, path), server)
    assert server.got == []


def test_a_create_that_could_not_be_found_again_is_vetoed(ledger: Ledger) -> None:
    """Without a mark of this run it does not leave; one that no API accepts may."""
    server, owner = Server(lambda _: (422, None)), Ownership(ledger)
    for number in ("1", "c-fedcba987654"):
        with pytest.raises(WriteVetoed, match="check_number"):
            owner(json_request("POST", REFUNDS, {**BODY, "check_number": number}), server)
    owner(Request("POST", REFUNDS, body=b"[]"), server)
    assert (server.methods, dict(ledger.pending)) == (["POST"], {})


def test_an_answer_with_an_id_of_others_gives_nothing_away(ledger: Ledger) -> None:
    """A create that is answered by a refund seen before does not make that refund ours."""
    owner = Ownership(ledger)
    owner(Request("GET", REFUNDS), Server(answer))
    owner(CREATE, Server(lambda _: (200, {**BODY, ID: FOREIGN})))
    assert (list(ledger.owned), list(ledger.pending)) == ([], [1])


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT", "post", "delete", "PURGE"])
def test_the_readonly_tier_lets_no_write_leave(method: str) -> None:
    """Only reads leave, and the token call."""
    server = Server(lambda _: (200, None))
    for path in (REFUNDS, f"{REFUNDS}/{OURS}", TOKEN_PATH + "/"):
        with pytest.raises(WriteVetoed, match="read-only"):
            read_only(Request(method, path), server)
    read_only(Request("POST", TOKEN_PATH), server)
    read_only(Request("GET", REFUNDS), server)
    assert server.methods == ["POST", "GET"]


class Account:
    """A target with refunds that can be listed and deleted."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = {row[ID]: row for row in rows}
        self.deleted: list[str] = []

    def __call__(self, request: Request) -> Reply:
        """Answer a list by its filter, a get, or a delete."""
        if request.method == "DELETE":
            refund_id = request.path.rpartition("/")[2]
            self.deleted.append(refund_id)
            return reply(200 if self.rows.pop(refund_id, None) else 404)
        if request.path != REFUNDS:
            row = self.rows.get(request.path.rpartition("/")[2])
            return reply(200, row) if row else reply(404)
        wanted = dict(request.query) if not isinstance(request.query, str) else {}
        number = wanted.get("check_number")
        rows = [row for row in self.rows.values() if number in {None, row.get("check_number")}]
        return reply(200, {"items": rows})


def crashed(ledger: Ledger, request: Request = CREATE) -> Ledger:
    """The ledger as another process finds it after a POST without an answer."""

    def cut(_request: Request) -> Reply:
        raise TargetTimeout("cut")

    with pytest.raises(TargetTimeout):
        Ownership(ledger)(request, cut)
    assert ledger.path is not None
    ledger.close()
    with ledger.path.open("a") as file:
        file.write('{"event": "ma')
    return Ledger.load(ledger.path)


def no_wait(_seconds: float) -> None:
    """Nothing is on its way in these tests."""


def swept(ledger: Ledger, account: Account) -> Swept:
    """Sweep through the veto, as the last use of the ledger."""
    owner = Ownership(ledger)
    with closing(ledger):
        return sweep(ledger, lambda request: owner(request, account), no_wait)


def test_a_sweep_deletes_newest_first(ledger: Ledger) -> None:
    """What was made last goes first, and a second sweep has nothing to do."""
    ids = [OURS, NEVER_SEEN]
    for number, refund_id in enumerate(ids, 1):
        ledger.intend(f"c-0123456{number:05x}", BODY)
        ledger.made(number, refund_id)
    account = Account(
        *({**BODY, ID: key, "check_number": f"c-0123456{n:05x}"} for n, key in enumerate(ids, 1))
    )
    assert (swept(ledger, account).deleted, account.deleted) == (2, ids[::-1])
    assert (swept(ledger, account).deleted, account.deleted) == (0, ids[::-1])


def test_a_crashed_create_is_found_by_its_mark(ledger: Ledger) -> None:
    """The one refund with mark and amount goes, others with the same amount or payer stay."""
    theirs = [
        {**BODY, ID: FOREIGN, "check_number": "1"},
        {**BODY, ID: NEVER_SEEN, "amount_cents": 6},
    ]
    account = Account({**BODY, ID: OURS}, *theirs)
    result = swept(crashed(ledger), account)
    assert (result.deleted, result.found, result.clean) == (1, 1, True)
    assert list(account.rows) == [FOREIGN, NEVER_SEEN]


def test_a_mark_in_the_note_is_found_among_the_payers_refunds(ledger: Ledger) -> None:
    """The payer's list is walked, and only the same note counts."""
    body = {**BODY, "check_number": "1", "refund_note": "n 0123456789ab"}
    shown = {**body, "non_insurance_payer": {"non_insurance_payer_id": FOREIGN}}
    account = Account({**shown, ID: OURS}, {**shown, ID: FOREIGN, "refund_note": "n 0123456789ac"})
    result = swept(crashed(ledger, json_request("POST", REFUNDS, body)), account)
    assert (result.found, list(account.rows)) == (1, [FOREIGN])


def test_a_crash_before_the_post_leaves_nothing_to_do(ledger: Ledger) -> None:
    """An intent that no refund stands for is settled."""
    book = crashed(ledger)
    result = swept(book, Account())
    assert (result.deleted, result.clean, dict(book.pending)) == (0, True, {})


def test_what_cannot_be_deleted_is_told(ledger: Ledger) -> None:
    """The id and the answer are named, and the ledger keeps it."""
    ledger.intend("c-0123456789ab", BODY)
    ledger.made(1, OURS)
    owner = Ownership(ledger)
    result = sweep(ledger, lambda r: owner(r, Server(lambda _: (500, None))), no_wait)
    assert (result.clean, list(ledger.owned)) == (False, [OURS])
    assert OURS in result.sentences()[0]
    assert "500" in result.sentences()[0]


@pytest.mark.parametrize("keep", [True, False])
def test_a_ledger_is_deleted_only_when_nothing_is_left(keep: bool, ledger: Ledger) -> None:
    """One with a refund or a marked intent stays, an empty one goes unless it is to be kept."""
    assert ledger.path is not None
    ledger.intend("c-0123456789ab", BODY)
    ledger.retire(keep=False)
    assert ledger.path.exists()
    ledger.note("refused", n=1, status=422)
    ledger.retire(keep=keep)
    assert ledger.path.exists() == keep


def test_a_ledger_is_never_overwritten(ledger: Ledger) -> None:
    """Beginning where one stands is refused, and so is loading what is none."""
    assert ledger.path is not None
    with pytest.raises(LedgerError, match="sweep"):
        Ledger.begin(ledger.path, {})
    other = ledger.path.with_name("other.jsonl")
    other.write_text("no ledger\n")
    with pytest.raises(LedgerError, match="line 1"):
        Ledger.load(other)
    with pytest.raises(LedgerError, match="cannot be read"):
        Ledger.load(other.with_name("missing.jsonl"))
