"""What a session may assume about its target, and the marks of its refunds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from contracts.model.organization import Organization
from contracts.model.rules import Level, profile

_DIGITS = 7
_DIFFERENT = 4


def new_nonce() -> str:
    """Seven random hexadecimal digits, at least four of them different.

    The system draws them, not the seed, so that two runs of one seed on one account share no mark.
    Four different digits keep out texts such as `7777777`, which may be anybody's check number.
    """
    while len(set(nonce := token_hex(4)[:_DIGITS])) < _DIFFERENT:
        pass
    return nonce


@dataclass(slots=True)
class Marks:
    """Gives out the marks of one run: its nonce with a running number of five digits.

    Attributes:
        nonce: what every mark of the run begins with; the ledger's first line holds it.
        given: how many marks were given out.
    """

    nonce: str
    given: int = 0

    def next(self) -> str:
        """Twelve hexadecimal digits that no other run and no other call gives."""
        self.given += 1
        return f"{self.nonce}{self.given:05x}"

    def put(self, body: Mapping[str, Any], first: str = "refund_note") -> dict[str, Any]:
        """The body of a create with a new mark, so that what it makes can be found.

        A mark of this run that is there already is replaced. Otherwise the mark goes to the end of
        the first carrier that is absent or holds text, or replaces the note where neither does.

        Args:
            body: of the create.
            first: the carrier to prefer.
        """
        mark, texts = self.next(), {name: body.get(name, "") for name in CARRIERS}
        usual = {name: text for name, text in texts.items() if isinstance(text, str)}
        for name, text in usual.items():
            fresh = re.sub(f"{self.nonce}[0-9a-f]{{5}}", mark, text)
            if fresh != text:
                return {**body, name: fresh}
        name = next(iter(sorted(usual, key=first.__ne__)), "refund_note")
        return {**body, name: f"{usual.get(name, '')} {mark}" if name in body else mark}


CARRIERS = ("check_number", "refund_note")
"""The fields of a refund that hold any text."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session may take for granted about its target.

    Attributes:
        organization: the ids that refunds may refer to.
        rules: the level of each rule of behaviour.
        exclusive: only the suite writes there, and the organization's refunds are all there are.
        auth: `any` where every bearer token is let in, `issued` where only the API's own are.
        budget: the most requests to send, or None.
        marks: gives each create a text to find it by on an account with others' data; or None.
    """

    organization: Organization
    rules: Mapping[str, Level] = field(default_factory=profile)
    exclusive: bool = True
    auth: str = "any"
    budget: int | None = None
    marks: Marks | None = None
