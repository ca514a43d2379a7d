"""What a sweep did, and what the reader must know of it."""

from dataclasses import dataclass

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did.

    Attributes:
        deleted: refunds of ours that it deleted.
        found: how many of them had no id in the ledger.
        left: ids that could not be deleted, each with what the target said.
        unknown: creates whose outcome is not known, and that carry no mark to look for.
        foreign: ids that were answered to creates of ours, but are other refunds.
        lost: marks of creates without a usable answer that no list could be searched for.
        wrote_despite_refusal: how many of those deleted were made by creates that were refused.
        unread: marks that no list could be searched for, to see whether deletes were true.
        hidden: the id of a refund of ours that a GET showed and a list did not, or empty.
    """

    deleted: int
    found: int
    left: tuple[str, ...] = ()
    unknown: int = 0
    foreign: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    wrote_despite_refusal: int = 0
    unread: int = 0
    hidden: str = ""

    @property
    def clean(self) -> bool:
        """Whether nothing of ours is left, as far as can be known."""
        return not self.left and not self.lost and not self.unread

    def sentences(self, advice: str = "run `contracts sweep`") -> list[str]:
        """What the reader must know, with what to do about it."""
        texts = [f"refund {text} is left behind" for text in self.left[:_SHOWN]]
        if len(self.left) > _SHOWN:
            texts.append(f"{len(self.left) - _SHOWN} more are left behind")
        if self.left:
            texts[-1] += f"; {advice}"
        if self.unknown:
            texts.append(
                f"{_creates(self.unknown)} that no API should accept ended without an answer to go "
                "by, and carry no mark to find them by"
            )
        if self.lost:
            some = ", ".join(map(repr, self.lost[:_SHOWN]))
            more = f" and {len(self.lost) - _SHOWN} more" if len(self.lost) > _SHOWN else ""
            texts.append(
                f"{_creates(len(self.lost))} had no usable answer, and no list shows whether they "
                f"made anything; if so, it carries {some}{more}; later {advice}"
            )
        texts += self._unproven(advice)
        if self.wrote_despite_refusal:
            texts.append(
                f"{_creates(self.wrote_despite_refusal)}, though refused, had written all the "
                "same; deleted"
            )
        if self.foreign:
            texts.append(
                f"answers to creates named {', '.join(self.foreign)}, which turned out to be other "
                "refunds and were left alone"
            )
        return texts

    def _unproven(self, advice: str) -> list[str]:
        if self.hidden:
            what = (
                f"a list by check number did not show refund {self.hidden}, which a GET showed, so "
                "no list can show"
            )
        elif self.unread:
            what = f"{_creates(self.unread)} could not be searched for by mark, so nothing shows"
        else:
            return []
        return [f"{what} that what was made is gone; later {advice}"]


def _creates(number: int) -> str:
    return f"{number:,} create{'s' if number != 1 else ''}"
