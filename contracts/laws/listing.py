"""What a list promises of its order and its limit; filters and paging have modules of their own."""

from contracts.generate.values import GOOD_LIMITS, NOT_LIMITS, OUT_OF_RANGE_LIMITS
from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import by_rule, column, equal, holds, ids, refused, succeeded, value
from contracts.kernel.law import Complaint
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, implied, read_only, scoped, watcher
from contracts.laws.scenes import amounts_scene, many_scene, moments_scene
from contracts.model import ID
from contracts.model.page import Page

PAGE = documented("list page: query parameters")
ORDER = assumed("a list needs one total order, or its pages could not be joined")


@read_only("Every limit from 1 to 999 is accepted.", PAGE, cost=7)
def limit_is_accepted(session: Session) -> None:
    """List at both ends of the range and round the default."""
    for limit in GOOD_LIMITS:
        succeeded(session.get_multi({"limit": limit, "check_number": "none has this number"}))


@read_only("A limit out of range is answered as the rule says.", PAGE, cost=4, rule="limit-range")
def limit_is_refused(session: Session) -> None:
    """List just outside the range."""
    for limit in OUT_OF_RANGE_LIMITS:
        by_rule(session.get_multi({"limit": limit}), "limit-range")


@read_only(
    "A limit that is a fraction or a word is refused.",
    PAGE,
    cost=len(NOT_LIMITS),
    rule="query-shape",
)
def limit_is_a_number(session: Session) -> None:
    """List with limits that are no counts."""
    for limit in NOT_LIMITS:
        refused(session.get_multi({"limit": limit}))


@scoped("A page holds no more rows than its limit, and as many as it may.", PAGE, cost=7)
def limit_is_kept(session: Session) -> None:
    """List four rows by one, two and three."""
    number = amounts_scene(session)[0]
    for limit in (1, 2, 3):
        equal(len(session.get_multi({"check_number": number, "limit": limit}).items), limit, "rows")


@scoped("Without a limit a page holds 100 rows.", PAGE, cost=105)
def default_limit_is_100(session: Session) -> None:
    """Make 101 refunds and list them."""
    page = session.get_multi({"check_number": many_scene(session, 101)})
    equal(len(page.items), 100, "rows")
    holds(value(page.answer, "next_page_token"), "a next_page_token", page.summary()[-200:])


@scoped("A limit of 999 holds 999 rows, and 998 holds 998.", PAGE, cost=1002)
def limit_reaches_999(session: Session) -> None:
    """Make 1,000 refunds and list them at the top of the range."""
    number = many_scene(session, 1000)
    for limit in (998, 999):
        page = session.get_multi({"check_number": number, "limit": limit})
        equal(len(set(ids(page))), limit, "rows")


@watcher("A page with a next page is full.", assumed("a limit says how many rows are sent"))
def page_is_full(exchange: Exchange) -> Complaint | None:
    """Watch the rows of every page that has a token for the side it was read towards."""
    page, answer = exchange.prediction.expected, exchange.answer
    if exchange.status != 200 or not isinstance(page, Page) or not isinstance(answer, dict):
        return None
    backward = page.cursor is not None and page.cursor.backward
    rows = answer.get("items")
    follows = answer.get("prev_page_token" if backward else "next_page_token") is not None
    if not follows or not isinstance(rows, list) or len(rows) >= page.limit:
        return None
    return Complaint(f"{page.limit} rows, as more follow", f"{len(rows)} rows")


@scoped(
    "A list shows what was written just before.",
    implied("list page: lists the records; none of the pages speaks of a delay"),
    cost=8,
)
def list_follows_writes(session: Session) -> None:
    """List by one check number before and after a create, an update and a delete."""
    query = {"check_number": session.unique()}
    equal(session.get_multi(query).items, [])
    made = session.new_refund(**query)
    equal(session.get_multi(query).items, [made])
    note = {"refund_note": {"type": "set", "value": "as it is now"}}
    changed = succeeded(session.update(made[ID], note))
    equal(session.get_multi(query).items, [changed])
    succeeded(session.delete(made[ID]))
    equal(session.get_multi(query).items, [])


