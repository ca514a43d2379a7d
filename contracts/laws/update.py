"""What an update changes and what it leaves alone."""

from contracts.generate.values import PLAIN_TEXTS, REASONS, SIZED_TEXTS, TIMESTAMPS
from contracts.kernel.expect import (
    Json,
    by_rule,
    equal,
    matches,
    not_found,
    refused,
    succeeded,
    value,
    whole,
)
from contracts.kernel.session import Session
from contracts.laws.define import documented, implied, scoped
from contracts.model import ID
from contracts.model.match import ABSENT, Moment

PAGE = documented("update page: set, remove, or left out")
NOTE, REASON, INVOICE, STAMP = "refund_note", "refund_reason", "invoice_id", "refund_timestamp"


def put(value: object) -> Json:
    """The change that sets a field."""
    return {"type": "set", "value": value}


REMOVE: Json = {"type": "remove"}


def _full(session: Session) -> Json:
    return session.new_refund(
        refund_timestamp="2024-03-01T12:00:00Z",
        refund_note="before",
        refund_reason="TRANSFER",
        invoice_id=next(iter(sorted(session.organization.invoices)), None),
    )


def _changes_only(session: Session, name: str, change: Json) -> None:
    before = _full(session)
    after = succeeded(session.update(before[ID], {name: change}))
    due = {**before, name: change.get("value")}
    if change == REMOVE:
        del due[name]
    equal(after, due)
    equal(succeeded(session.get(before[ID])), after)


@scoped("Setting the note changes the note alone.", PAGE, cost=3)
def update_sets_note(session: Session) -> None:
    """Set another note."""
    _changes_only(session, NOTE, put(PLAIN_TEXTS[5]))


@scoped("Setting the reason changes the reason alone.", PAGE, cost=3)
def update_sets_reason(session: Session) -> None:
    """Set another reason."""
    _changes_only(session, REASON, put(REASONS[0]))


@scoped("Setting the invoice changes the invoice alone.", PAGE, cost=3)
def update_sets_invoice(session: Session) -> None:
    """Set another invoice."""
    _changes_only(session, INVOICE, put(session.invoice(1)))


@scoped("A timestamp is replaced by the one sent.", PAGE, cost=2)
def update_sets_timestamp(session: Session) -> None:
    """Send another timestamp, in another offset and with a fraction."""
    before = _full(session)
    after = succeeded(session.update(before[ID], {STAMP: TIMESTAMPS[1]}))
    matches(after, {**before, STAMP: Moment(TIMESTAMPS[1])})


@scoped("Removing the note removes the note alone.", PAGE, cost=3)
def update_removes_note(session: Session) -> None:
    """Remove the note."""
    _changes_only(session, NOTE, REMOVE)


@scoped("Removing the reason removes the reason alone.", PAGE, cost=3)
def update_removes_reason(session: Session) -> None:
    """Remove the reason."""
    _changes_only(session, REASON, REMOVE)


@scoped("Removing the invoice removes the invoice alone.", PAGE, cost=3)
def update_removes_invoice(session: Session) -> None:
    """Remove the invoice."""
    session.invoice()
    _changes_only(session, INVOICE, REMOVE)


@scoped("Removing what is not there changes nothing.", PAGE, cost=3)
def update_removes_twice(session: Session) -> None:
    """Remove note, reason and invoice, and again."""
    refund_id = _full(session)[ID]
    gone = {NOTE: REMOVE, REASON: REMOVE, INVOICE: REMOVE}
    first = whole(succeeded(session.update(refund_id, gone)))
    equal(succeeded(session.update(refund_id, gone)), first)
    equal([name for name in gone if name in first], [])


@scoped("Fields that were absent can be set.", PAGE, cost=2)
def update_adds_what_was_absent(session: Session) -> None:
    """Set note, reason and timestamp on a refund that has none of them."""
    before = session.new_refund()
    sent = {NOTE: put("new"), REASON: put(REASONS[1]), STAMP: TIMESTAMPS[0]}
    after = succeeded(session.update(before[ID], sent))
    equal(after, {**before, NOTE: "new", REASON: REASONS[1], STAMP: TIMESTAMPS[0]})


