"""What the model believes the target holds; every change gives a new state, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from contracts.model.organization import Organization
from contracts.model.rules import Level, profile
from contracts.model.values import Instant, instant_or_none, integer_or_none

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refund:
    """One live refund: its body as last answered, what lists sort and filter by, and its age.

    `placed` is the version of the state in which its place in lists last changed.
    """

    id: str
    body: Json
    payer: str
    amount: int
    moment: Instant | None
    invoice: str | None
    check_number: str | None
    seq: int
    placed: int
    _said_by: list[Any] = field(default_factory=list, init=False, compare=False, repr=False)

    def is_said_by(self, row: Any) -> bool:
        """Whether a row of an answer is this body. One that was is known again."""
        if self._said_by and self._said_by[0] is row:
            return True
        said: bool = row == self.body
        if said:
            self._said_by[:] = [row]
        return said


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a page token stands for: its query, the edge it starts behind, and when it was made.

    The edge is None where it is a row of somebody else, whose place among equals is unknown.
    """

    query: Any
    edge: tuple[Any, ...] | None
    backward: bool
    version: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything a prediction depends on.

    Attributes:
        refunds: live refunds by id, oldest first. Never changed in place.
        gone: ids of deleted refunds.
        tokens: page tokens seen in answers.
        exclusive: nobody else writes here and `refunds` is all there is.
        auth: `any` where any bearer token is let in, `issued` where only tokens of the API are.
        bearer: the token known to be good.
        version: counts the changes.
    """

    organization: Organization
    rules: Mapping[str, Level] = field(default_factory=profile)
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    tokens: Mapping[str, Cursor] = field(default_factory=dict)
    exclusive: bool = True
    auth: str = "any"
    bearer: str | None = None
    version: int = 0

    def with_record(self, body: Any) -> "State":
        """The state after a refund was answered with this body: new, or changed."""
        version = self.version + 1
        refund = refund_from(body, version)
        if refund is None:
            return self
        known = self.refunds.get(refund.id)
        if known is not None:
            same_place = known.moment == refund.moment and known.amount == refund.amount
            placed = known.placed if same_place else version
            refund = replace(refund, seq=known.seq, placed=placed)
        return replace(self, refunds={**self.refunds, refund.id: refund}, version=version)

    def without(self, refund_id: str) -> "State":
        """The state after a refund was deleted."""
        refunds = {key: refund for key, refund in self.refunds.items() if key != refund_id}
        gone = self.gone | {refund_id}
        return replace(self, refunds=refunds, gone=gone, version=self.version + 1)

    def forgetting(self, refund_id: str) -> "State":
        """The state after a change of a refund whose outcome is unknown."""
        refunds = {key: refund for key, refund in self.refunds.items() if key != refund_id}
        return replace(self, refunds=refunds, version=self.version + 1)

    def with_tokens(self, tokens: Mapping[str, Cursor]) -> "State":
        """The state after page tokens were handed out."""
        return replace(self, tokens={**self.tokens, **tokens}) if tokens else self

    def ordered(self) -> list[Refund]:
        """The live refunds, oldest first."""
        return sorted(self.refunds.values(), key=attrgetter("seq"))


def initial_state(organization: Organization, **options: Any) -> State:
    """The state of a fresh world, with the organization's own refunds and attributes of State."""
    if not options.get("exclusive", True):
        return State(organization, **options)
    refunds = organization.once(_refunds_of)
    return State(organization, refunds=refunds, version=len(organization.refunds), **options)


def _refunds_of(organization: Organization) -> dict[str, Refund]:
    rows = [refund_from(body, seq) for seq, body in enumerate(organization.refunds, 1)]
    return {row.id: row for row in rows if row is not None}


def refund_from(body: Any, seq: int) -> Refund | None:
    """A refund read off an answer, or None where the answer holds no usable one."""
    if not isinstance(body, dict) or not isinstance(body.get(ID), str):
        return None
    payer = body.get("non_insurance_payer")
    stamp = instant_or_none(body.get("refund_timestamp"))
    return Refund(
        id=body[ID].lower(),
        body=body,
        payer=str(payer.get("non_insurance_payer_id")) if isinstance(payer, dict) else "",
        amount=integer_or_none(body.get("amount_cents")) or 0,
        moment=stamp[0] if stamp else None,
        invoice=_text(body.get("invoice_id")),
        check_number=_text(body.get("check_number")),
        seq=seq,
        placed=seq,
    )


ID = "non_insurance_payer_refund_id"


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
