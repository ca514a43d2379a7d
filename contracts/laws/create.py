"""What a create promises when it succeeds: every field comes back, and the record is there."""

from contracts.generate.mutations import OPTIONAL
from contracts.generate.values import (
    BOUNDARY_AMOUNTS,
    PLAIN_TEXTS,
    REASONS,
    SIZED_TEXTS,
    TIMESTAMPS,
)
from contracts.kernel.expect import (
    equal,
    holds,
    ids,
    matches,
    parts,
    ready,
    rows_of,
    succeeded,
    text,
    whole,
)
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, implied, scoped
from contracts.laws.scenes import created, echoed
from contracts.model import ID, REFUNDS
from contracts.model.match import ABSENT, Moment
from contracts.targets.target import json_request

_MOST_PAYERS = 8
_AT_ONCE = 4
LONGEST_ELSEWHERE = 1_000
"""The longest text, in letters, that is sent to an account with others' data."""

RETURNS = documented("create page: returns the newly created NonInsurancePayerRefund object")


@scoped("A valid create is answered by 200.", RETURNS)
def create_answers_200(session: Session) -> None:
    """Create the plainest refund."""
    equal(session.create(session.body()).reply.status, 200, "status")


@scoped("What a create answers is what a get answers.", RETURNS, cost=2)
def create_equals_get(session: Session) -> None:
    """Create a refund with every field and get it."""
    made = session.shared_refund()
    equal(succeeded(session.get(made[ID])), made)


@scoped(
    "A created refund is listed exactly once, and as it was answered.",
    implied("create page: it is a record; list page: lists the records"),
    cost=2,
)
def create_is_listed_once(session: Session) -> None:
    """List by the check number of one refund."""
    made = session.shared_refund()
    page = session.get_multi({"check_number": text(made, "check_number")})
    equal(rows_of(page, made[ID]), [made], "rows of that id")


@scoped("Two equal creates make two refunds.", RETURNS, cost=4)
def create_id_is_fresh(session: Session) -> None:
    """Create the same twice and get both."""
    body = session.body()
    first, second = ready(session.create(body)), succeeded(session.create(body))
    holds(text(first, ID) != text(second, ID), "two ids", first[ID])
    for made in (first, second):
        equal(succeeded(session.get(made[ID])), made)


@scoped(
    "Creates that come at once make a refund each.",
    implied("create page: returns the newly created NonInsurancePayerRefund object"),
    cost=_AT_ONCE + 1,
)
def create_may_come_at_once(session: Session) -> None:
    """Send several creates at once and list what they made.

    Which comes first is open, so no two are alike in what lists sort by.
    """
    number = session.unique()
    requests = [
        json_request(
            "POST",
            REFUNDS,
            session.body(
                check_number=number,
                amount_cents=1 + at,
                refund_timestamp=f"2024-06-0{1 + at}T00:00:00Z",
            ),
        )
        for at in range(_AT_ONCE)
    ]
    made = [succeeded(exchange) for exchange in session.send_together(*requests)]
    equal(len({text(answer, ID) for answer in made}), _AT_ONCE, "different ids")
    page = session.get_multi({"check_number": number})
    equal(sorted(ids(page)), sorted(answer[ID] for answer in made), "ids listed")


@scoped("A note comes back byte for byte.", RETURNS, cost=5)
def create_echoes_note(session: Session) -> None:
    """Send an empty note, and notes that a careless server would trim, cut or fold."""
    for note in ("", *PLAIN_TEXTS[-4:]):
        echoed(session, refund_note=note)


@scoped("A check number comes back as sent.", RETURNS, cost=4)
def create_echoes_check_number(session: Session) -> None:
    """Send check numbers that look like numbers, and ones with blanks."""
    tail = session.unique()
    zeros = f"000{session.random.randrange(10**6)}"
    for number in (zeros, f" {tail}", f"{tail} ", tail.upper()):
        made = created(session, check_number=number, refund_note=session.unique())
        matches(made, {"check_number": number})


@scoped(
    "Notes and check numbers of any length come back whole.",
    assumed("the schemas bound no text"),
    cost=len(SIZED_TEXTS),
)
def create_keeps_long_texts(session: Session) -> None:
    """Send texts on either side of usual bounds; those beyond 1,000 letters only in our own world.

    An account may bound them though no page says so, and a long check number fits no address.
    """
    for sized in SIZED_TEXTS:
        if len(sized) > LONGEST_ELSEWHERE and session.foreign_allowed:
            continue
        mark = session.unique()
        number = mark + sized[len(mark) :] if len(sized) <= LONGEST_ELSEWHERE else mark
        echoed(session, refund_note=sized, check_number=number)