@read_only("Sort and direction are of the listed words.", PAGE, cost=4, rule="query-shape")
def sort_is_known(session: Session) -> None:
    """List with other words, other case, and none."""
    for query in (
        {"sort": "check_number"},
        {"sort_direction": "down"},
        {"sort_direction": "ASC"},
        {"sort": ""},
    ):
        refused(session.get_multi(query))


@scoped("Sorted by amount, rows come in its order, both ways.", PAGE, cost=6)
def sort_by_amount(session: Session) -> None:
    """List four amounts, two of them equal."""
    number = amounts_scene(session)[0]
    for direction in ("asc", "desc"):
        query = {"check_number": number, "sort": "amount_cents", "sort_direction": direction}
        got = column(session.get_multi(query), "amount_cents")
        equal(got, sorted([3, 100, 100, 25], reverse=direction == "desc"), direction)


@scoped("Sorted by timestamp, rows come in its order, both ways.", PAGE, cost=9)
def sort_by_timestamp(session: Session) -> None:
    """List five instants, written in several offsets."""
    number, due = moments_scene(session)
    for direction in ("asc", "desc"):
        query = {"check_number": number, "sort": "refund_timestamp", "sort_direction": direction}
        got = ids(session.get_multi(query))
        stamped = due if direction == "asc" else due[::-1]
        equal([key for key in got if key in due], stamped, direction)


@scoped("Without a sort, the newest timestamp comes first.", PAGE, cost=8)
def sort_defaults(session: Session) -> None:
    """List five instants without sort or direction."""
    number, due = moments_scene(session)
    got = ids(session.get_multi({"check_number": number}))
    equal([key for key in got if key in due], due[::-1])


@scoped("Refunds without a timestamp come last, both ways.", ORDER, cost=9)
def sort_puts_absent_last(session: Session) -> None:
    """List instants with two refunds that have none."""
    number, due = moments_scene(session)
    for direction in ("asc", "desc"):
        query = {"check_number": number, "sort_direction": direction}
        got = ids(session.get_multi(query))
        equal(len(got), len(due) + 2, "rows")
        equal([key for key in got[-2:] if key in due], [], direction)


@scoped("Equal rows come oldest first, both ways.", ORDER, cost=6)
def sort_ties_by_age(session: Session) -> None:
    """List two refunds of one amount, among others."""
    number, rows = amounts_scene(session)
    due = [row[ID] for row in rows[1:3]]
    for direction in ("asc", "desc"):
        query = {"check_number": number, "sort": "amount_cents", "sort_direction": direction}
        equal([key for key in ids(session.get_multi(query)) if key in due], due, direction)


@scoped("A changed timestamp moves the row.", implied(PAGE.text), cost=5)
def sort_follows_update(session: Session) -> None:
    """Move the earliest of two refunds behind the other."""
    number = session.unique()
    early, late = (
        session.new_refund(check_number=number, refund_timestamp=f"2024-0{month}-01T00:00:00Z")
        for month in (1, 2)
    )
    succeeded(session.update(early[ID], {"refund_timestamp": "2024-03-01T00:00:00Z"}))
    page = session.get_multi({"check_number": number, "sort_direction": "asc"})
    equal(ids(page), [late[ID], early[ID]])


LAWS = (
    page_is_full,
    limit_is_refused,
    sort_is_known,
    limit_is_a_number,
    limit_is_accepted,
    sort_by_amount,
    sort_ties_by_age,
    limit_is_kept,
    sort_follows_update,
    list_follows_writes,
    sort_by_timestamp,
    sort_defaults,
    sort_puts_absent_last,
    default_limit_is_100,
    limit_reaches_999,
)
