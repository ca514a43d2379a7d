"""What a clean-up costs, and what it finds of creates that were refused or had no answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from contracts.errors import BudgetSpent
from contracts.model import ID, REFUNDS
from contracts.safety.ledger import Ledger
from contracts.safety.limits import Budget
from contracts.safety.ownership import Ownership
from contracts.safety.sweep import sweep
from contracts.safety.swept import Swept
from contracts.targets.target import Reply, Request, json_request
from tests.contracts.safety.answers import reply

PAYER = "22222222-2222-4222-8222-222222222222"
PAGE = 10
CREATES = 60
NONCE = "9e3779b"


class Account:
    """A target that lists by payer and check number, and answers each create as it is told.

    Args:
        status: gives the answer to create n, from 1.
        writes: whether a create is written that is not answered 200.
        foreign: how many refunds of the payer are there already.
        reads: the check numbers that a list heeds, of those it is asked for.
    """

    def __init__(
        self,
        status: Callable[[int], int],
        *,
        writes: bool = True,
        foreign: int = 0,
        reads: Callable[[list[str]], list[str]] = list,
    ) -> None:
        self.status, self.writes, self.reads = status, writes, reads
        self.rows = {str(UUID(int=n)): {**body(n), "check_number": "1"} for n in range(foreign)}
        self.theirs = dict(self.rows)
        self.got: list[Request] = []
        self._creates = 0

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        self.got.append(request)
        if request.method == "POST":
            return self._create(request)
        if request.path == REFUNDS:
            return self._list(request)
        key = request.path.rpartition("/")[2].lower()
        row = self.rows.pop(key, None) if request.method == "DELETE" else self.rows.get(key)
        return reply(200, self._shown(key, row)) if row else reply(404)

    def lists(self) -> int:
        """How many lists it was asked for."""
        return sum((request.method, request.path) == ("GET", REFUNDS) for request in self.got)

    def _create(self, request: Request) -> Reply:
        self._creates += 1
        key, row = str(UUID(int=2**96 + self._creates)), json.loads(request.body or b"")
        status = self.status(self._creates)
        if status == 200 or self.writes:
            self.rows[key] = row
        return reply(status, self._shown(key, row) if status == 200 else None)

    def _list(self, request: Request) -> Reply:
        assert not isinstance(request.query, str)
        query = dict(request.query)
        numbers = self.reads([value for name, value in request.query if name == "check_number"])
        at = int(query.get("page_token", "0"))
        rows = [
            self._shown(key, row)
            for key, row in self.rows.items()
            if query.get("non_insurance_payer_id") in {None, row["non_insurance_payer_id"]}
            and (not numbers or row.get("check_number") in numbers)
        ]
        more = {"next_page_token": str(at + PAGE)} if len(rows) > at + PAGE else {}
        return reply(200, {"items": rows[at : at + PAGE], **more})

    @staticmethod
    def _shown(key: str, row: Any) -> dict[str, Any]:
        payer = {"non_insurance_payer_id": row["non_insurance_payer_id"]}
        return {**row, ID: key, "non_insurance_payer": payer}


def body(number: int, *, noted: bool = False) -> dict[str, Any]:
    """A create, marked in its check number or in its note."""
    base = {"non_insurance_payer_id": PAYER, "amount_cents": 5, "allocations": []}
    if noted:
        return {**base, "check_number": "1", "refund_note": f"n {bits(number)}"}
    return {**base, "check_number": f"c-{bits(number)}"}


def bits(number: int) -> str:
    """A mark of the run, different for each number."""
    return f"{NONCE}{number:05x}"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on the disk."""
    about = {"target": "http://127.0.0.1:1", "nonce": NONCE}
    with closing(Ledger.begin(tmp_path / "l.jsonl", about)) as ledger:
        yield ledger


def created(ledger: Ledger, account: Account, creates: int, *, noted: bool = False) -> None:
    """Send creates with marks of their own, and forget what was sent."""
    owner = Ownership(ledger)
    for number in range(1, creates + 1):
        owner(json_request("POST", REFUNDS, body(number, noted=noted)), account)
    account.got.clear()


def swept(ledger: Ledger, account: Callable[[Request], Reply]) -> Swept:
    """Sweep through the veto."""
    owner = Ownership(ledger)
    return sweep(ledger, lambda request: owner(request, account), lambda _: None)


def again(ledger: Ledger) -> Ledger:
    """The ledger as another process finds it after a crash."""
    assert ledger.path is not None
    ledger.close()
    return Ledger.load(ledger.path)