@scoped("Each refund reason comes back.", RETURNS, cost=3)
def create_echoes_reason(session: Session) -> None:
    """Send each reason."""
    for reason in REASONS:
        echoed(session, refund_reason=reason)


@scoped("An invoice id comes back.", RETURNS)
def create_echoes_invoice(session: Session) -> None:
    """Send an invoice that exists."""
    echoed(session, invoice_id=session.invoice())


@scoped("Amounts come back, at both ends of their range.", RETURNS, cost=3)
def create_echoes_amount(session: Session) -> None:
    """Send the smallest and the largest amount; the largest where the payer has paid it."""
    paid = session.organization.paid_cents.get(session.payer(), 2**31)
    for amount in (cents for cents in BOUNDARY_AMOUNTS if cents <= paid):
        echoed(session, amount_cents=amount)


@scoped(
    "A timestamp comes back as the same instant, to the last digit.",
    implied("create page: refund_timestamp is a date-time, written in UTC in the example"),
    cost=len(TIMESTAMPS),
)
def create_keeps_instant(session: Session) -> None:
    """Send offsets, fractions and the ends of the calendar."""
    for stamp in TIMESTAMPS:
        matches(created(session, refund_timestamp=stamp), {"refund_timestamp": Moment(stamp)})


def _leaves_absent(session: Session, **others: None) -> None:
    """Send one optional field too, as on a shared account a create is known by a text."""
    for body in (session.body(), session.body(check_number=None, refund_note=session.unique())):
        made = whole(succeeded(session.create({**others, **body})))
        # The timestamp comes last, as that it stays absent is known least.
        matches(made, {name: ABSENT for name in sorted(OPTIONAL) if name not in body})


@scoped(
    "An optional field that was not sent is absent from the answer.",
    implied("create page: optional fields; none of their schemas admits null"),
    cost=2,
)
def create_leaves_absent(session: Session) -> None:
    """Create with a check number alone, then with a note alone."""
    _leaves_absent(session)


@scoped(
    "An explicit null for an optional field means that it was omitted.",
    implied("the Python and Node SDKs send null for a field set to None or undefined"),
    cost=2,
)
def create_reads_null_as_omitted(session: Session) -> None:
    """Send null for every optional field but the check number, then but the note."""
    _leaves_absent(session, **dict.fromkeys(OPTIONAL))


@scoped(
    "The answer holds the whole payer, the one that was named.",
    documented("create page: response, non_insurance_payer"),
    cost=_MOST_PAYERS,
)
def create_expands_payer(session: Session) -> None:
    """Create for each enabled payer, eight at most."""
    for payer in session.organization.enabled_payers()[:_MOST_PAYERS]:
        made = created(session, amount_cents=1, non_insurance_payer_id=payer)
        matches(made, {"non_insurance_payer": session.organization.payers[payer]})


@scoped(
    "The request of the vendor's own page is accepted as it stands.",
    documented("create page: the example request"),
)
def create_accepts_page_example(session: Session) -> None:
    """Send the page's example, where its ids exist and its two parts of one cent may add up so."""
    same = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"
    known = session.organization
    session.need([1] if same in known.payers and same in known.service_lines else [], same)
    loose = ("allocation-sum", "allocation-target-unique")
    session.need([1] if not any(map(session.enforced, loose)) else [], "rules that let it pass")
    part = {"amount_cents": 1, "target": {"type": "service_line_by_id", "value": same}}
    body = {"non_insurance_payer_id": same, "amount_cents": 1, "allocations": [part, part]}
    equal(len(parts(succeeded(session.create(body)), "allocations")), 2, "allocations")


LAWS = (
    create_answers_200,
    create_equals_get,
    create_is_listed_once,
    create_leaves_absent,
    create_reads_null_as_omitted,
    create_echoes_invoice,
    create_expands_payer,
    create_id_is_fresh,
    create_may_come_at_once,
    create_echoes_note,
    create_echoes_check_number,
    create_echoes_reason,
    create_echoes_amount,
    create_keeps_long_texts,
    create_keeps_instant,
    create_accepts_page_example,
)
