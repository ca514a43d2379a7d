"""Marks: the texts by which a run knows its own refunds among those of others."""

from dataclasses import dataclass
from secrets import token_hex

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
