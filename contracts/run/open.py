"""Opens a target: the safety layers round it, its worlds, and other ways to the same server."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from contracts.errors import LedgerError, PlanError, TargetCrashed
from contracts.run.plan import APP, SHARED_BUDGET, Plan
from contracts.run.stand_in import StandIn
from contracts.safety.hosts import check_host, is_genuine, is_loopback
from contracts.safety.ledger import Ledger
from contracts.safety.limits import Budget, Deadline, ErrorStop, NoAnswer
from contracts.safety.ownership import Ownership
from contracts.safety.pace import VENDOR_PER_SECOND, BackOff, Pace
from contracts.safety.read_only import read_only
from contracts.targets.app import AppTarget
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Middleware, Reply, Request, Send, Target
from contracts.targets.worlds import Worlds, one_world

_DEFAULT_RATE = 0.8 * VENDOR_PER_SECOND
_OWN_CLIENT = "contracts"
_PATIENT = 200
"""Consecutive server errors tolerated on a server that only we use."""


@dataclass(slots=True)
class OpenTarget:
    """A target that is ready to be judged.

    Attributes:
        target: with the safety layers.
        stand_in: its control plane, or None for any other server.
        shared: whether others' data may lie there.
        genuine: whether it is the vendor's API, or to be treated as that.
        worlds: gives worlds by name.
        budget: counts and bounds what leaves.
        deadline: bounds the time.
        name: of the run; on a stand-in with fresh worlds there is one of this name.
        ledger: what is ours, or None where the world is thrown away.
        client_id: in whose name the run goes.
        secrets: what must not be shown.
        ownership: the layer that keeps the ledger.
        calm: forgets server errors so far, so that the clean-up may go on.
        close: forgets the connection, after an interruption in the middle of an answer.
        app: the app in this process, or None.
    """

    target: Target
    stand_in: StandIn | None
    shared: bool
    genuine: bool
    worlds: Worlds
    budget: Budget
    deadline: Deadline
    ledger: Ledger | None
    client_id: str
    name: str
    secrets: list[str] = field(default_factory=list)
    ownership: Ownership | None = None
    calm: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None
    app: Any = None


def check_plan(plan: Plan) -> None:
    """Refuse what may not be sent to, before anything is.

    Raises:
        HostRefused: the host is not allowed.
        PlanError: the rate is beyond the vendor's.
    """
    if plan.target != APP:
        check_host(plan.target, plan.allowed_hosts, production=plan.production)
    if plan.target == APP and plan.shared:
        raise PlanError("--shared needs a served target; the app in this process is ours alone")
    if plan.rate is not None and is_vendor(plan) and plan.rate >= VENDOR_PER_SECOND:
        raise PlanError(
            f"--rate {plan.rate:g}: the vendor allows 1000 requests in 10 s; stay below "
            f"{VENDOR_PER_SECOND:g} a second"
        )


def is_vendor(plan: Plan) -> bool:
    """Whether the plan points to the vendor."""
    return plan.target != APP and is_genuine(plan.target)


@contextmanager
def open_target(plan: Plan, ledger: Ledger | None = None) -> Iterator[OpenTarget]:
    """The plan's target.

    Args:
        plan: what to open.
        ledger: one that is there already, to be swept.

    Raises:
        TargetError: it does not answer.
        PlanError: see `check_plan`.
    """
    check_plan(plan)
    with ExitStack() as stack:
        app = own_app(plan) if plan.target == APP else None
        factory = target_factory(plan, app)
        stand_in = (
            None if is_vendor(plan) else StandIn.found(stack.enter_context(factory(_nobody())))
        )
        shared = plan.shared or stand_in is None
        single = shared or plan.tier == "read-only"
        name = _name(plan, stand_in)
        credentials = plan.credentials or _own(plan, name, single=single, shared=shared)
        if ledger is None and shared and plan.tier == "scoped":
            ledger = _ledger(plan, credentials)
            stack.callback(ledger.retire, keep=plan.ledger is not None)
        safe = _Safety.of(plan, ledger, shared=shared)
        if stand_in is not None and not single:
            safe.layers.insert(0, stand_in.note_client)
            stand_in.clients.add(name)
            if plan.credentials is None:
                stand_in.clients.add(credentials.client_id)
            stand_in.make(name)
            stack.callback(stand_in.forget_clients)
        elif stand_in is not None:
            stand_in = stand_in.sealed()
        target = stack.enter_context(factory(credentials, safe.layers))
        yield OpenTarget(
            target,
            stand_in,
            shared,
            plan.shared or (shared and stand_in is None),
            worlds_behind(target, name, None if single else stand_in),
            safe.budget,
            safe.deadline,
            ledger,
            credentials.client_id,
            name,
            [credentials.client_secret, credentials.token],
            safe.ownership,
            safe.calm,
            getattr(target, "close", lambda: None),
            app,
        )


@dataclass(frozen=True, slots=True)
class _Safety:
    """The layers round a target, the outermost first, and those of them that are talked to."""

    layers: list[Middleware]
    budget: Budget
    deadline: Deadline
    stop: ErrorStop
    back_off: BackOff
    ownership: Ownership | None

    @classmethod
    def of(cls, plan: Plan, ledger: Ledger | None, *, shared: bool) -> "_Safety":
        """The layers that a plan asks for."""
        budget = Budget(SHARED_BUDGET if plan.budget is None and shared else plan.budget)
        if ledger is not None:
            budget.reserved = lambda: ledger.due
        deadline = Deadline()
        ownership = Ownership(ledger) if ledger is not None else None
        stop = ErrorStop(plan.stop_after if shared else max(plan.stop_after, _PATIENT))
        gate: list[Middleware] = [ownership] if ownership is not None else []
        if plan.tier == "read-only":
            gate = [read_only]
        waits = shared and not _is_ours(plan)
        back_off = BackOff(0.5 if waits else 0.0, deadline.wait)
        layers: list[Middleware]
        layers = [
            NoAnswer(),
            *gate,
            stop,
            back_off,
            deadline,
            budget,
        ]
        rate = plan.rate or (_DEFAULT_RATE if waits else None)
        return cls(
            [*layers, Pace(rate)] if rate else layers, budget, deadline, stop, back_off, ownership
        )

    def calm(self) -> None:
        """Forget server errors and time spent waiting, so that a clean-up may go on."""
        self.stop.calm()
        self.back_off.calm()


def _is_ours(plan: Plan) -> bool:
    return plan.target == APP or is_loopback(plan.target)


def _name(plan: Plan, stand_in: StandIn | None) -> str:
    """What the run's worlds are called: by its seed, so that the ids drawn there are the same.

    Where a world of that name stands, another run of that seed is under way, or crashed; then, and
    where worlds cannot be deleted, the name is random.
    """
    name = f"contracts-{plan.seed}"
    return name if stand_in is not None and not stand_in.has(name) else f"c-{uuid4().hex[:12]}"


def _own(plan: Plan, name: str, *, single: bool, shared: bool) -> Credentials:
    """A client of the run's own: a fresh one, but where nothing may be deleted one for all runs."""
    if shared and not _is_ours(plan):
        raise PlanError(f"{plan.target} needs --client-id and --client-secret, or --token")
    return Credentials(_OWN_CLIENT if single else f"{name}-client", "any-secret")


