"""What a create refuses: wrong shapes, ids that lead nowhere, and the rules of a refund."""

from contracts.generate.values import (
    BAD_REASONS,
    BAD_TIMESTAMPS,
    BAD_UUIDS,
    NOT_INTEGERS,
    WRAPPING_AMOUNTS,
)
from contracts.kernel.expect import by_rule, not_found, refused, succeeded
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, implied, scoped

SHAPE = documented("create page: Request, types and required fields; 422")
REQUIRED = ("non_insurance_payer_id", "amount_cents", "allocations")


@scoped("Each required field must be there.", SHAPE, cost=3)
def create_requires_fields(session: Session) -> None:
    """Leave out one required field at a time."""
    for name in REQUIRED:
        body = session.body()
        del body[name]
        refused(session.create(body))


@scoped("An amount is an integer.", SHAPE, cost=len(NOT_INTEGERS))
def create_refuses_non_integer(session: Session) -> None:
    """Send texts, fractions and booleans as the amount."""
    for value in NOT_INTEGERS:
        refused(session.create({**session.body(), "amount_cents": value}))


@scoped("Texts are texts and lists are lists.", SHAPE, cost=5)
def create_refuses_wrong_types(session: Session) -> None:
    """Send a value of another type for each of five fields."""
    wrong = {
        "refund_note": 5,
        "check_number": 1,
        "allocations": {},
        "non_insurance_payer_id": 7,
        "refund_timestamp": 1_700_000_000,
    }
    for name, value in wrong.items():
        # The note marks the create where its check number is what is wrong.
        refused(session.create({**session.body(refund_note=session.unique()), name: value}))


@scoped("A reason is one of three.", SHAPE, cost=len(BAD_REASONS))
def create_refuses_unknown_reason(session: Session) -> None:
    """Send reasons that are not in the list."""
    for value in BAD_REASONS:
        refused(session.create(session.body(refund_reason=value)))


@scoped("An id is a uuid.", SHAPE, cost=len(BAD_UUIDS))
def create_refuses_malformed_uuid(session: Session) -> None:
    """Send texts that are almost uuids."""
    for value in BAD_UUIDS:
        refused(session.create({**session.body(), "non_insurance_payer_id": value}))


@scoped("A timestamp is a date-time of RFC 3339.", SHAPE, cost=len(BAD_TIMESTAMPS))
def create_refuses_malformed_timestamp(session: Session) -> None:
    """Send days that do not exist and forms that are no date-times."""
    for value in BAD_TIMESTAMPS:
        refused(session.create(session.body(refund_timestamp=value)))


@scoped(
    "A payer that does not exist is answered by 404 with its id.",
    documented("create page: Errors, Entity Not Found Error"),
    rule="payer-exists",
)
def create_unknown_payer_is_404(session: Session) -> None:
    """Send a random payer id."""
    unknown = session.unknown_id()
    not_found(session.create(session.body(non_insurance_payer_id=unknown)), unknown)


@scoped(
    "An invoice that does not exist is answered by 404 with its id.",
    implied("create page: Entity Not Found Error; the invoice is an entity"),
    rule="invoice-exists",
)
def create_unknown_invoice_is_404(session: Session) -> None:
    """Send a random invoice id."""
    unknown = session.unknown_id()
    not_found(session.create(session.body(invoice_id=unknown)), unknown)


@scoped(
    "Shape is checked before existence, and the payer before the invoice.",
    assumed("a server cannot look for what it cannot read"),
    cost=2,
)
def create_checks_in_order(session: Session) -> None:
    """Send bodies that are wrong in two ways."""
    payer, invoice = session.unknown_id(), session.unknown_id()
    body = session.body(non_insurance_payer_id=payer, invoice_id=invoice)
    refused(session.create({**body, "refund_reason": "NONE"}), 422)
    not_found(session.create(body), payer)


@scoped(
    "An amount of zero or less is answered as the rule says.",
    assumed("a refund of nothing, or a negative one, is no refund"),
    cost=2,
    rule="amount-positive",
)
def amount_is_positive(session: Session) -> None:
    """Send zero and minus one."""
    for amount in (0, -1):
        by_rule(session.create(session.body(amount_cents=amount)), "amount-positive")


@scoped(
    "An amount beyond a signed 32-bit integer is answered as the rule says.",
    implied("the .NET SDK carries amounts as 32-bit integers"),
    cost=len(WRAPPING_AMOUNTS),
    rule="amount-int32",
)
def amount_fits_int32(session: Session) -> None:
    """Send the first amount that does not fit, and two that would wrap, where they are refused."""
    session.need([1] if session.enforced("amount-int32") else [], "the rule in force")
    for amount in WRAPPING_AMOUNTS:
        by_rule(session.create(session.body(amount_cents=amount)), "amount-int32")


@scoped(
    "A refund for a disabled payer is answered as the rule says.",
    assumed("the reference has the flag and does not say what it does"),
    rule="payer-enabled",
)
def payer_is_enabled(session: Session) -> None:
    """Create for a disabled payer."""
    payer = session.need(session.organization.disabled_payers(), "a disabled payer")
    body = session.body(amount_cents=1, non_insurance_payer_id=payer)
    by_rule(session.create(body), "payer-enabled")


@scoped(
    "A timestamp without an offset is answered as the rule says.",
    assumed("date-times are RFC 3339, but the .NET and Ruby SDKs can send one without an offset"),
    rule="timestamp-offset",
)
def timestamp_has_offset(session: Session) -> None:
    """Send a local time."""
    body = session.body(refund_timestamp="2024-01-15T09:30:00")
    by_rule(session.create(body), "timestamp-offset")


@scoped(
    "A field that the schema does not have is answered as the rule says.",
    assumed("the vendor's schemas admit additional properties"),
    cost=2,
    rule="unknown-field",
)
def field_is_known(session: Session) -> None:
    """Send a field of our own, at the top and inside an allocation."""
    by_rule(session.create(session.body(refund_color="blue")), "unknown-field")
    body = session.body()
    body["allocations"][0]["refund_color"] = "blue"
    by_rule(session.create(body), "unknown-field")


@scoped(
    "A refund larger than what the payer has paid is answered as the rule says.",
    assumed("nothing says that the vendor looks at payments"),
    cost=2,
    rule="refund-within-payments",
)
def refund_is_within_payments(session: Session) -> None:
    """Refund one cent more than was paid, where the world file says what was, then what is left.

    The second is not known on an account where others refund too.
    """
    paid = session.organization.paid_cents
    payers = [
        key for key in session.organization.enabled_payers() if paid.get(key, 2**31) < 2**31 - 1
    ]
    payer = session.need(payers, "an enabled payer whose payments are known")
    body = session.body(amount_cents=paid[payer] + 1, non_insurance_payer_id=payer)
    by_rule(session.create(body), "refund-within-payments")
    known = session.state.refunds.values()
    left = paid[payer] - sum(refund.amount for refund in known if refund.payer == payer)
    if left > 0 and not session.foreign_allowed:
        body = session.body(amount_cents=left, non_insurance_payer_id=payer)
        succeeded(session.create(body))


LAWS = (
    create_unknown_payer_is_404,
    create_unknown_invoice_is_404,
    create_requires_fields,
    create_checks_in_order,
    amount_is_positive,
    amount_fits_int32,
    payer_is_enabled,
    timestamp_has_offset,
    field_is_known,
    refund_is_within_payments,
    create_refuses_non_integer,
    create_refuses_wrong_types,
    create_refuses_unknown_reason,
    create_refuses_malformed_uuid,
    create_refuses_malformed_timestamp,
)
