"""The correct server with one defect in it; which defects there are lies elsewhere."""

from asyncio import sleep
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from contracts.model import Outcome, Prediction, State
from contracts.model.organization import Organization
from contracts.model.page import Page
from contracts.model.rules import Level
from contracts.targets.app import Message, Receive, SendMessage
from contracts.targets.target import Reply, Request
from tests.defects.defect import Call, Defect, Memory
from tests.reference_server import ReferenceServer, World

T = TypeVar("T")


def _bent(hook: Callable[..., T] | None, right: T, *given: Any) -> T:
    """What a hook makes of it; what is right where there is none, or where it cannot read it."""
    if hook is None:
        return right
    try:
        return hook(*given)
    except (TypeError, AttributeError, LookupError, ValueError):
        return right


class Flawed(ReferenceServer):
    """A server that is correct but for one defect.

    Args:
        defect: the one change.
        organization: what refunds may refer to.
        rules: the level that each rule should have.
    """

    def __init__(
        self, defect: Defect, organization: Organization, rules: Mapping[str, Level]
    ) -> None:
        super().__init__(organization, {**rules, **defect.rules})
        self.defect = defect
        self._memories: dict[int, Memory] = {}

    async def __call__(self, scope: Message, receive: Receive, send: SendMessage) -> None:
        """Answer one request; where the defect waits, others come in between."""
        if self.defect.waits:
            drawn = [(world, world.drawn) for world in self.worlds.values()]
            await sleep(0)
            for world, number in drawn:
                world.drawn = number
        await super().__call__(scope, receive, send)

    def answer(self, request: Request) -> Reply:
        """Answer one request, met with the defect."""
        return super().answer(_bent(self.defect.met, request, request, self.worlds))

    def heard(self, request: Request, world: World) -> Request:
        """The request as the defect has it."""
        return _bent(self.defect.heard, request, request, world)

    def decided(self, request: Request, prediction: Prediction, world: World) -> Outcome:
        """The outcome as the defect has it."""
        right = super().decided(request, prediction, world)
        return self._called(self.defect.decided, right, request, prediction, world)

    def shown(self, request: Request, prediction: Prediction, body: Any, world: World) -> Any:
        """The body of a 200 as the defect has it."""
        return self._called(self.defect.shown, body, request, prediction, world)

    def stored(self, request: Request, prediction: Prediction, body: Any, world: World) -> State:
        """The next state as the defect has it."""
        right = super().stored(request, self._paged(prediction), body, world)
        return self._called(self.defect.stored, right, request, prediction, world)

    def said(self, request: Request, reply: Reply) -> Reply:
        """The reply as the defect has it."""
        return _bent(self.defect.said, reply, request, reply)

    def _body(self, prediction: Prediction, world: World) -> Any:
        return super()._body(self._paged(prediction), world)

    def _paged(self, prediction: Prediction) -> Prediction:
        if self.defect.paged is None or not isinstance(prediction.expected, Page):
            return prediction
        page = self.defect.paged(prediction.expected)
        return replace(prediction, expected=page, learn=page.learn)

    def _called(
        self,
        hook: Callable[[Call, T], T] | None,
        right: T,
        request: Request,
        prediction: Prediction,
        world: World,
    ) -> T:
        """What a hook makes of a call, the right thing being given."""
        if hook is None:
            return right
        memory = self._memories.setdefault(id(world), {})
        return _bent(hook, right, Call(request, prediction, world, memory), right)
