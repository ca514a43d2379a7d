"""The laws that no defect needs, each with the laws that notice the same, and why it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Witness:
    """An extra witness: every defect that it notices, one of the laws `of` notices as well."""

    of: tuple[str, ...]
    reason: str


STATUS, ERROR, MISSING = "status-as-predicted", "error-as-predicted", "missing-id-as-predicted"
RECORD, PAGE = "record-as-predicted", "page-as-predicted"
REPEATS, UTC = "page-token-repeats", "instant-is-utc"

_ASKS = "it sends the request that shows the wrong refusal, and says what was due and why"
_FIELD = "it names the field that is wrong, and sends the values on which servers go wrong"
_ROWS = "it says in a sentence what is wrong with a list, and needs few rows to see it"
_DOCUMENT = "it needs the vendor's document alone, and holds where the model leaves room"

_TABLE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (_DOCUMENT, (STATUS,), "no-server-error"),
    (_DOCUMENT, (RECORD,), "delete-answers-empty"),
    (_DOCUMENT, (MISSING, "answer-fits-schema"), "not-found-names-id"),
    (_FIELD, ("answer-fits-schema",), "answer-holds-no-null"),
    (_DOCUMENT, (ERROR, STATUS), "error-name-fits-status"),
    (_ASKS, (MISSING, ERROR), "unknown-id-is-404"),
    (_ASKS, (ERROR, STATUS), "unknown-path-is-404 create-unknown-payer-is-404"),
    (_ASKS, (STATUS, "status-is-documented"), "create-answers-200"),
    (
        _ASKS,
        (STATUS,),
        (
            "limit-is-accepted payer-is-enabled field-is-known "
            "create-refuses-unknown-reason allocation-target-unique-by-rule "
            "allocation-present-by-rule allocation-sum-by-rule query-order-is-free "
            "query-parameter-comes-once path-may-be-hostile"
        ),
    ),
    (
        _FIELD,
        (RECORD,),
        (
            "create-equals-get update-sets-timestamp update-sets-note update-sets-reason "
            "update-sets-invoice update-removes-note update-removes-reason "
            "update-removes-invoice update-touches-no-other update-commutes"
        ),
    ),
    (
        _ROWS,
        (PAGE,),
        (
            "create-is-listed-once pages-end filter-check-number filter-check-number-repeats "
            "filter-invoice filter-payer limit-is-kept target-claim "
            "refused-create-makes-nothing"
        ),
    ),
    (
        _FIELD,
        (RECORD, STATUS),
        (
            "create-leaves-absent create-reads-null-as-omitted create-echoes-invoice "
            "create-expands-payer create-echoes-note create-echoes-check-number "
            "create-echoes-reason create-echoes-amount create-keeps-instant "
            "create-accepts-page-example update-of-nothing-is-identity update-removes-twice "
            "target-service-line target-encounter target-billing-provider target-appointment "
            "target-unattributed allocations-keep-order "
            "refused-update-changes-nothing"
        ),
    ),
    (_FIELD, (RECORD, STATUS, REPEATS), "create-id-is-fresh"),
    (_ASKS, (STATUS, RECORD), "get-is-pure"),
    (_ASKS, (MISSING, STATUS, ERROR), "delete-unknown-is-404"),
    (_ASKS, (STATUS, MISSING, ERROR, RECORD), "delete-makes-gone"),
    (_ROWS, (PAGE, STATUS, RECORD, REPEATS), "delete-leaves-others"),
    (
        _ROWS,
        (PAGE, RECORD),
        (
            "delete-leaves-no-row pages-survive-writes filters-intersect sort-follows-update "
            "sort-by-timestamp sort-defaults"
        ),
    ),
    (_ASKS, (MISSING, ERROR, STATUS), "update-unknown-is-404"),
    (_FIELD, (RECORD, STATUS, MISSING, ERROR), "update-unknown-invoice-is-404"),
    (_FIELD, (RECORD, UTC), "update-adds-what-was-absent"),
    (_ROWS, (PAGE, STATUS), "pages-join filter-finds-nothing page-is-full"),
    (_ROWS, (PAGE, STATUS, RECORD), "list-follows-writes"),
    (_ROWS, (PAGE, REPEATS), "sort-by-amount sort-ties-by-age"),
    (_ROWS, (PAGE, RECORD, REPEATS), "sort-puts-absent-last"),
    (_ASKS, (ERROR, STATUS, MISSING), "create-unknown-invoice-is-404"),
    (_ASKS, (STATUS, ERROR), "amount-is-positive"),
    (
        _FIELD,
        (RECORD, STATUS, PAGE),
        "refused-delete-removes-nothing refused-caller-changes-nothing",
    ),
)
EXTRA_WITNESS: Mapping[str, Witness] = MappingProxyType(
    {law: Witness(of, reason) for reason, of, laws in _TABLE for law in laws.split()}
)
"""By law. The tests derive the same from the matrix of defects and laws."""