@pytest.mark.parametrize("writes", [True, False])
def test_a_payers_list_is_walked_once_a_pass(writes: bool, ledger: Ledger) -> None:
    """For all creates that ended without an answer, not for each of them."""
    account = Account(lambda _: 500, writes=writes, foreign=PAGE * 20)
    created(ledger, account, 10, noted=True)
    result = swept(ledger, account)
    assert (result.found, account.rows) == (10 * writes, account.theirs)
    assert account.lists() == (21 + 3 if writes else 40 + 3)


def test_check_numbers_are_looked_for_at_once(ledger: Ledger) -> None:
    """Sixty take two lists where all of them were written."""
    account = Account(lambda _: 500)
    created(ledger, account, CREATES)
    result = swept(ledger, account)
    assert (result.deleted, result.found, account.rows) == (CREATES, CREATES, {})
    assert account.lists() == 50 // PAGE + 1 + 2, "fifty on five pages, ten on one, and a last look"


def test_what_a_server_does_not_read_at_once_is_looked_for_singly(ledger: Ledger) -> None:
    """One that heeds only the last check number loses nothing, and the reserve is kept."""
    account = Account(lambda _: 500, reads=lambda numbers: numbers[-1:])
    created(ledger, account, CREATES)
    due = ledger.due
    assert swept(ledger, account).clean
    assert (account.rows, account.lists()) == ({}, CREATES + 2)
    assert len(account.got) <= due


def test_a_server_that_refuses_several_check_numbers_is_asked_singly(ledger: Ledger) -> None:
    """Its 422 does not count as a list without refunds."""
    account = Account(lambda _: 500)

    def strict(request: Request) -> Reply:
        many = str(request.query).count("check_number") > 1
        return reply(422) if many else account(request)

    created(ledger, account, 3)
    owner = Ownership(ledger)
    result = sweep(ledger, lambda request: owner(request, strict), lambda _: None)
    assert (result.found, account.rows) == (3, {})


@pytest.mark.parametrize("crash", [True, False])
def test_a_refused_create_that_wrote_is_deleted(crash: bool, ledger: Ledger) -> None:
    """Every fifth is refused and written all the same: it is found, deleted and told."""
    account = Account(lambda number: 200 if number % 5 else 422, foreign=3)
    created(ledger, account, 20)
    with closing(again(ledger) if crash else ledger) as book:
        result = swept(book, account)
    assert account.rows == account.theirs
    assert (result.deleted, result.found, result.wrote_despite_refusal, result.clean) == (
        20,
        4,
        4,
        True,
    )
    assert result.sentences() == [
        "4 creates, though refused, had written all the same; deleted",
    ]
    deleted = [r.path.rpartition("/")[2] for r in account.got if r.method == "DELETE"][-4:]
    assert deleted == [str(UUID(int=2**96 + number)) for number in (20, 15, 10, 5)]


def test_where_one_refusal_was_a_lie_payers_are_walked(ledger: Ledger) -> None:
    """What is marked in its note is found then, by one walk."""
    account = Account(lambda _: 422, foreign=PAGE)
    created(ledger, account, 3, noted=True)
    Ownership(ledger)(json_request("POST", REFUNDS, body(4)), account)
    result = swept(ledger, account)
    assert (result.wrote_despite_refusal, account.rows, account.lists()) == (
        4,
        account.theirs,
        1 + 2 + 2,
    )


def test_a_row_of_a_refused_create_is_noticed(ledger: Ledger) -> None:
    """Any read that shows its mark makes it ours, at no cost, also for another process."""
    account, owner = Account(lambda _: 422), Ownership(ledger)
    for number in (1, 2):
        owner(json_request("POST", REFUNDS, body(number, noted=True)), account)
    first = str(UUID(int=2**96 + 1))
    owner(Request("GET", f"{REFUNDS}/{first}"), account)
    assert (list(ledger.owned), ledger.wrote_despite_refusal) == ([first], {first: 1})
    with closing(again(ledger)) as book:
        assert (book.wrote_despite_refusal, book.due) == ({first: 1}, 4), (
            "the other may be to delete as well"
        )
        assert swept(book, account).wrote_despite_refusal == 2
    assert account.rows == {}


def test_a_refund_that_was_there_before_is_not_of_a_refused_create(ledger: Ledger) -> None:
    """One that an answer showed before is another's, though it has mark and amount."""
    account, owner = Account(lambda _: 422, writes=False), Ownership(ledger)
    theirs = str(UUID(int=7))
    account.rows[theirs] = body(1)
    owner(Request("GET", REFUNDS), account)
    owner(json_request("POST", REFUNDS, body(1)), account)
    sweep(ledger, lambda request: owner(request, account), lambda _: None)
    assert (list(account.rows), ledger.wrote_despite_refusal) == ([theirs], {})


