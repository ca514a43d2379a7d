"""Tokens, secrets and others' rows are in nothing that is kept or printed."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from contracts.kernel.diagnosis import departure_of
from contracts.kernel.exchange import Exchange
from contracts.kernel.law import Breach
from contracts.kernel.redaction import Redaction, SeenRows
from contracts.model import ID, REFUNDS, State, predict
from contracts.model.organization import Organization
from contracts.safety.ledger import Ledger
from contracts.targets.credentials import TOKEN_PATH, Credentials, token_request
from contracts.targets.target import Reply, Request, json_request
from tests.contracts.safety.answers import reply

TOKEN, SECRET = "eyJ.token.text", "correct-horse"
OURS, FOREIGN = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
THEIRS = {ID: FOREIGN, "refund_note": "for Mrs. Somebody", "check_number": "98765"}
MINE = {ID: OURS, "refund_note": "ours"}


def exchange(request: Request, status: int, body: Any) -> Exchange:
    """An exchange in a world without anything."""
    state = State(Organization(), bearer=TOKEN)
    answer = reply(status, body)
    return Exchange.of(request, answer, predict(request, state), state)


def test_a_token_call_keeps_neither_secret_nor_token() -> None:
    """Both its body and its answer are blanked, and the token is nowhere in what is kept."""
    request = token_request(Credentials("me", SECRET))
    kept = Redaction([TOKEN, SECRET]).exchange(exchange(request, 200, {"access_token": TOKEN}))
    assert SECRET not in repr(kept)
    assert TOKEN not in repr(kept)
    assert kept.request.path == TOKEN_PATH
    assert "me" in repr(kept.request.body)


def test_a_form_keeps_no_secret() -> None:
    """Also one that the suite does not know as a secret."""
    body = b"client_id=me&client_secret=another-one&x=1"
    kept = Redaction([]).exchange(exchange(Request("POST", TOKEN_PATH, body=body), 200, {}))
    assert kept.request.body == b"client_id=me&client_secret=[redacted]&x=1"


def test_a_token_in_a_header_becomes_a_variable() -> None:
    """The curl of a request on auth can still be read."""
    headers = (("authorization", f"bearer {TOKEN}"),)
    kept = Redaction([TOKEN]).exchange(exchange(Request("GET", REFUNDS, headers=headers), 200, {}))
    assert kept.request.headers == (("authorization", "bearer $TOKEN"),)


def test_others_rows_are_blanked_and_ours_stay() -> None:
    """A page keeps its length, our row whole, and nothing of theirs."""
    page = exchange(Request("GET", REFUNDS), 200, {"items": [THEIRS, MINE]})
    kept = Redaction([], {OURS}).exchange(page)
    assert kept.answer == {"items": [{ID: "[not ours]"}, MINE]}
    for value in THEIRS.values():
        assert value.encode() not in kept.reply.body


def test_a_breach_shows_nothing_of_theirs() -> None:
    """Neither a quoted page, cut anywhere, nor a value of it in a text remains."""
    page = exchange(Request("GET", REFUNDS), 200, {"items": [THEIRS, MINE]})
    redaction = Redaction([TOKEN], {OURS})
    for received in (page.summary(), page.summary()[-60:], f"rows {THEIRS} {TOKEN}"):
        shown = str(redaction.breach(Breach(f"not {THEIRS['refund_note']}", received, (page,))))
        for value in (*THEIRS.values(), TOKEN):
            assert value not in shown, shown


def test_where_all_is_ours_nothing_is_hidden() -> None:
    """A world that is thrown away is shown as it was."""
    page = exchange(Request("GET", REFUNDS), 200, {"items": [THEIRS]})
    assert Redaction([TOKEN]).exchange(page).reply.body == page.reply.body


LONG = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjb250cmFjdHMiLCJuIjo0Mn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"


@pytest.mark.parametrize(
    "form",
    [
        LONG,
        LONG[:-1],
        LONG[40:],
        quote("a+b/c=" + LONG, safe=""),
        b64encode(f"user:{LONG}".encode()).decode(),
        b64encode(f"user_{LONG}".encode()).decode(),
        b64encode(f"a user:{LONG}!".encode()).decode(),
        json.dumps({"echo": LONG}),
    ],
)
def test_a_token_is_found_in_every_form(form: str) -> None:
    """Whole, cut at either end, percent-encoded, in base64 and in JSON; in texts and in bodies."""
    redaction = Redaction([LONG, "a+b/c=" + LONG])
    page = Reply(500, (("content-type", "text/html"), ("x-echo", form)), f"<p>{form}".encode())
    shown = redaction.text(f"it said {form}") + repr(redaction.reply(page))
    secret = LONG.split(".", 1)[1]
    pieces = {secret[at : at + 24] for at in range(len(secret) - 23)}
    encoded = b64encode(secret.encode()).decode()
    pieces |= {encoded[at : at + 24] for at in range(4, len(encoded) - 27)}
    assert [piece for piece in pieces if piece in shown] == []


@pytest.mark.parametrize("refund_id", [None, 5, "", "absent"])
def test_a_row_without_an_id_is_not_ours(refund_id: Any) -> None:
    """Whatever stands in the place of its id, nothing of it is shown."""
    row = {"amount_cents": 5, "non_insurance_payer": {"name": "Somebody"}, "allocations": []}
    if refund_id != "absent":
        row[ID] = refund_id
    page = exchange(Request("GET", REFUNDS), 200, {"items": [row]})
    kept = Redaction([], {OURS}).exchange(page)
    assert kept.answer == {"items": [{ID: "[not ours]"}]}


def test_an_address_shows_no_foreign_id() -> None:
    """A request for another's refund keeps its form."""
    page = exchange(Request("GET", f"{REFUNDS}/{FOREIGN}"), 200, THEIRS)
    assert Redaction([], {OURS}).exchange(page).request.path == f"{REFUNDS}/[not ours]"


