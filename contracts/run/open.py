"""Opens a target: the safety layers round it, its worlds, and the stand-in's control plane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from contracts.errors import (
    Blocked,
    LedgerError,
    PlanError,
    SendError,
    TargetCrashed,
    TargetError,
)
from contracts.kernel.redaction import Redaction, SeenRows
from contracts.kernel.session import Worlds
from contracts.run.first_answer import (
    check_first_answer,
    check_health,
    check_without_login,
    quoting,
)
from contracts.run.plan import APP, Plan
from contracts.run.safety_layers import Safety
from contracts.run.stand_in import StandIn
from contracts.safety.ledger import Ledger
from contracts.safety.resend import Resend
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Middleware, Reply, Request, Send, Target
from contracts.targets.tls import TlsFiles

if TYPE_CHECKING:
    from contracts.targets.app import AppTarget

_OWN_CLIENT = "contracts"


@dataclass(slots=True)
class OpenTarget:
    """A target that is ready to be judged.

    Attributes:
        target: with the safety layers.
        stand_in: its control plane, or None for any other server.
        shared: whether others' data may lie there.
        genuine: whether it is the vendor's API, or to be treated as that.
        worlds: gives worlds by name.
        safety: the layers round it.
        name: of the run; on a stand-in with fresh worlds there is one of this name.
        ledger: what is ours, or None where the world is thrown away.
        client_id: the client of the run.
        secrets: texts that no report may show.
        seen: the rows of all answers, to know others' values by.
        app: the app in this process, or None.
    """

    target: AppTarget | HttpTarget
    stand_in: StandIn | None
    shared: bool
    genuine: bool
    worlds: Worlds
    safety: Safety
    ledger: Ledger | None
    client_id: str
    name: str
    secrets: list[str]
    seen: SeenRows
    app: Any

    def redaction(self, *, rows: bool = True) -> Redaction:
        """What hides its secrets, and rows that are not ours, if they are to be hidden."""
        tokens: Sequence[str] | None = getattr(self.target, "tokens", None)
        if tokens is None:
            tokens = []
            with suppress(TargetError):
                tokens = [self.target.bearer()]
        ours = self.ledger.ever if self.ledger else set() if self.shared else None
        names = self.ledger.names if self.ledger else lambda _text: False
        return Redaction(self.secrets, ours if rows else None, tokens, self.seen, names)


@contextmanager
def open_target(plan: Plan, ledger: Ledger | None = None) -> Iterator[OpenTarget]:
    """The plan's target.

    Args:
        plan: what to open.
        ledger: one that is there already, to be swept.

    Raises:
        TargetError: it does not answer.
        PlanError: see `Plan.check`.
        WrongAnswer: its first answer is not the API's, or refuses the token.
    """
    plan.check()
    secrets = [value for value in _secrets(plan) if value]
    with ExitStack() as stack, quoting(secrets):
        app = own_app(plan) if plan.target == APP else None
        stand_in = None
        if not plan.is_vendor:
            root = replace(plan, target=plan.root)
            control = _connect(root, app, Credentials(token="none"), [Resend()])
            stack.callback(control.close)
            secrets += control.secrets
            stand_in = StandIn.found(control, partial(check_health, plan))
            if stand_in is None and plan.credentials is None and not plan.is_local:
                check_without_login(plan, control)
        shared = plan.shared or stand_in is None or plan.named_world is not None
        single = shared or plan.tier == "read-only"
        name = _name(plan, None if single else stand_in)
        credentials = plan.credentials or _own(plan, name, single=single, shared=shared)
        if ledger is None and shared and plan.tier == "scoped":
            ledger = _ledger(plan, credentials)
            stack.callback(ledger.retire, keep=plan.ledger is not None)
        safety = Safety.of(plan, ledger, shared=shared)
        if stand_in is not None and not single:
            safety.layers.insert(0, stand_in.note_client)
            stand_in.clients.add(name)
            if plan.credentials is None:
                stand_in.clients.add(credentials.client_id)
            stack.callback(stand_in.forget_clients)
        elif stand_in is not None:
            stand_in = replace(stand_in, is_sealed=True, named=plan.named_world)
        seen = SeenRows()
        target = _connect(plan, app, credentials, [*([seen] if shared else ()), *safety.layers])
        stack.callback(target.close)
        secrets += target.secrets
        if shared or (plan.credentials is not None and plan.credentials.token):
            try:
                check_first_answer(plan, target)
            finally:
                secrets += getattr(target, "tokens", ())
        opened = OpenTarget(
            target,
            stand_in,
            shared,
            plan.shared or (shared and stand_in is None),
            _worlds(target, name, None if single else stand_in),
            safety,
            ledger,
            credentials.client_id,
            name,
            secrets,
            seen,
            app,
        )
        with _redacted(opened):
            yield opened


@contextmanager
def _redacted(opened: OpenTarget) -> Iterator[None]:
    """Take secrets and others' values out of the messages of errors, which may quote answers."""
    try:
        yield
    except (SendError, Blocked) as error:
        error.args = (opened.redaction().text(str(error)), *error.args[1:])
        raise


def _secrets(plan: Plan) -> tuple[str, ...]:
    given = plan.credentials
    return () if given is None else (given.client_secret, given.token)


def _name(plan: Plan, stand_in: StandIn | None) -> str:
    """The name of the run's worlds: from its seed, so that the ids drawn there are the same.

    It is random if a world of that name exists, as another run of that seed is under way or
    crashed, and if no world is made for the run.
    """
    name, other = f"contracts-{plan.seed}", f"c-{uuid4().hex[:12]}"
    if stand_in is None:
        return other
    if stand_in.take(name):
        return name
    stand_in.take(other)
    return other


def _own(plan: Plan, name: str, *, single: bool, shared: bool) -> Credentials:
    """A client of the run's own, or one for all runs where no world may be deleted."""
    if shared and not plan.is_local:
        raise PlanError(f"{plan.target} needs --client-id and --client-secret, or --token")
    return Credentials(_OWN_CLIENT if single else f"{name}-client", "any-secret")


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


def own_app(plan: Plan) -> Any:
    """The stand-in in this process, with the profile that the plan names."""
    from mockserver import Settings, create_app

    profile = plan.profile if plan.profile in {"default", "strict", "lenient"} else None
    return create_app(Settings(profile=profile, max_worlds=100_000))


def _connect(
    plan: Plan, app: Any, credentials: Credentials, layers: Sequence[Middleware] = ()
) -> AppTarget | HttpTarget:
    """The plan's server behind layers, or an app in this process."""
    if app is not None:
        from contracts.targets.app import AppTarget

        return AppTarget(
            app,
            credentials,
            middleware=(*layers, crash_is_500),
            timeout=plan.timeout,
            headers=plan.network.headers,
        )
    return HttpTarget(
        plan.target,
        credentials,
        timeout=plan.timeout,
        middleware=layers,
        context=plan.network.tls.context() if plan.network.tls != TlsFiles() else None,
        headers=plan.network.headers,
    )


def crash_is_500(request: Request, send: Send) -> Reply:
    """Answer 500 where an app in this process raises, as any server in front of it would."""
    try:
        return send(request)
    except TargetCrashed as error:
        return Reply(500, (), str(error).encode())


def _worlds(target: Target, run: str, stand_in: StandIn | None) -> Worlds:
    """Fresh worlds on a stand-in that may make and delete them; else the same world each time."""
    if stand_in is None:
        return lambda _name: nullcontext(target)
    return lambda name: stand_in.world(target, f"{run}-{name}"[:60])
