"""The safety layers round a target, as a plan asks for them."""

from dataclasses import dataclass

from contracts.run.plan import Plan
from contracts.safety.ledger import Ledger
from contracts.safety.limits import Budget, Deadline, ErrorStop, NoAnswer
from contracts.safety.ownership import Ownership, read_only
from contracts.safety.pace import VENDOR_PER_SECOND, BackOff, Pace
from contracts.safety.resend import Resend
from contracts.safety.settle import Settle
from contracts.targets.target import Middleware

_DEFAULT_RATE = 0.8 * VENDOR_PER_SECOND
_PATIENT = 200
"""Consecutive server errors tolerated on a server that only we use."""


@dataclass(frozen=True, slots=True)
class Safety:
    """The layers round a target, the outermost first, and those of them that a run talks to.

    Attributes:
        budget: counts and bounds what leaves.
        deadline: bounds the time.
        stop: stops after server errors in a row.
        back_off: waits after a 429.
        settle: waits after writes on a target that lags.
        ownership: keeps the ledger; None where the world is thrown away.
    """

    layers: list[Middleware]
    budget: Budget
    deadline: Deadline
    stop: ErrorStop
    back_off: BackOff
    settle: Settle
    ownership: Ownership | None

    @classmethod
    def of(cls, plan: Plan, ledger: Ledger | None, *, shared: bool) -> "Safety":
        """The layers that a plan asks for."""
        budget = Budget(plan.most_requests(shared=shared))
        if ledger is not None:
            budget.reserved = lambda: ledger.due
        deadline = Deadline()
        ownership = Ownership(ledger) if ledger is not None else None
        stop = ErrorStop(plan.stop_after if shared else max(plan.stop_after, _PATIENT))
        waits = shared and not plan.is_local
        back_off = BackOff(0.5 if waits else 0.0, deadline.wait)
        rate = plan.rate or (_DEFAULT_RATE if waits else None)
        pace = Pace(rate) if rate else None
        gate = read_only if plan.tier == "read-only" else ownership
        settle = Settle(wait=deadline.wait)
        layers = (NoAnswer(), gate, Resend(), settle, stop, back_off, deadline, budget, pace)
        present: list[Middleware] = [layer for layer in layers if layer is not None]
        return cls(present, budget, deadline, stop, back_off, settle, ownership)

    def calm(self) -> None:
        """Forget server errors and time spent waiting, so that a clean-up may go on."""
        self.stop.calm()
        self.back_off.calm()
