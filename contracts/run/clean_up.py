"""The clean-up at the end of a run: deletes what the ledger says is ours, and closes it."""

from time import monotonic

from contracts.errors import SendError
from contracts.run.open import OpenTarget
from contracts.safety.ledger import Ledger
from contracts.safety.sweep import sweep
from contracts.safety.swept import Swept

CLEAN_UP_SECONDS = 300.0
"""After this time a clean-up stops, and names what is left."""


def clean_up(target: OpenTarget) -> tuple[list[str], bool]:
    """Delete what is ours, and close the ledger.

    Returns:
        What the reader must know, in sentences, and whether nothing of ours is left.
    """
    safety, ledger = target.safety, target.ledger
    safety.budget.closing, safety.deadline.at = True, monotonic() + CLEAN_UP_SECONDS
    if ledger is None or ledger.closed:
        return [], True
    safety.calm()
    advice = f"run `contracts sweep {ledger.path}`"
    try:
        swept = _sweep_in_spite_of_a_signal(target, ledger)
        return swept.sentences(advice), swept.clean
    except SendError as error:
        left = len(ledger.owned) + len(ledger.pending)
        return [f"{left} refunds may be left behind ({error}); {advice}"], False
    finally:
        ledger.close()


def _sweep_in_spite_of_a_signal(target: OpenTarget, ledger: Ledger) -> Swept:
    """Sweep; a first signal that comes meanwhile only makes it begin again."""
    try:
        return sweep(ledger, target.target.send)
    except KeyboardInterrupt:
        target.target.close()
        return sweep(ledger, target.target.send)
