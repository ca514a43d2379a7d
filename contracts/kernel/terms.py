"""What a session takes for granted about its target; no conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.kernel.marks import Marks
from contracts.model.organization import Organization
from contracts.model.rules import Level, profile


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session may take for granted about its target.

    Attributes:
        organization: the ids that refunds may refer to.
        rules: the level of each rule of behaviour.
        exclusive: nobody else writes there, and the organization's refunds are all there are.
        auth: `any` where every bearer token is let in, `issued` where only the API's own are.
        budget: the most requests to send, or None.
        marks: gives each create a text to know it by, where others write too; or None.
    """

    organization: Organization
    rules: Mapping[str, Level] = field(default_factory=profile)
    exclusive: bool = True
    auth: str = "any"
    budget: int | None = None
    marks: Marks | None = None
