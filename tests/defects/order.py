"""Servers whose lists come in another order."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.model import Refund, State
from contracts.model.query import Key, ListQuery
from contracts.model.values import instant_or_none
from tests.defects.defect import Call, Defect, Pair, each_parameter, heard, paged, stored
from tests.defects.filters import Bent, bent


def _keyed(name: str, sentence: str, key: Callable[[ListQuery, Refund], Key]) -> Defect:
    """A defect in what rows are sorted by."""

    class Query(Bent):
        __slots__ = ()

        def key(self, refund: Refund) -> Key:
            return key(self, refund)

    return paged(name, sentence)(bent(Query))


def _value(query: ListQuery, refund: Refund) -> Any:
    return refund.amount if query.sort == "amount_cents" else refund.moment


def _right(query: ListQuery, refund: Refund) -> Key:
    return ListQuery.key(query, refund)


def _newest_first(query: ListQuery, refund: Refund) -> Key:
    return (*_right(query, refund)[:2], -refund.seq)


def _reversed_ties(query: ListQuery, refund: Refund) -> Key:
    age = refund.seq if query.direction == "asc" else -refund.seq
    return (*_right(query, refund)[:2], age)


def _ties_by_id(query: ListQuery, refund: Refund) -> Key:
    return (*_right(query, refund)[:2], int(refund.id.replace("-", ""), 16))


def _absent_first(query: ListQuery, refund: Refund) -> Key:
    return (0 if _value(query, refund) is None else 1, *_right(query, refund)[1:])


def _absent_newest(query: ListQuery, refund: Refund) -> Key:
    return (_newest_first if _value(query, refund) is None else _right)(query, refund)


_EPOCH = instant_or_none("1970-01-01T00:00:00Z")


def _absent_is_epoch(query: ListQuery, refund: Refund) -> Key:
    assert _EPOCH is not None
    return _right(query, replace(refund, moment=refund.moment or _EPOCH[0]))


def _whole_seconds(query: ListQuery, refund: Refund) -> Key:
    moment = refund.moment
    return _right(query, refund if moment is None else replace(refund, moment=int(moment)))


class _Falling(str):
    """A text that sorts the other way."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)


def _as_text(sort: str) -> Callable[[ListQuery, Refund], Key]:
    def key(query: ListQuery, refund: Refund) -> Key:
        right = _right(query, refund)
        if query.sort != sort or right[0]:
            return right
        text = str(refund.body[sort])
        return (0, text if query.direction == "asc" else _Falling(text), refund.seq)

    return key


def _by_youth(query: ListQuery, refund: Refund) -> Key:
    return (0, 0, -refund.seq) if query.sort == "refund_timestamp" else _right(query, refund)


def _always(direction: str) -> Callable[[ListQuery, Refund], Key]:
    return lambda query, refund: _right(replace(_plain(query), direction=direction), refund)


def _plain(query: ListQuery) -> ListQuery:
    return ListQuery(query.payer, query.invoice, query.check_numbers, query.sort, query.direction)


def _always_by(sort: str) -> Callable[[ListQuery, Refund], Key]:
    return lambda query, refund: _right(replace(_plain(query), sort=sort), refund)


_KEYS = (
    _keyed("ties-newest-first", "Breaks ties by the newest.", _newest_first),
    _keyed("ties-follow-the-direction", "Turns ties round when falling.", _reversed_ties),
    _keyed("ties-by-id", "Breaks ties by id.", _ties_by_id),
    _keyed("absent-first", "Puts refunds without a timestamp first.", _absent_first),
    _keyed("absent-newest-first", "Breaks ties among them by the newest.", _absent_newest),
    _keyed("absent-is-1970", "Takes no timestamp for the first second of 1970.", _absent_is_epoch),
    _keyed("sorted-by-the-second", "Ignores fractions when sorting.", _whole_seconds),
    _keyed("amounts-as-text", "Sorts amounts as texts.", _as_text("amount_cents")),
    _keyed("timestamps-as-text", "Sorts timestamps as texts.", _as_text("refund_timestamp")),
    _keyed("timestamp-means-created", "Sorts by creation for timestamp.", _by_youth),
    _keyed("always-rising", "Ignores the direction and rises.", _always("asc")),
    _keyed("always-by-timestamp", "Ignores the sort.", _always_by("refund_timestamp")),
)


def _default(name: str, value: str) -> Callable[..., Any]:
    def heard_otherwise(request: Any, world: Any) -> Any:
        from tests.defects.defect import asked, requested

        pairs = asked(request)
        listed = request.method == "GET" and request.path.count("/") == 3
        return (
            requested(request, [*pairs, (name, value)])
            if listed and name not in dict(pairs)
            else request
        )

    return heard_otherwise


def _read(change: Callable[[str, str], Pair | None]) -> Any:
    return each_parameter(change)


_WORDS = (
    heard("rising-by-default", "Rises where no direction is given.")(
        _default("sort_direction", "asc")
    ),
    heard("direction-in-capitals", "Reads a direction in capitals.")(
        _read(lambda k, v: (k, v.lower()) if k == "sort_direction" else (k, v))
    ),
    heard("unknown-direction-is-ignored", "Ignores a direction that is none.")(
        _read(lambda k, v: None if (k, v) == ("sort_direction", "down") else (k, v))
    ),
    heard("empty-sort-is-ignored", "Ignores an empty sort.")(
        _read(lambda k, v: None if (k, v) == ("sort", "") else (k, v))
    ),
)


@stored("update-does-not-move", "Sorts by the timestamp that a refund was created with.")
def _stale(call: Call, state: State) -> State:
    if call.operation != "update" or not call.before:
        return state
    key = (call.prediction.target or "").lower()
    refund = replace(state.refunds[key], moment=call.world.state.refunds[key].moment)
    return replace(state, refunds={**state.refunds, key: refund})


DEFECTS: tuple[Defect, ...] = (*_KEYS, *_WORDS, _stale)
