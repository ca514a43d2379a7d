"""The checks behind a report on conduct: each finds one kind of misuse in the calls of a journal.

A check knows an operation by what the document says of it: no family's fields or paths stand here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from itertools import pairwise, zip_longest
from typing import NamedTuple
from urllib.parse import urlencode

from mockserver.errors import shown
from mockserver.state.faults import NOTHING, pointed
from mockserver.state.journal import Entry
from mockserver.steering.calls import Call, Calls, decoded
from mockserver.steering.contract import LIMIT, PAGE_TOKEN, Contract

__all__ = [
    "Found",
    "early_retries",
    "ignored_pages",
    "repeated_creates",
    "repeated_refusals",
    "tokens_for_one_call",
    "unread_fields",
]

_SLACK_SECONDS = 0.05
"""How much too early a call may come: timers and clocks of client and server differ."""

_FEWEST_TOKENS = 3
"""How many tokens of one call each are a habit."""

_LONGEST_LIFE_SECONDS = 1_000_000_000
_MOST_NAMED = 20

_NEXT_PAGE = re.compile(rb'"next_page_token"\s*:\s*"([^"]+)"')


class Found(NamedTuple):
    """One misuse: a sentence, and the numbers of the calls that prove it."""

    message: str
    numbers: list[int]


class Fetch(NamedTuple):
    """A token that was fetched, its end in seconds since 1970, and the calls that sent it."""

    entry: Entry
    token: str
    expiry: float
    uses: list[Entry]


def early_retries(calls: Calls, _contract: Contract) -> Iterator[Found]:
    """Calls that came again before the time of Retry-After or X-RateLimit-Reset was over.

    It must have passed neither in fact nor by the world's clock, which a test may move.
    """
    for same in calls.repeated():
        numbers, message = list[int](), ""
        for first, second in pairwise(same):
            asked = _wait_seconds(first.entry)
            waited = second.started - first.entry.ended
            if asked is None or waited < 0:
                continue
            by_clock = (second.entry.at - first.entry.at).total_seconds() - second.entry.seconds
            if max(waited, by_clock) < asked - _SLACK_SECONDS:
                numbers += [first.entry.number, second.entry.number]
                message = message or (
                    f"{first.name} was sent again {waited:.3f} s after a {first.entry.status} that"
                    f" asked for {asked:g} s"
                )
        if numbers:
            yield Found(message, list(dict.fromkeys(numbers)))


def repeated_creates(calls: Calls, _contract: Contract) -> Iterator[Found]:
    """Creates whose answer was lost, and that made another record when they were sent again."""
    deleted = {call.entry.path for call in calls.all if call.entry.method == "DELETE" and
               call.is_done}  # fmt: skip
    for same in calls.repeated():
        if same[0].facts.record is None or same[0].entry.method != "POST":
            continue
        written = [call for call in same if call.is_done]
        lost = next((n for n, call in enumerate(written) if call.entry.lost is not None), None)
        if lost is None:
            continue
        left = {
            record_id: call
            for call in written[lost:]
            for record_id, path in _record(call)
            if path not in deleted
        }
        if len(left) > 1:
            yield Found(
                f"{same[0].name} was sent again after its answer was lost, which left"
                f" {len(left)} records: {', '.join([*left][:_MOST_NAMED])}",
                [call.entry.number for call in left.values()],
            )


def tokens_for_one_call(calls: Calls, _contract: Contract) -> Iterator[Found]:
    """Tokens that were used once and replaced while they were valid."""
    fetched = list[Fetch]()
    newest: dict[str, Fetch] = {}
    for call in calls.all:
        if not call.facts.issues_tokens:
            if fetch := newest.get(call.bearer):
                fetch.uses.append(call.entry)
        elif fetch := _fetch(call.entry):
            fetched.append(fetch)
            newest[fetch.token] = fetch
    needless = [
        fetch
        for fetch, following in zip_longest(fetched, fetched[1:])
        if [use.status == 401 for use in fetch.uses] == [False]
        and (following is None or following.entry.at.timestamp() < fetch.expiry)
    ]
    if len(needless) >= _FEWEST_TOKENS:
        numbers = [n for fetch in needless for n in (fetch.entry.number, fetch.uses[0].number)]
        yield Found(f"{len(needless)} tokens were fetched and used for one call each", numbers)


def ignored_pages(calls: Calls, _contract: Contract) -> Iterator[Found]:
    """Next page tokens that no later call sent, of lists that the client wants to their end.

    It does if it followed a token of the list, or if it sent the largest limit or none: any other
    limit may be all that it wants.
    """
    lists = [call for call in calls.all if call.facts.has_pages]
    last_use = {token: call.started for call in lists for token in call.query.get(PAGE_TOKEN, ())}
    followed = {_list_of(call) for call in lists if PAGE_TOKEN in call.query}
    ignored = defaultdict[tuple[str, str], list[int]](list)
    for call in lists:
        token = _NEXT_PAGE.search(call.entry.answer)
        if call.entry.status != 200 or call.entry.lost is not None or token is None:
            continue
        limit = call.query.get(LIMIT, [call.facts.largest_limit])[-1]
        wants_all = limit == call.facts.largest_limit or _list_of(call) in followed
        if wants_all and last_use.get(token[1].decode(), 0.0) <= call.started:
            ignored[_list_of(call, LIMIT)].append(call.entry.number)
    for (name, asked), numbers in ignored.items():
        told = f" for {shown(asked)}" if asked else ""
        yield Found(
            f"{name}{told} answered a next_page_token that no later call sent; times:"
            f" {len(numbers)}",
            numbers,
        )


def unread_fields(calls: Calls, contract: Contract) -> Iterator[Found]:
    """Fields of bodies and queries that the document does not have, each place once."""
    places = defaultdict[tuple[str, str], list[int]](list)
    for call in calls.all:
        unknown = (f"query {name}" for name in call.query if name not in call.facts.query)
        fields = contract.unread_fields(call.name, call.entry.headers, call.entry.body)
        for place in (*sorted(fields), *unknown):
            places[call.name, place].append(call.entry.number)
    for (name, place), numbers in places.items():
        yield Found(f"{name} does not read {shown(place)}", numbers)


def repeated_refusals(calls: Calls, _contract: Contract) -> Iterator[Found]:
    """Calls that came again although they were refused with 422."""
    for same in calls.repeated():
        numbers = list[int]()
        for first, second in pairwise(same):
            if first.entry.status == 422 and second.started >= first.entry.ended:
                numbers += [first.entry.number, second.entry.number]
        numbers = list(dict.fromkeys(numbers))
        if numbers:
            times = len(numbers)
            yield Found(f"{same[0].name} was sent {times} times unchanged after a 422", numbers)


def _list_of(call: Call, *besides: str) -> tuple[str, str]:
    """The operation and the query that say which list it is, and those parameters besides."""
    apart = {PAGE_TOKEN, LIMIT}.difference(besides)
    query = {name: sent for name, sent in call.query.items() if name not in apart}
    return call.name, urlencode(query, doseq=True)


def _wait_seconds(entry: Entry) -> float | None:
    """How long an answer asks to wait, in seconds; None if it does not."""
    told = {name.lower(): value.decode("latin-1") for name, value in entry.answer_headers}
    after, reset = told.get(b"retry-after", ""), told.get(b"x-ratelimit-reset", "")
    if after.isdecimal():
        return float(after)
    if reset.isdecimal():
        return float(reset) - entry.at.timestamp()
    try:
        until = parsedate_to_datetime(after)
    except ValueError:
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - entry.at.timestamp()


def _record(call: Call) -> Iterator[tuple[str, str]]:
    """The id of the record that a call made, and its path."""
    record = call.facts.record
    assert record is not None
    found = pointed(decoded(call.outcome[1]), record.pointer)
    if isinstance(found, str):
        yield found, record.path.replace("{}", found)


def _fetch(entry: Entry) -> Fetch | None:
    told = decoded(entry.answer) if entry.status == 200 and entry.lost is None else NOTHING
    token, seconds = pointed(told, ("access_token",)), pointed(told, ("expires_in",))
    if not isinstance(token, str) or not isinstance(seconds, int):
        return None
    return Fetch(entry, token, entry.at.timestamp() + min(seconds, _LONGEST_LIFE_SECONDS), [])