def test_names_of_members_queries_and_headers_are_shown_without_secrets() -> None:
    """A server may put a token where nobody looks for one."""
    redaction = Redaction([LONG])
    answer = reply(422, {LONG: {f"x {LONG}": 1}}, headers=((LONG, LONG),))
    request = Request("GET", REFUNDS, (("page_token", LONG), (LONG, "1")), body=LONG.encode())
    state = State(Organization())
    kept = redaction.exchange(Exchange.of(request, answer, predict(request, state), state))
    assert LONG not in repr((kept.request, kept.reply))


def test_a_token_that_comes_later_is_known() -> None:
    """A run that renews its token hides the new one too."""
    tokens = ["first-token-of-the-run"]
    redaction = Redaction([], None, tokens)
    assert redaction.text("second-token-of-the-run") == "second-token-of-the-run"
    tokens.append("second-token-of-the-run")
    assert redaction.text("it is second-token-of-the-run.") == "it is [redacted]."


def test_values_of_others_are_known_from_every_answer_before() -> None:
    """In each form, and a short one only where it stands alone; our own rows are shown."""
    seen, note = SeenRows(), "for Mrs. Somebody, who has paid twice in May"
    rows = [
        {**THEIRS, "refund_note": note},
        {ID: OURS, "refund_note": "a note of our own, as sent"},
    ]
    seen(Request("GET", REFUNDS), lambda _: reply(200, {"items": rows}))
    redaction = Redaction([], {OURS}, (), seen)
    for form in (note, quote(note), b64encode(f"u:{note}".encode()).decode(), note[:-1]):
        assert "Somebody" not in redaction.text(form)
        assert form[8:32] not in redaction.text(form)
    assert redaction.text("1987654, 98765-a and 98765") == "1987654, 98765-a and [not ours]"
    assert redaction.text("a note of our own, as sent") == "a note of our own, as sent"


def test_a_departure_shows_no_value_of_others() -> None:
    """Where a create is answered with another's refund, the place is shown and no amount of it."""
    target = {"type": "unattributed"}
    body = {
        "non_insurance_payer_id": OURS,
        "amount_cents": 100,
        "allocations": [{"amount_cents": 100, "target": target}],
    }
    theirs = {**THEIRS, **body, "non_insurance_payer": {}, "amount_cents": 98_765}
    state = State(Organization(payers={OURS: {}}), bearer=TOKEN)
    request = json_request("POST", REFUNDS, body)
    answer = reply(200, theirs)
    seen = Exchange.of(request, answer, predict(request, state), state)
    breach = Breach("100", "98765", (seen,))
    breach.departure = departure_of(breach)
    assert breach.departure.received == 98_765
    shown = Redaction([], ours={OURS}).breach(breach).departure
    assert shown is not None
    assert (shown.at, shown.received) == ("/amount_cents", "[not ours]")
    assert "98" not in repr((shown.change, shown.expected))


def test_a_mark_of_ours_is_shown_though_a_foreign_row_holds_it() -> None:
    """So is an id that was taken for ours; the rest of the row stays hidden."""
    ledger = Ledger({"nonce": "0123456"})
    mark = "c-012345600001"
    row = {**THEIRS, "check_number": mark}
    ledger.intend(mark, row)
    ledger.made(1, FOREIGN)
    ledger.note("foreign", id=FOREIGN)
    seen = SeenRows()
    seen(Request("GET", REFUNDS), lambda _: reply(200, {"items": [row]}))
    redaction = Redaction([], ledger.ever, (), seen, ledger.names)
    text = f"{mark} {FOREIGN} for Mrs. Somebody"
    assert redaction.text(text) == f"{mark} {FOREIGN} [not ours]"
    shown = redaction.reply(reply(200, row))
    assert (shown.json(), redaction.text(text)) == (
        {ID: "[not ours]"},
        f"{mark} {FOREIGN} [not ours]",
    )
