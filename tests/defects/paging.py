"""Servers whose pages are too long or short, or do not lead from one to the next."""

from collections.abc import Callable
from dataclasses import replace

from contracts.model.page import Page
from contracts.model.state import Refund
from contracts.targets.target import Request
from tests.defects.defect import (
    Defect,
    Pair,
    asked,
    each_parameter,
    heard,
    paged,
    requested,
)
from tests.reference_server import World

Window = tuple[list[Refund], bool, bool]
NEXT, PREVIOUS, TOKEN = "next_page_token", "prev_page_token", "page_token"


def _windowed(name: str, sentence: str, window: Callable[[Page], Window]) -> Defect:
    """A defect in which rows a page holds, and in what lies round it."""

    class Shifted(Page):
        __slots__ = ()

        def window(self) -> Window:
            return window(self)

    def change(page: Page) -> Page:
        return Shifted(page.state, page.query, page.limit, page.cursor)

    return paged(name, sentence)(change)


def _limited(change: Callable[[int], int]) -> Callable[[Page], Window]:
    return lambda page: Page.window(replace(_plain(page), limit=change(page.limit)))


def _plain(page: Page) -> Page:
    return Page(page.state, page.query, page.limit, page.cursor)


def _around(page: Page) -> Window:
    """The page with one row more at the side that the token leads away from."""
    rows, before, after = Page.window(page)
    if page.cursor is None or page.cursor.backward or not rows:
        return rows, before, after
    whole = page.query.rows(page.state)
    at = whole.index(rows[0])
    return whole[max(0, at - 1) :][: page.limit], before, after


def _gap(page: Page) -> Window:
    rows, before, after = Page.window(page)
    return (
        (rows[1:], before, after)
        if page.cursor is not None and len(rows) > 1
        else (rows, before, after)
    )


def _turned(page: Page) -> Window:
    rows, before, after = Page.window(page)
    back = page.cursor is not None and page.cursor.backward
    return (rows[::-1] if back else rows), before, after


def _from_the_top(page: Page) -> Window:
    back = page.cursor is not None and page.cursor.backward
    return Page.window(replace(_plain(page), cursor=None) if back else page)


def _full_means_more(page: Page) -> Window:
    rows, before, after = Page.window(page)
    return rows, before, after or len(rows) == page.limit


def _full_means_less(page: Page) -> Window:
    rows, before, after = Page.window(page)
    whole = page.query.rows(page.state)
    return rows, before, after and whole[-1:] != rows[-1:] and len(whole) != len(rows) + page.limit


def _always_before(page: Page) -> Window:
    rows, _, after = Page.window(page)
    return rows, True, after


def _never_before(page: Page) -> Window:
    rows, _, after = Page.window(page)
    return rows, False, after


def _by_row(page: Page) -> Window:
    """The rows behind the one that ended the page before, none where that is gone."""
    if page.cursor is None or page.cursor.edge is None:
        return Page.window(page)
    keys = {page.query.key(row) for row in page.query.rows(page.state)}
    return Page.window(page) if page.cursor.edge in keys else ([], False, False)


_WINDOWS = (
    _windowed(
        "page-holds-one-more", "Sends one row more than the limit.", _limited(lambda n: n + 1)
    ),
    _windowed("pages-hold-100", "Sends 100 rows at most.", _limited(lambda n: min(n, 100))),
    _windowed("pages-hold-998", "Sends 998 rows at most.", _limited(lambda n: min(n, 998))),
    _windowed("pages-overlap", "Begins a page with the last row before it.", _around),
    _windowed("pages-leave-a-gap", "Leaves the first row of a later page out.", _gap),
    _windowed("page-before-is-turned-round", "Turns a page got backwards round.", _turned),
    _windowed("page-before-is-the-first", "Leads back to the first page always.", _from_the_top),
    _windowed("full-page-has-a-next", "Gives a next token with each full page.", _full_means_more),
    _windowed(
        "full-last-page-is-lost", "Gives no next token before a full last page.", _full_means_less
    ),
    _windowed("every-page-has-a-previous", "Gives each page a previous token.", _always_before),
    _windowed("no-page-has-a-previous", "Gives no page a previous token.", _never_before),
    _windowed("token-dies-with-its-row", "Ends a walk whose last row was deleted.", _by_row),
)


def _default(limit: str) -> Callable[[Request, World], Request]:
    def heard_otherwise(request: Request, world: World) -> Request:
        pairs = asked(request)
        listed = request.method == "GET" and request.path.count("/") == 3
        if not listed or "limit" in dict(pairs):
            return request
        return requested(request, [*pairs, ("limit", limit)])

    return heard_otherwise


def _limits(change: Callable[[str], str | None]) -> Callable[[Request, World], Request]:
    def changed(name: str, value: str) -> Pair | None:
        new = change(value) if name == "limit" else value
        return None if new is None else (name, new)

    return each_parameter(changed)


_LIMITS = (
    heard("default-limit-is-999", "Sends all it may where no limit is given.")(_default("999")),
    heard("limit-of-zero-is-none", "Takes a limit of 0 for none.")(
        _limits(lambda text: None if text == "0" else text)
    ),
    heard("limit-of-1000-is-let-in", "Reads a limit of 1000 as 999.")(
        _limits(lambda text: "999" if text == "1000" else text)
    ),
    heard("limit-of-999-is-refused", "Refuses a limit of 999.")(
        _limits(lambda text: "1000" if text == "999" else text)
    ),
    heard("negative-limit-is-let-in", "Ignores the sign of a limit.")(
        _limits(lambda text: text.removeprefix("-") if text == "-1" else text)
    ),
    heard("word-as-limit-is-ignored", "Ignores a limit that is a word.")(
        _limits(lambda text: None if text.isalpha() else text)
    ),
    heard("empty-limit-is-ignored", "Ignores an empty limit.")(_limits(lambda text: text or None)),
    heard("limit-in-other-digits", "Reads digits of any script in a limit.")(
        _limits(lambda text: str(int(text)) if text.isdecimal() else text)
    ),
)


DEFECTS: tuple[Defect, ...] = (
    *_WINDOWS,
    *_LIMITS,
)
