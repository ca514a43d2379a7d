"""That the same thing said otherwise is the same: key order, blanks, escapes, offsets, case."""

import json

from contracts.kernel.expect import Json, equal, matches, parts, succeeded, text, whole
from contracts.kernel.session import Session
from contracts.laws.define import implied, scoped
from contracts.laws.scenes import created
from contracts.model import ID, REFUNDS
from contracts.model.match import ANY_INSTANT, ANY_UUID, Perhaps
from contracts.targets.target import Request, encode

SAME_JSON = implied("RFC 8259: both texts are the same JSON value")
SAME_URL = implied("RFC 3986: both queries are the same")


def _same(session: Session, body: Json, written: bytes) -> None:
    one = whole(succeeded(session.create(body)))
    own = {"allocation_id": Perhaps(ANY_UUID), "allocated_on": Perhaps(ANY_INSTANT)}
    allocations = [
        {**whole(one, "allocations", at), **own} for at in range(len(parts(one, "allocations")))
    ]
    due = {**one, ID: ANY_UUID, "allocations": allocations}
    matches(succeeded(session.create(written)), due)


@scoped("The order of keys does not matter.", SAME_JSON, cost=2)
def key_order_is_free(session: Session) -> None:
    """Send a body and the same backwards."""
    body = session.body(refund_note="n", refund_reason="TRANSFER")
    body["allocations"] = [dict(reversed(part.items())) for part in body["allocations"]]
    _same(session, body, encode(dict(reversed(body.items()))))


@scoped("White space between tokens does not matter.", SAME_JSON, cost=2)
def white_space_is_free(session: Session) -> None:
    """Send a body and the same spread over lines."""
    body = session.body(refund_note="two words")
    spread = json.dumps(body, indent="\t", separators=(" ,\r\n", " :\n"))
    _same(session, body, b"\n " + spread.encode() + b" \n")


@scoped("An escaped character is the character.", SAME_JSON, cost=2)
def escapes_are_free(session: Session) -> None:
    """Send a text in UTF-8 and in escapes, with a surrogate pair."""
    body = session.body(refund_note="\u00e9/\U0001f4b8")
    _same(session, body, json.dumps(body).replace("/", "\\/").encode())


@scoped(
    "100, 100.0 and 1E2 are one integer.",
    implied("JSON Schema: an integer is a number without a fractional part"),
    cost=4,
)
def integers_may_be_written_otherwise(session: Session) -> None:
    """Send the amount in three ways."""
    body = session.body()
    text = encode(body)
    for written in (b"100.0", b"1E2"):
        _same(session, body, text.replace(b'"amount_cents":100', b'"amount_cents":' + written))


@scoped(
    "One instant in two offsets is one timestamp.",
    implied("RFC 3339: both name the same instant"),
    cost=2,
)
def offsets_are_free(session: Session) -> None:
    """Send noon in UTC, and in another zone."""
    stamps = [
        text(created(session, refund_timestamp=stamp), "refund_timestamp")
        for stamp in ("2024-06-01T12:00:00Z", "2024-06-01T17:30:00+05:30")
    ]
    equal(stamps[1], stamps[0], "/refund_timestamp")


@scoped(
    "An id in capitals means the same thing.",
    implied("RFC 9562: uuids are read in either case"),
    cost=2,
)
def uuid_case_is_free(session: Session) -> None:
    """Send the payer and the invoice in capitals."""
    body = session.body(invoice_id=session.invoice())
    loud = {**body, "invoice_id": body["invoice_id"].upper()}
    loud["non_insurance_payer_id"] = body["non_insurance_payer_id"].upper()
    _same(session, body, encode(loud))


@scoped("A percent-encoded query means the same.", SAME_URL, cost=4)
def query_may_be_encoded(session: Session) -> None:
    """List by a check number with a blank, an ampersand and a plus, in three writings."""
    made = session.new_refund(check_number=f"{session.unique()} &+")
    number = text(made, "check_number")
    plain = "".join(f"%{byte:02X}" for byte in number.encode())
    small = number.replace("+", "%2b").replace("&", "%26").replace(" ", "+")
    for written in (plain, small, small.replace("-", "%2D")):
        equal(session.get_multi(f"check_number={written}").items, [made])


@scoped("The order of query parameters does not matter.", SAME_URL, cost=3)
def query_order_is_free(session: Session) -> None:
    """List with the same parameters forwards and backwards."""
    number = text(session.shared_refund(), "check_number")
    pairs = (("check_number", number), ("limit", "5"), ("sort", "amount_cents"))
    forwards, backwards = session.get_multi(pairs), session.get_multi(pairs[::-1])
    equal(succeeded(backwards), succeeded(forwards))


@scoped("A percent-encoded id in the path is the id.", SAME_URL, cost=2)
def path_may_be_encoded(session: Session) -> None:
    """Get a refund with its hyphens encoded."""
    made = session.shared_refund()
    path = f"{REFUNDS}/{made[ID].replace('-', '%2D')}"
    equal(succeeded(session.send(Request("GET", path))), made)


@scoped(
    "A default that is sent means the same as no value.",
    implied("list page: defaults of limit, sort and sort_direction"),
    cost=7,
)
def defaults_may_be_said(session: Session) -> None:
    """List with every default left out, and with every default said."""
    number = text(session.shared_refund(), "check_number")
    said = {"limit": 100, "sort": "refund_timestamp", "sort_direction": "desc"}
    silent = session.get_multi({"check_number": number})
    equal(succeeded(session.get_multi({"check_number": number, **said})), succeeded(silent))


LAWS = (
    key_order_is_free,
    white_space_is_free,
    escapes_are_free,
    offsets_are_free,
    uuid_case_is_free,
    path_may_be_encoded,
    integers_may_be_written_otherwise,
    query_order_is_free,
    query_may_be_encoded,
    defaults_may_be_said,
)
