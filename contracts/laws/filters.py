"""What a list promises of each filter, and of several together."""

from contracts.generate.values import LIST_SIZES, SEPARATORS
from contracts.kernel.expect import Json, equal, ids, refused, succeeded, text
from contracts.kernel.session import Session
from contracts.laws.define import documented, implied, read_only, scoped
from contracts.laws.scenes import filters_scene
from contracts.model import ID

PAYER = "non_insurance_payer_id"
PAGE = documented("list page: query parameters")


@scoped("The filter by check number finds exactly its refunds.", PAGE, cost=7)
def filter_check_number(session: Session) -> None:
    """List each of the scene's two numbers."""
    rows = filters_scene(session)
    for number in _numbers(rows):
        due = [row for row in rows if row["check_number"] == number]
        _finds(session, {"check_number": number}, due)


@scoped(
    "A repeated check number matches any of them.",
    implied("list page: check_number may be repeated"),
    cost=6,
)
def filter_check_number_repeats(session: Session) -> None:
    """List both numbers at once, one of them twice."""
    rows = filters_scene(session)
    numbers = _numbers(rows)
    found = ids(session.get_multi({"check_number": [*numbers, numbers[0]]}))
    equal(sorted(found), sorted(row[ID] for row in rows))


@scoped(
    "The filter by check number compares whole texts: 1 is not 01.",
    implied("check_number is a string"),
    cost=6,
)
def filter_check_number_is_text(session: Session) -> None:
    """List numbers that differ from one refund's by a zero, a blank and a letter, and an empty one.

    That capitals count is an assumption, which `page-as-predicted` judges.
    """
    made = session.new_refund(check_number=session.unique("a"))
    number = text(made, "check_number")
    for other in (f"0{number}", f"{number} ", number[:-1], ""):
        equal([r for r in session.get_multi({"check_number": other}).items if r == made], [])
    session.get_multi({"check_number": number.upper()})


@scoped(
    "The filter by check number looks at each letter of a long one.",
    implied("check_number is a string"),
    cost=4,
)
def filter_check_number_is_whole(session: Session) -> None:
    """List each of two numbers of 256 letters that differ in the last."""
    start = session.unique().ljust(255, "0")
    rows = [session.new_refund(check_number=start + end) for end in "12"]
    for row in rows:
        _finds(session, {"check_number": row["check_number"]}, [row])


@scoped(
    "A check number with commas, semicolons or bars in it is one check number.",
    implied("list page: check_number may be repeated, so no sign stands between several"),
    cost=6,
)
def filter_check_number_is_one(session: Session) -> None:
    """List two numbers as one text, with each sign between them; one refund has such a number."""
    one, other = session.unique(), session.unique()
    session.new_refund(check_number=one)
    joined = session.new_refund(check_number=f"{one},{other}")
    for sign in SEPARATORS:
        due = [joined] if sign == "," else []
        _finds(session, {"check_number": f"{one}{sign}{other}"}, due)


@scoped(
    "Each of many repeated check numbers matches.",
    implied("list page: check_number may be repeated"),
    cost=4 + len(LIST_SIZES),
)
def filter_check_number_takes_many(session: Session) -> None:
    """List up to 100 numbers, of which only the last is a refund's."""
    row = filters_scene(session)[0]
    unused = session.unique("un")
    for count in LIST_SIZES:
        numbers = [*(f"{unused}-{at}" for at in range(1, count)), text(row, "check_number")]
        found = ids(session.get_multi({"check_number": numbers}))
        equal(row[ID] in found, True, f"the refund of the last of {count} numbers")


@scoped("The filter by invoice finds exactly its refunds.", PAGE, cost=6)
def filter_invoice(session: Session) -> None:
    """List each of two invoices among the scene's rows."""
    rows = filters_scene(session)
    numbers = _numbers(rows)
    for invoice in (session.invoice(), session.invoice(1)):
        due = [row for row in rows if row.get("invoice_id") == invoice]
        _finds(session, {"invoice_id": invoice, "check_number": numbers}, due)


@scoped("The filter by payer finds exactly its refunds.", PAGE, cost=6)
def filter_payer(session: Session) -> None:
    """List each of two payers among the scene's rows."""
    rows = filters_scene(session)
    numbers = _numbers(rows)
    for payer in sorted({_payer(row) for row in rows}):
        due = [row for row in rows if _payer(row) == payer]
        _finds(session, {PAYER: payer, "check_number": numbers}, due)


@scoped(
    "A filter by an id in capitals finds what it finds in small letters.",
    implied("RFC 9562: uuids are read in either case"),
    cost=8,
)
def filter_reads_any_case(session: Session) -> None:
    """List by an invoice and by a payer in both cases."""
    row = filters_scene(session)[0]
    for name, value in (("invoice_id", text(row, "invoice_id")), (PAYER, _payer(row))):
        query = {"check_number": text(row, "check_number"), "limit": 5}
        small, loud = (session.get_multi({**query, name: way}) for way in (value, value.upper()))
        equal(succeeded(loud), succeeded(small))


@scoped("Several filters find what each of them finds.", implied(PAGE.text), cost=5)
def filters_intersect(session: Session) -> None:
    """List by payer, invoice and check number at once."""
    one = filters_scene(session)[0]
    query = {PAYER: _payer(one)}
    query |= {name: text(one, name) for name in ("invoice_id", "check_number")}
    equal(session.get_multi(query).items, [one])


@read_only("A filter that nothing matches gives an empty page.", PAGE, cost=3)
def filter_finds_nothing(session: Session) -> None:
    """List by ids and a number that stand for nothing."""
    unknown = session.unknown_id()
    for query in (
        {"check_number": session.unique("no")},
        {"invoice_id": unknown},
        {PAYER: unknown},
    ):
        equal(succeeded(session.get_multi(query)), {"items": []})


@read_only("A filter by id takes a uuid.", PAGE, cost=2, rule="query-shape")
def filter_id_is_uuid(session: Session) -> None:
    """List by words."""
    refused(session.get_multi({PAYER: "me"}))
    refused(session.get_multi({"invoice_id": "42"}))


def _finds(session: Session, query: Json, due: list[Json]) -> None:
    equal(sorted(set(ids(session.get_multi(query)))), sorted(row[ID] for row in due))


def _payer(row: Json) -> str:
    return text(row, "non_insurance_payer", PAYER)


def _numbers(rows: list[Json]) -> list[str]:
    return sorted({text(row, "check_number") for row in rows})


LAWS = (
    filter_finds_nothing,
    filter_id_is_uuid,
    filters_intersect,
    filter_check_number,
    filter_check_number_repeats,
    filter_invoice,
    filter_payer,
    filter_reads_any_case,
    filter_check_number_is_text,
    filter_check_number_is_whole,
    filter_check_number_is_one,
    filter_check_number_takes_many,
)
