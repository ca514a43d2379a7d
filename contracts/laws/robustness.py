"""That nothing sent makes the server stumble: hostile bodies, queries, paths and headers."""

from contracts.generate.mutations import SPOILED, spoiled
from contracts.generate.values import HOSTILE_BODIES, HOSTILE_IDS
from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import by_rule, equal, holds, refused, succeeded
from contracts.kernel.law import Complaint
from contracts.kernel.session import Session
from contracts.laws.define import assumed, implied, read_only, scoped, watcher
from contracts.laws.scenes import echoed
from contracts.model import ID, REFUNDS
from contracts.targets.target import Request, encode

ONE_OBJECT = implied("create page: expects an object; only 404 and 422 are documented")


@watcher(
    "No request is answered by a server error.", implied("the reference documents no server error")
)
def no_server_error(exchange: Exchange) -> Complaint | None:
    """Watch every status."""
    return Complaint("below 500", exchange.summary()) if exchange.status >= 500 else None


@scoped(
    "A create whose body is not one JSON object in UTF-8 is refused.",
    ONE_OBJECT,
    cost=len(HOSTILE_BODIES) + SPOILED,
    rule="body-json",
)
def body_is_one_object(session: Session) -> None:
    """Send bodies that are broken in every way known, and good ones spoiled in each way."""
    for body in (*HOSTILE_BODIES, *spoiled(encode(session.body()))):
        refused(session.create(body))


@scoped("An update's body is one JSON object.", ONE_OBJECT, cost=7)
def update_body_is_one_object(session: Session) -> None:
    """Send a list, a text, null, broken JSON and bad bytes, then look."""
    made = session.shared_refund()
    for body in (b"[]", b'"x"', b"null", b"{", b'{"refund_note":\xff}'):
        refused(session.update(made[ID], body))
    equal(succeeded(session.get(made[ID])), made)


@scoped(
    "Hostile ids in the path are answered by 404.",
    assumed("get, update and delete document 404 for what they do not find"),
    cost=2 * len(HOSTILE_IDS),
)
def path_may_be_hostile(session: Session) -> None:
    """Update and delete by words, quotes and far too long ids."""
    for text in HOSTILE_IDS:
        refused(session.update(text, {}), 404)
        refused(session.delete(text), 404)


@read_only("Hostile queries are answered, and not by a server error.", ONE_OBJECT, cost=6)
def query_may_be_hostile(session: Session) -> None:
    """Send broken percent signs, bad UTF-8, repeats, and a very long value."""
    for query in (
        "limit=%",
        "check_number=%ff%fe",
        "&&=&",
        "limit=1&limit=2",
        "sort[]=asc",
        "check_number=" + "9" * 4000,
    ):
        exchange = session.get_multi(query)
        holds(exchange.status in (200, 422), "200 or 422", exchange.summary())


@read_only(
    "A parameter that may not repeat comes once.",
    assumed("which of two limits is meant, nobody can say"),
    rule="query-shape",
)
def query_parameter_comes_once(session: Session) -> None:
    """Send two limits."""
    refused(session.get_multi("limit=1&limit=2"))


@scoped(
    "Notes may hold any text: NUL, emoji, right-to-left, 20,000 letters.",
    implied("refund_note is a string without bounds"),
    cost=4,
)
def text_may_be_anything(session: Session) -> None:
    """Send such notes and read them back."""
    for note in ("\x00\x1f", "\U0001f600\u200d\U0001f4bb", "\u202eabc\u05d0", "y" * 20_000):
        echoed(session, refund_note=note)


@scoped(
    "A body that is not sent as application/json is answered as the rule says.",
    assumed("the token call documents 415; the refund calls do not"),
    cost=2,
    rule="content-type",
)
def body_goes_as_json(session: Session) -> None:
    """Send a good body as a text, and without a type."""
    body = encode(session.body())
    for headers in ((("content-type", "text/plain"),), ()):
        by_rule(session.send(Request("POST", REFUNDS, headers=headers, body=body)), "content-type")


LAWS = (
    no_server_error,
    query_parameter_comes_once,
    body_goes_as_json,
    update_body_is_one_object,
    query_may_be_hostile,
    text_may_be_anything,
    body_is_one_object,
    path_may_be_hostile,
)
