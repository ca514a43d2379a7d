"""One refund through its whole life before a run on a shared account: made, seen, deleted, gone.

A run there makes refunds among others' data, so it begins only where one refund can be found again
and deleted. The canary also measures how long a write takes to be seen everywhere.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

from contracts.errors import Blocked, CanaryFailed
from contracts.kernel.redaction import Redaction
from contracts.kernel.session import Session
from contracts.kernel.terms import Terms
from contracts.model import ID, REFUNDS
from contracts.run.first_answer import quotation
from contracts.run.open import OpenTarget
from contracts.run.plan import Plan
from contracts.safety.search import id_of
from contracts.targets.target import Reply, Request, Send, json_request

PATIENCE_SECONDS = 10.0
"""How long a write may take to be seen, unless `--settle` says more."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_MARGIN = 2.0
"""Lags vary, so a run waits so many times the longest that the canary met."""

Wait = Callable[[float], None]
Seen = Callable[[Reply], bool]


class Canary:
    """Sends one refund through its life.

    Args:
        send: the target behind its safety layers.
        patience: seconds that each change may take to be seen.
        wait: lets time pass.
        clock: seconds that only grow.
        redaction: hides what messages must not show of an answer.

    Attributes:
        lag: the longest time that a change took to be seen; 0 where all were seen at once.
    """

    def __init__(
        self,
        send: Send,
        patience: float,
        wait: Wait,
        clock: Callable[[], float] = monotonic,
        redaction: Redaction | None = None,
    ) -> None:
        self.lag = 0.0
        self._redaction = redaction or Redaction((), set())
        self._send, self._patience, self._wait, self._clock = send, patience, wait, clock

    def fly(self, body: dict[str, Any]) -> None:
        """Create, get, list, delete, and see that it is gone.

        Args:
            body: of the create, with a check number that no other refund has.

        Raises:
            CanaryFailed: a step failed; at most this refund is left, and the ledger holds it.
            SendError: no answer came.
        """
        number = body["check_number"]
        made = self._step("create", json_request("POST", REFUNDS, body), _is_done)
        refund_id = id_of(made.json_or_none())
        if not refund_id:
            raise CanaryFailed(self._failure("create", made, "a refund with an id"))
        get = Request("GET", f"{REFUNDS}/{refund_id}")
        listed = Request("GET", REFUNDS, (("check_number", number),))
        self._until("get", get, lambda reply: _is_shown(reply, refund_id), "the new refund")
        self._until(
            "list by check number", listed, lambda reply: refund_id in _ids(reply), "the new refund"
        )
        self._step("delete", Request("DELETE", get.path), _is_done)
        self._until("get after the delete", get, lambda reply: reply.status == 404, "404")
        self._until(
            "list after the delete",
            listed,
            lambda reply: reply.status == 200 and refund_id not in _ids(reply),
            "no row with that id",
        )

    def _step(self, name: str, request: Request, seen: Seen) -> Reply:
        reply = self._asked(name, request)
        if not seen(reply):
            raise CanaryFailed(self._failure(name, reply, "success"))
        return reply

    def _until(self, name: str, request: Request, seen: Seen, due: str) -> None:
        """Ask again until a change is seen."""
        began, pause = self._clock(), _FIRST_PAUSE
        reply = self._asked(name, request)
        while not seen(reply):
            waited = self._clock() - began
            if waited >= self._patience:
                raise CanaryFailed(
                    f"{self._failure(name, reply, due)} after {waited:.1f} s; if this target takes "
                    "longer to show a change, give --settle SECONDS"
                )
            self._wait(pause)
            pause = min(_LONGEST_PAUSE, 2 * pause)
            reply = self._asked(name, request)
            self.lag = max(self.lag, self._clock() - began)

    def _asked(self, name: str, request: Request) -> Reply:
        try:
            return self._send(request)
        except Blocked as error:
            raise CanaryFailed(f"the canary refund failed at {name}: {error}") from error

    def _failure(self, name: str, reply: Reply, due: str) -> str:
        said = quotation(reply, self._redaction)
        return (
            f"the canary refund failed at {name}: expected {due}, received {reply.status} "
            f"({said}); the run stopped before it made more"
        )


def fly_canary(plan: Plan, target: OpenTarget, terms: Terms, redaction: Redaction) -> str:
    """Send a canary to a target with a ledger, and set how long writes settle there.

    Args:
        plan: of the run.
        target: where to.
        terms: what is known of it.
        redaction: hides what messages must not show.

    Returns:
        A sentence on the lag, or nothing where there is none.

    Raises:
        CanaryFailed: see `Canary.fly`; or the organization has no payer that is enabled.
    """
    safety = target.safety
    patience = max(PATIENCE_SECONDS, plan.settle or 0.0)
    canary = Canary(target.target.send, patience, safety.deadline.wait, redaction=redaction)
    try:
        body = Session(target.target, terms, "canary").body()
    except Blocked as error:
        raise CanaryFailed(f"no canary refund can be made: {error}") from error
    canary.fly(body)
    safety.settle.seconds = _MARGIN * canary.lag if plan.settle is None else plan.settle
    if not canary.lag:
        return ""
    return (
        f"a change took {canary.lag:.2f} s to be seen, so requests wait "
        f"{safety.settle.seconds:.2f} s after each write; --settle sets another time"
    )


def _is_done(reply: Reply) -> bool:
    return 200 <= reply.status < 300


def _is_shown(reply: Reply, refund_id: str) -> bool:
    return reply.status == 200 and id_of(reply.json_or_none()).lower() == refund_id.lower()


def _ids(reply: Reply) -> set[str]:
    answer = reply.json_or_none() if reply.status == 200 else None
    rows = answer.get("items") if isinstance(answer, dict) else None
    return (
        {str(row.get(ID)) for row in rows if isinstance(row, dict)}
        if isinstance(rows, list)
        else set()
    )
