"""Tokens, secrets and others' rows are in nothing that is kept or printed."""

from __future__ import annotations

from typing import Any

from contracts.kernel.exchange import Exchange, answer_of
from contracts.kernel.law import Breach
from contracts.kernel.redaction import Redaction
from contracts.model import ID, REFUNDS, State, predict
from contracts.model.organization import Organization
from contracts.targets.credentials import TOKEN_PATH, Credentials, token_request
from contracts.targets.target import Request
from tests.contracts.safety.answers import reply

TOKEN, SECRET = "eyJ.token.text", "correct-horse"
OURS, FOREIGN = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
THEIRS = {ID: FOREIGN, "refund_note": "for Mrs. Somebody", "check_number": "98765"}
MINE = {ID: OURS, "refund_note": "ours"}


def exchange(request: Request, status: int, body: Any) -> Exchange:
    """An exchange in a world without anything."""
    state = State(Organization(), bearer=TOKEN)
    answer = reply(status, body)
    return Exchange(request, answer, predict(request, state), state, answer_of(answer))


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