@scoped(
    "An empty object and no body at all change nothing and answer the record.",
    implied(
        "the Python SDK sends no body where there is nothing to change, the others an empty object"
    ),
    cost=3,
)
def update_of_nothing_is_identity(session: Session) -> None:
    """Send both kinds of nothing."""
    made = session.shared_refund()
    equal(succeeded(session.update(made[ID])), made)
    equal(succeeded(session.update(made[ID], {})), made)


@scoped("Changes of different fields commute.", implied(PAGE.text), cost=6)
def update_commutes(session: Session) -> None:
    """Change note and reason in both orders."""
    note, reason = {NOTE: put("later")}, {REASON: REMOVE}
    shown = []
    for first, second in ((note, reason), (reason, note)):
        refund_id = _full(session)[ID]
        succeeded(session.update(refund_id, first))
        after = succeeded(session.update(refund_id, second))
        shown.append({NOTE: value(after, NOTE), REASON: value(after, REASON)})
    equal(shown, [{NOTE: "later", REASON: ABSENT}] * 2, "in both orders")


@scoped(
    "What an update does not name as changeable stays as it is.",
    documented("update page: Request has no such fields"),
    cost=3,
    rule="unknown-field",
)
def update_cannot_change_the_rest(session: Session) -> None:
    """Send an amount and a check number."""
    before = _full(session)
    exchange = session.update(before[ID], {"amount_cents": 1, "check_number": "changed"})
    by_rule(exchange, "unknown-field")
    equal(succeeded(session.get(before[ID])), before)


@scoped("An update touches no other refund.", implied(PAGE.text), cost=4)
def update_touches_no_other(session: Session) -> None:
    """Change one of two refunds that are equal."""
    first, second = _full(session), _full(session)
    succeeded(session.update(first[ID], {NOTE: put("mine alone")}))
    equal(succeeded(session.get(second[ID])), second)


@scoped("A note that is set comes back byte for byte.", PAGE, cost=7)
def update_echoes_note(session: Session) -> None:
    """Set notes that a careless server would trim, cut or fold; the longest only in our world."""
    refund_id = _full(session)[ID]
    longest = () if session.foreign_allowed else SIZED_TEXTS[-1:]
    for text in ("", *PLAIN_TEXTS[-4:], *longest):
        matches(succeeded(session.update(refund_id, {NOTE: put(text)})), {NOTE: text})


@scoped(
    "A change has a known type, and set has a value of the field's type.",
    documented("update page: Request"),
    cost=8,
)
def update_refuses_malformed(session: Session) -> None:
    """Send changes that are almost right."""
    refund_id = session.shared_refund()[ID]
    for changes in (
        {NOTE: "text"},
        {NOTE: {"type": "set"}},
        {NOTE: {"type": "set", "value": None}},
        {NOTE: {"type": "clear"}},
        {NOTE: {"value": "x"}},
        {REASON: put("OTHER")},
        {STAMP: "yesterday"},
    ):
        refused(session.update(refund_id, changes))


@scoped(
    "Updating what does not exist is answered by 404 with the id.",
    documented("update page: Errors, Entity Not Found Error"),
    rule="refund-exists",
)
def update_unknown_is_404(session: Session) -> None:
    """Update a refund that never was."""
    unknown = session.unknown_id()
    not_found(session.update(unknown, {NOTE: put("x")}), unknown)


@scoped(
    "Setting an invoice that does not exist is answered by 404, and changes nothing.",
    implied("update page: Entity Not Found Error; the invoice is an entity"),
    cost=3,
    rule="invoice-exists",
)
def update_unknown_invoice_is_404(session: Session) -> None:
    """Set a random invoice."""
    made, unknown = session.shared_refund(), session.unknown_id()
    not_found(session.update(made[ID], {INVOICE: put(unknown), NOTE: put("x")}), unknown)
    equal(succeeded(session.get(made[ID])), made)


LAWS = (
    update_unknown_is_404,
    update_of_nothing_is_identity,
    update_unknown_invoice_is_404,
    update_sets_timestamp,
    update_adds_what_was_absent,
    update_sets_note,
    update_sets_reason,
    update_sets_invoice,
    update_removes_note,
    update_removes_reason,
    update_removes_invoice,
    update_removes_twice,
    update_cannot_change_the_rest,
    update_touches_no_other,
    update_echoes_note,
    update_commutes,
    update_refuses_malformed,
)
