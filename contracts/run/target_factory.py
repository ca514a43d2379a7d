"""The ways to one server: targets with other credentials or layers, and worlds by name."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from contracts.errors import TargetCrashed
from contracts.run.plan import Plan
from contracts.run.stand_in import StandIn
from contracts.targets.app import AppTarget
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Middleware, Reply, Request, Send, Target
from contracts.targets.worlds import Worlds, one_world


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