@pytest.mark.parametrize(("creates", "lists"), [(1, 1), (50, 1), (51, 2), (120, 3)])
@pytest.mark.parametrize("noted", [False, True])
def test_an_honest_refusal_costs_little(
    noted: bool, creates: int, lists: int, ledger: Ledger
) -> None:
    """One list for fifty check numbers, as reserved; nothing for a note; nothing is told."""
    account = Account(lambda _: 422, writes=False, foreign=PAGE)
    created(ledger, account, creates, noted=noted)
    due = ledger.due
    result = swept(ledger, account)
    assert (len(account.got), due) == ((0, 0) if noted else (lists, lists))
    assert (result.deleted, result.clean, result.sentences()) == (0, True, [])


def test_a_create_that_never_left_is_not_looked_for(ledger: Ledger) -> None:
    """The budget that kept it back pays for no search."""
    ledger.intend("c-000000000001", body(1))
    ledger.note("refused", n=1, status=0)
    assert (ledger.due, ledger.refused_intents) == (0, {})


def test_a_lookup_fits_into_an_address(ledger: Ledger) -> None:
    """Fifty check numbers and their names take less than 8,000 bytes; long ones are not doubted."""
    account, owner = Account(lambda _: 422, writes=False), Ownership(ledger)
    for number in range(1, 51):
        for text in ("é" + "-" * 42 + bits(number), bits(number) + "é" * 300):
            owner(json_request("POST", REFUNDS, {**body(1), "check_number": text}), account)
    account.got.clear()
    swept(ledger, account)
    (request,) = account.got
    assert not isinstance(request.query, str)
    assert 3_000 < len(urlencode(request.query)) < 8_000


@pytest.mark.parametrize(("every", "other"), [(5, 422), (2, 500)])
def test_the_budget_is_kept_with_the_clean_up(every: int, other: int, ledger: Ledger) -> None:
    """Creates until it is spent, then the clean-up, take no more than allowed."""
    account = Account(lambda number: 200 if number % every else other, writes=other == 500)
    budget, owner = Budget(200, lambda: ledger.due), Ownership(ledger)

    def send(request: Request) -> Reply:
        return owner(request, lambda inner: budget(inner, account))

    with suppress(BudgetSpent):
        for number in range(1, 200):
            send(json_request("POST", REFUNDS, body(number)))
    assert budget.spent
    budget.closing = True
    assert sweep(ledger, send, lambda _: None).clean
    assert (account.rows, budget.sent) == ({}, len(account.got))
    assert 150 < budget.sent <= 200


@pytest.mark.parametrize("status", [408, 429])
def test_a_quota_may_refuse_after_the_write(status: int, ledger: Ledger) -> None:
    """Its refusal proves nothing, so the create is looked for, also by a mark in its note."""
    account = Account(lambda _: status, foreign=PAGE)
    created(ledger, account, 3, noted=True)
    result = swept(ledger, account)
    assert (account.rows, result.clean) == (account.theirs, True)


def ignoring(account: Account, deletes: int) -> Callable[[Request], Reply]:
    """The account, but so many of its DELETEs are answered 200 and do nothing."""
    left = deletes

    def send(request: Request) -> Reply:
        nonlocal left
        if request.method == "DELETE" and left:
            left -= 1
            return reply(200)
        return account(request)

    return send


@pytest.mark.parametrize("times", [1, 2])
def test_a_delete_is_believed_when_the_refund_is_gone(times: int, ledger: Ledger) -> None:
    """One that is answered 200 and does nothing is noticed, and sent again."""
    account = Account(lambda _: 200)
    created(ledger, account, 5)
    result = swept(ledger, ignoring(account, 5 * times))
    assert (account.rows, result.clean) == ({}, True)


def test_deletes_that_never_work_are_said(ledger: Ledger) -> None:
    """Each refund that a list still shows is named, though its delete was answered 200."""
    account = Account(lambda _: 200)
    created(ledger, account, 5)
    result = swept(ledger, ignoring(account, 1_000))
    assert (len(account.rows), result.clean) == (5, False)
    assert "left behind" in " ".join(result.sentences())


def test_after_a_delete_that_did_nothing_a_list_is_no_proof(ledger: Ledger) -> None:
    """The second DELETE of a refund is believed after a GET: the next lists may hide it."""
    account = Account(lambda _: 200)
    created(ledger, account, 1)
    deletes = 0

    def lying(request: Request) -> Reply:
        nonlocal deletes
        if request.method == "DELETE":
            deletes += 1
            return reply(200) if deletes < 3 else account(request)
        if request.path == REFUNDS and deletes > 1:
            return reply(200, {"items": []})
        return account(request)

    result = swept(ledger, lying)
    assert (account.rows, result.clean) == ({}, True)