def _nobody() -> Credentials:
    return Credentials(token="none")


def _ledger(plan: Plan, credentials: Credentials) -> Ledger:
    now = datetime.now(UTC)
    name = f"contracts-ledger-{now:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}.jsonl"
    about = {
        "target": plan.target,
        "client_id": credentials.client_id,
        "seed": plan.seed,
        "at": now.isoformat(),
        "shared": plan.shared,
    }
    path = plan.ledger or Path(name)
    if path.is_dir():
        raise LedgerError(f"{path} is a folder; name a file with --ledger")
    return Ledger.begin(path, about)


class TargetFactory(Protocol):
    """Makes targets that all lead to the same server."""

    def __call__(
        self, credentials: Credentials, middleware: Sequence[Middleware] = ()
    ) -> AbstractContextManager[Target]:
        """A target, closed with the context."""


def own_app(plan: Plan) -> Any:
    """The stand-in in this process, with the profile that the plan names."""
    from mockserver import Settings, create_app

    profile = plan.profile if plan.profile in {"default", "strict", "lenient"} else None
    return create_app(Settings(profile=profile, max_worlds=100_000))


def target_factory(plan: Plan, app: Any) -> TargetFactory:
    """The factory to the plan's target, or to an app in this process."""

    @contextmanager
    def factory(
        credentials: Credentials, middleware: Sequence[Middleware] = ()
    ) -> Iterator[Target]:
        if app is not None:
            yield AppTarget(app, credentials, middleware=(*middleware, crash_is_500))
            return
        target = HttpTarget(plan.target, credentials, timeout=plan.timeout, middleware=middleware)
        try:
            yield target
        finally:
            target.close()

    return factory


def crash_is_500(request: Request, send: Send) -> Reply:
    """Answer 500 where an app in this process raises, as any server in front of it would."""
    try:
        return send(request)
    except TargetCrashed as error:
        return Reply(500, (), str(error).encode())


def worlds_behind(target: Target, run: str, stand_in: StandIn | None) -> Worlds:
    """Fresh worlds on a stand-in that may make and delete them; else the same world each time."""
    if stand_in is None:
        return one_world(target)

    @contextmanager
    def by_path(name: str) -> Iterator[Target]:
        with stand_in.world(target, f"{run}-{name}"[:60]) as inside:
            yield inside

    return by_path
