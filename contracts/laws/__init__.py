"""The laws, one module a topic, and all of them in one explicit tuple."""

from contracts.kernel.law import Law
from contracts.laws import (
    allocations,
    auth,
    create,
    delete,
    earmarks,
    envelope,
    filters,
    get,
    listing,
    metamorphic,
    paging,
    predicted,
    refusals,
    robustness,
    schema,
    seeded,
    unchanged,
    update,
)

ALL: tuple[Law, ...] = (
    *schema.LAWS,
    *predicted.LAWS,
    *envelope.LAWS,
    *create.LAWS,
    *get.LAWS,
    *delete.LAWS,
    *auth.LAWS,
    *update.LAWS,
    *paging.LAWS,
    *filters.LAWS,
    *listing.LAWS,
    *refusals.LAWS,
    *allocations.LAWS,
    *earmarks.LAWS,
    *unchanged.LAWS,
    *seeded.LAWS,
    *metamorphic.LAWS,
    *robustness.LAWS,
)
"""Every law, in the order in which they are worth running."""

WATCHERS: tuple[Law, ...] = tuple(law for law in ALL if law.watch is not None)
SCRIPTED: tuple[Law, ...] = tuple(law for law in ALL if law.script is not None)
