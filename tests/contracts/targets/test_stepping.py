"""Apps that wait for something are run by an event loop, and others by none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import anyio
import anyio.to_thread
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts import laws
from contracts.drivers import directed
from contracts.errors import TargetCrashed, TargetTimeout
from contracts.model import REFUNDS
from contracts.targets import stepping
from contracts.targets.app import App, AppTarget, Message, Receive, SendMessage
from contracts.targets.credentials import Credentials
from contracts.targets.target import Request
from mockserver import create_app
from tests.contracts.settings import terms_of
from tests.contracts.targets.servers import Noting, served
from tests.reference_server import ReferenceServer

GET = Request("GET", "/")
SMALL = [law for law in laws.ALL if law.cost < 10]
NAME: ContextVar[str] = ContextVar("name", default="nobody")
Step = Callable[[], Awaitable[object]]


def target_of(app: App, timeout: float = 10.0) -> AppTarget:
    """A target with a token."""
    return AppTarget(app, Credentials(token="t"), timeout=timeout)


def doing(step: Step, inner: App | None = None) -> App:
    """An app that takes a step at each request, and then answers."""

    async def app(scope: Message, receive: Receive, send: SendMessage) -> None:
        await step()
        await (inner or Noting())(scope, receive, send)

    return app


async def _sleeps() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)


async def _future() -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(0.001, future.set_result, None)
    await future


async def _tasks() -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0.001))
        group.create_task(_future())


async def _anyio() -> None:
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 0.001)
        await anyio.to_thread.run_sync(lambda: None)


async def _thread() -> None:
    assert await asyncio.to_thread(threading.get_ident) != threading.get_ident()


async def _context() -> None:
    before = NAME.set("somebody")
    await asyncio.sleep(0)
    assert NAME.get() == "somebody"
    NAME.reset(before)


async def _itself() -> None:
    task = asyncio.current_task()
    await asyncio.sleep(0)
    assert task is not None
    assert task is asyncio.current_task()


async def _expires() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.sleep(60)


STEPS = [_sleeps, _future, _tasks, _anyio, _thread, _context, _itself, _expires]


@pytest.mark.parametrize("step", STEPS)
def test_an_app_may_wait(step: Step) -> None:
    """Whatever it waits for, three requests in a row are answered."""
    target = target_of(doing(step))
    assert [target.send(GET).status for _ in range(3)] == [200] * 3


def test_it_may_wait_though_another_loop_runs() -> None:
    """As under pytest-asyncio or in a notebook; the outer loop is still there afterwards."""

    async def outer() -> tuple[int, bool]:
        loop = asyncio.get_running_loop()
        status = target_of(doing(_tasks)).send(GET).status
        await asyncio.sleep(0)
        return status, loop is asyncio.get_running_loop()

    assert asyncio.run(outer()) == (200, True)


def test_an_app_may_send_to_another_in_this_process() -> None:
    """A call within a call has a loop of its own."""
    inner = target_of(doing(_sleeps))

    async def nested() -> None:
        await asyncio.sleep(0)
        assert inner.send(GET).status == 200
        await asyncio.sleep(0)

    assert target_of(doing(nested)).send(GET).status == 200


def test_an_async_client_keeps_its_connections() -> None:
    """All requests of an app have one loop, so what it keeps open works on."""
    upstream = Noting()
    with served(upstream) as url:
        client = httpx.AsyncClient(base_url=url)

        async def ask() -> None:
            assert (await client.get("/")).status_code == 200

        async def leave() -> None:
            await client.aclose()

        target = target_of(doing(ask))
        assert [target.send(GET).status for _ in range(3)] == [200] * 3
        assert target_of(doing(leave)).send(GET).status == 200
    assert len(upstream.seen) == 3


def test_middleware_with_a_task_group_works() -> None:
    """Starlette's middleware for functions waits, and asks whether the client is still there."""
    gone: list[bool] = []

    async def answer(asked: Asked) -> Response:
        body = await asked.body()
        gone.append(await asked.is_disconnected())
        return JSONResponse({"bytes": len(body)})

    async def pass_on(asked: Asked, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(asked)

    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    app.add_middleware(BaseHTTPMiddleware, dispatch=pass_on)
    reply = target_of(app).send(Request("POST", "/", body=b"1234"))
    assert (reply.status, reply.json(), gone) == (200, {"bytes": 4}, [False])


def test_a_client_that_goes_away_is_gone_at_once() -> None:
    """A body that is shorter than announced ends in a disconnect, without any waiting."""
    messages: list[str] = []

    async def app(_scope: Message, receive: Receive, send: SendMessage) -> None:
        messages.extend([(await receive())["type"], (await receive())["type"]])
        await Noting()(_scope, receive, send)

    half = Request("POST", "/", headers=(("content-length", "9"),), body=b"1")
    target_of(app).send(half)
    assert messages == ["http.request", "http.disconnect"]


def test_an_app_that_waits_too_long_times_out() -> None:
    """The message names the request; the next request is answered."""
    stuck = asyncio.Event()

    async def wait() -> None:
        await stuck.wait()

    with pytest.raises(TargetTimeout, match=r"GET /: the app has not answered within 0\.05 s"):
        target_of(doing(wait), timeout=0.05).send(GET)
    assert target_of(doing(_sleeps)).send(GET).status == 200


def test_an_app_that_fails_after_waiting_has_crashed() -> None:
    """Its error is the cause; so is a cancellation, and what no loop can wait for."""

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError("oh")

    async def cancel() -> None:
        await asyncio.sleep(0)
        raise asyncio.CancelledError

    async def at_once() -> None:
        raise asyncio.CancelledError

    class Odd:
        def __await__(self) -> object:
            yield "nothing"

    async def odd() -> None:
        await Odd()  # type: ignore[misc]

    for step, told in (
        (fail, "ZeroDivisionError"),
        (cancel, "cancelled"),
        (at_once, "Cancelled"),
        (odd, "bad yield"),
    ):
        with pytest.raises(TargetCrashed, match=told):
            target_of(doing(step)).send(GET)
        assert target_of(doing(_sleeps)).send(GET).status == 200


@pytest.mark.parametrize("waits", [False, True])
def test_a_task_that_is_left_behind_goes_on(waits: bool) -> None:
    """What an app begins and does not wait for runs between its requests, as on a server."""
    done: list[int] = []

    async def later() -> None:
        done.append(1)
        await asyncio.sleep(0)
        done.append(2)

    async def never() -> None:
        pass

    async def begin() -> None:
        if not done:
            keep.append(asyncio.create_task(later()))
            await (asyncio.sleep(0) if waits else never())

    keep: list[object] = []
    target = target_of(doing(begin))
    for _ in range(3):
        target.send(GET)
    assert done == [1, 2]


def test_what_an_app_sets_does_not_leak() -> None:
    """Neither into the caller's context nor into the next request."""
    seen: list[str] = []

    async def name() -> None:
        seen.append(NAME.get())
        NAME.set("somebody")

    target = target_of(doing(name))
    target.send(GET)
    target.send(GET)
    assert (seen, NAME.get()) == (["nobody"] * 2, "nobody")


def test_an_app_that_never_waits_needs_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """No loop runs for the stand-in, however many requests it answers."""
    monkeypatch.setattr(stepping, "_idle", [])
    target = AppTarget(create_app(), "never-waits")
    target.bearer()
    (stepper,) = stepping._idle

    def fail(*_: object) -> None:
        raise AssertionError("a loop ran")

    monkeypatch.setattr(stepper._loop, "run_forever", fail)
    assert target.send(Request("GET", REFUNDS)).status == 200
    monkeypatch.undo()
    stepper.close()


@pytest.mark.parametrize("step", [_sleeps, _anyio])
def test_laws_are_kept_by_an_app_that_waits(step: Step) -> None:
    """The answers are those of the app that does not wait."""
    terms = terms_of()
    app = doing(step, ReferenceServer(terms.organization, terms.rules))
    verdicts = directed.run(AppTarget(app, "waits"), terms, laws=SMALL)
    assert not [verdict.law.id for verdict in verdicts if verdict.state == "broken"]
