"""What walking pages promises: every row once, tokens that hold, and a way back."""

from contracts.kernel.exchange import Exchange
from contracts.kernel.expect import by_rule, equal, holds, ids, succeeded, text, value
from contracts.kernel.session import Session
from contracts.laws.define import assumed, documented, implied, scoped
from contracts.laws.scenes import amounts_scene, moments_scene
from contracts.model import ID
from contracts.model.match import ABSENT

TOKENS = documented("list page: next_page_token, prev_page_token, page_token")
STRICT = assumed("a token is opaque, so it must be one that the API made, for this list")


def _token(page: Exchange, name: str = "next_page_token") -> str:
    token = value(succeeded(page), name)
    holds(isinstance(token, str) and token, f"a {name}", page.summary()[-200:])
    return str(token)


@scoped("Pages joined are the one big page, in every order.", implied(TOKENS.text), cost=27)
def pages_join(session: Session) -> None:
    """Walk seven rows by two, in four orders."""
    number, _ = moments_scene(session)
    for sort in ("refund_timestamp", "amount_cents"):
        for direction in ("asc", "desc"):
            query = {"check_number": number, "sort": sort, "sort_direction": direction}
            whole = ids(session.get_multi({**query, "limit": 999}))
            walked = [key for p in session.pages({**query, "limit": 2}, most=9) for key in ids(p)]
            equal(walked, whole, f"{sort} {direction}")


@scoped("The last page has no next token, and a page before it has one.", TOKENS, cost=8)
def pages_end(session: Session) -> None:
    """Walk four rows by two."""
    query = {"check_number": amounts_scene(session)[0], "limit": 2}
    pages = list(session.pages(query, most=6))
    found = [value(succeeded(page), "next_page_token") is not ABSENT for page in pages]
    equal(found, [True, False], "next_page_token on each page")


@scoped("The previous token returns the page before.", TOKENS, cost=12)
def page_leads_back(session: Session) -> None:
    """Go two pages of two rows on, and back from each."""
    query = {"check_number": moments_scene(session)[0], "limit": 2}
    first = session.get_multi(query)
    second = session.get_multi({**query, "page_token": _token(first)})
    third = session.get_multi({**query, "page_token": _token(second)})
    for page, before in ((second, first), (third, second)):
        back = session.get_multi({**query, "page_token": _token(page, "prev_page_token")})
        equal(ids(back), ids(before))
    absent = value(first.answer, "prev_page_token") is ABSENT
    holds(absent, "no prev_page_token", first.summary()[-200:])


@scoped("A token used twice answers the same.", implied(TOKENS.text), cost=7)
def page_token_repeats(session: Session) -> None:
    """Use one token twice."""
    query = {"check_number": amounts_scene(session)[0], "limit": 3}
    token = _token(session.get_multi(query))
    pages = [session.get_multi({**query, "page_token": token}) for _ in range(2)]
    equal(ids(pages[1]), ids(pages[0]))
    equal(len(pages[0].items), 1, "rows")


@scoped(
    "A token that the API did not make is answered as the rule says.",
    STRICT,
    cost=9,
    rule="page-token-valid",
)
def page_token_unknown_is_422(session: Session) -> None:
    """Use tokens that are invented, cut, altered and empty."""
    query = {"check_number": amounts_scene(session)[0], "limit": 2}
    token = _token(session.get_multi(query))
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    altered = token[:middle] + other + token[middle + 1 :]
    for bad in ("invented", token[:-1], altered, ""):
        by_rule(session.get_multi({**query, "page_token": bad}), "page-token-valid")


@scoped(
    "A token used with other filters or another order is answered as the rule says.",
    STRICT,
    cost=9,
    rule="page-token-valid",
)
def page_token_is_bound(session: Session) -> None:
    """Use a token with each part of its query changed."""
    query = {"check_number": amounts_scene(session)[0], "limit": 2, "sort": "amount_cents"}
    token = _token(session.get_multi(query))
    for change in (
        {"check_number": "other"},
        {"sort": "refund_timestamp"},
        {"sort_direction": "asc"},
        {"non_insurance_payer_id": session.payer()},
    ):
        by_rule(session.get_multi({**query, **change, "page_token": token}), "page-token-valid")


@scoped(
    "The limit may change from page to page.",
    assumed("the limit says how much is sent, not what"),
    cost=7,
    rule="page-token-valid",
)
def page_token_allows_limit(session: Session) -> None:
    """Go on with a larger limit."""
    query = {"check_number": amounts_scene(session)[0]}
    whole = ids(session.get_multi(query))
    token = _token(session.get_multi({**query, "limit": 1}))
    equal(ids(session.get_multi({**query, "limit": 50, "page_token": token})), whole[1:])


@scoped(
    "A client that follows next tokens sees each row that stays exactly once during writes.",
    assumed("what was there throughout must be seen, or a walk would be worth nothing"),
    cost=16,
)
def pages_survive_writes(session: Session) -> None:
    """Create, delete and change between pages of two."""
    number = session.unique()
    rows = [
        session.new_refund(check_number=number, amount_cents=cents)[ID]
        for cents in range(10, 60, 10)
    ]
    query = {"check_number": number, "limit": 2, "sort": "amount_cents", "sort_direction": "asc"}
    seen = []
    for turn, page in enumerate(session.pages(query, most=9)):
        seen += ids(page)
        if turn == 0:
            session.new_refund(check_number=number, amount_cents=1)
            succeeded(session.delete(rows[0]))
            session.new_refund(check_number=number, amount_cents=45)
            change = {"refund_note": {"type": "set", "value": "while it waited"}}
            succeeded(session.update(rows[-1], change))
    equal([key for key in seen if key in rows], rows)
    equal(len(seen), len(set(seen)), "rows, none twice:")


@scoped(
    "A token stays valid when the last row before it is deleted.",
    assumed("what was there throughout must be seen, or a walk would be worth nothing"),
    cost=6,
)
def page_token_survives_its_row(session: Session) -> None:
    """Delete the last row of the first page, then go on."""
    number = session.unique()
    rows = [session.new_refund(check_number=number)[ID] for _ in range(3)]
    query = {"check_number": number, "limit": 2, "sort": "amount_cents"}
    page = session.get_multi(query)
    token = _token(page)
    succeeded(session.delete(text(page.answer, "items", 1, ID)))
    equal(ids(session.get_multi({**query, "page_token": token})), [rows[2]])


LAWS = (
    page_leads_back,
    pages_end,
    page_token_allows_limit,
    page_token_repeats,
    page_token_unknown_is_422,
    page_token_is_bound,
    page_token_survives_its_row,
    pages_survive_writes,
    pages_join,
)