def test_a_create_that_was_delivered_twice_is_deleted_twice(ledger: Ledger) -> None:
    """The second refund of one mark is found by it."""
    account = Account(lambda _: 200)

    def doubling(request: Request) -> Reply:
        if request.method == "POST":
            account(request)
        return account(request)

    owner = Ownership(ledger)
    for number in range(1, 4):
        owner(json_request("POST", REFUNDS, body(number)), doubling)
    assert len(account.rows) == 6
    result = sweep(ledger, lambda request: owner(request, account), lambda _: None)
    assert (account.rows, result.clean) == ({}, True)


@pytest.mark.parametrize("noted", [False, True])
def test_a_second_create_of_one_mark_that_never_left_hides_nothing(
    noted: bool, ledger: Ledger
) -> None:
    """The mark is still searched for, as the first create was delivered twice."""
    account = Account(lambda _: 200)
    owner = Ownership(ledger)
    request = json_request("POST", REFUNDS, body(1, noted=noted))

    def doubling(request: Request) -> Reply:
        account(request)
        return account(request)

    def spent(_request: Request) -> Reply:
        raise BudgetSpent("the budget is used up")

    owner(request, doubling)
    with pytest.raises(BudgetSpent):
        owner(request, spent)
    result = sweep(ledger, lambda request: owner(request, account), lambda _: None)
    assert (account.rows, result.clean) == ({}, True)


def test_what_a_refused_create_wrote_is_not_believed_gone_either(ledger: Ledger) -> None:
    """Its first delete is answered 200 and does nothing."""
    account = Account(lambda _: 422)
    created(ledger, account, 3)
    result = swept(ledger, ignoring(account, 3))
    assert (account.rows, result.clean) == ({}, True)


def test_a_ledger_stays_while_a_clean_up_could_not_look(ledger: Ledger) -> None:
    """Where no list can be read, nothing shows that the deletes were true."""
    account = Account(lambda _: 200)
    created(ledger, account, 3)

    def blind(request: Request) -> Reply:
        lists = (request.method, request.path) == ("GET", REFUNDS)
        return reply(500) if lists else account(request)

    result = swept(ledger, blind)
    assert (account.rows, result.clean, result.unread) == ({}, False, 3)
    ledger.retire(keep=False)
    assert ledger.path is not None
    assert ledger.path.exists()
    with closing(again(ledger)) as book:
        assert swept(book, account).clean
        book.retire(keep=False)
    assert not ledger.path.exists()


@pytest.mark.parametrize("doubled", [False, True])
def test_lists_that_hide_what_a_get_shows_are_not_believed(doubled: bool, ledger: Ledger) -> None:
    """They settle no create in doubt, and do not show that no create was delivered twice."""
    account = Account(lambda number: 200 if number == 1 or doubled else 502)
    created(ledger, account, 1 if doubled else 2)
    if doubled:
        account(json_request("POST", REFUNDS, body(1)))

    def hiding(request: Request) -> Reply:
        lists = (request.method, request.path) == ("GET", REFUNDS)
        return reply(200, {"items": []}) if lists else account(request)

    due = ledger.due
    result = swept(ledger, hiding)
    first = str(UUID(int=2**96 + 1))
    assert (result.clean, result.hidden, first in account.rows) == (False, first, False)
    assert result.lost == (() if doubled else (f"c-{bits(2)}",))
    assert f"did not show refund {first}" in " ".join(result.sentences())
    assert len(account.got) <= due
    ledger.retire(keep=False)
    with closing(Ledger.load(ledger.path or Path())) as book:
        assert swept(book, account).clean
    assert account.rows == {}


def test_one_refund_with_another_check_number_is_no_proof(ledger: Ledger) -> None:
    """A list need not show it, as a PATCH changed what it is asked for by."""
    account = Account(lambda _: 200)
    created(ledger, account, 1)
    for row in account.rows.values():
        row.update(check_number="2", refund_note=f"n {bits(1)}")
    assert swept(ledger, account).clean
    assert account.rows == {}


def test_a_list_that_lies_about_ids_deletes_nothing_foreign(ledger: Ledger) -> None:
    """It shows our refunds under the ids of others; a get of those shows no mark of ours."""
    account = Account(lambda _: 500, foreign=PAGE)
    theirs = dict(account.theirs)
    created(ledger, account, 3)
    ids = iter(theirs)

    def lying(request: Request) -> Reply:
        answer = account(request)
        if (request.method, request.path) != ("GET", REFUNDS):
            return answer
        rows = answer.json()["items"]
        return reply(200, {"items": [{**row, ID: next(ids, row[ID])} for row in rows]})

    result = swept(ledger, lying)
    assert {key: account.rows.get(key) for key in theirs} == theirs
    assert not [request for request in account.got if request.method == "DELETE"]
    assert not result.clean
