"""Both targets answer alike, and every way of not answering has a name."""

import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from contracts import laws as checks
from contracts.drivers import directed
from contracts.errors import (
    CredentialsRefused,
    TargetCrashed,
    TargetGarbage,
    TargetTimeout,
    TargetUnreachable,
)
from contracts.kernel.law import Law
from contracts.kernel.session import Session
from contracts.model import REFUNDS
from contracts.targets.app import AppTarget, Message, Receive, SendMessage
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Reply, Request, Send
from tests.contracts.settings import terms_of
from tests.contracts.targets.servers import answering, served
from tests.reference_server import ReferenceServer

TERMS = terms_of()
SMALL: list[Law] = [
    law for law in checks.ALL if law.cost < 30 and law.id != "create-may-come-at-once"
]
"""Which of several creates at once comes first is open, and with it their ids."""


def test_both_targets_agree() -> None:
    """The same laws with the same seed get the same answers in process and over HTTP."""
    app = ReferenceServer(TERMS.organization, TERMS.rules)

    def answers(session: Session) -> list[tuple[int, bytes]]:
        for law in directed.plan(SMALL):
            directed.judge(law, session)
        return [(exchange.status, exchange.reply.body) for exchange in session.exchanges]

    here = answers(Session(AppTarget(app, "here"), TERMS))
    with served(ReferenceServer(TERMS.organization, TERMS.rules)) as url:
        target = HttpTarget(url, "here")
        there = answers(Session(target, TERMS))
        target.close()
    assert len(here) == len(there)
    assert [pair for pair in zip(here, there, strict=True) if pair[0] != pair[1]] == []


def test_a_path_in_the_base_url_is_kept() -> None:
    """A path in the base URL goes in front of every request."""
    asked = []

    async def app(scope: Message, receive: Receive, send: SendMessage) -> None:
        await receive()
        asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    with served(app) as url:
        target = HttpTarget(f"{url}/some/where/", Credentials(token="t"))
        target.send(Request("GET", "/api"))
        target.close()
    assert asked == ["/some/where/api"]


def test_middleware_sees_request_and_reply() -> None:
    """Each layer sees what it passes on, the first outermost."""
    seen = []

    def layer(name: str) -> Callable[[Request, Send], Reply]:
        def pass_on(request: Request, send: Send) -> Reply:
            seen.append(name)
            return send(request)

        return pass_on

    app = ReferenceServer(TERMS.organization, TERMS.rules)
    target = AppTarget(app, "m", middleware=[layer("outer"), layer("inner")])
    target.send(Request("GET", "/nowhere"))
    assert seen == ["outer", "inner"]


def test_a_closed_port_is_unreachable() -> None:
    """A port on which nothing listens is told as such."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    target = HttpTarget(f"http://127.0.0.1:{port}", Credentials(token="t"))
    with pytest.raises(TargetUnreachable, match="nothing listens"):
        target.send(Request("GET", "/"))


@pytest.mark.parametrize("url", ["localhost:5050", "ftp://host", "http://", "http://a:port"])
def test_a_bad_base_url_is_told(url: str) -> None:
    """What cannot be a base URL is refused with the URL in the message."""
    with pytest.raises(TargetUnreachable, match=url):
        HttpTarget(url)


def test_a_connection_that_was_half_ended_is_not_used_again() -> None:
    """A server may answer half a request and keep the connection; the next goes by another."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as stack:

        def serve() -> None:
            for _ in range(2):
                connection = stack.enter_context(listener.accept()[0])
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

        threading.Thread(target=serve, daemon=True).start()
        target = HttpTarget(f"http://127.0.0.1:{listener.getsockname()[1]}", Credentials(token="t"))
        half = Request("POST", "/x", headers=(("content-length", "9"),), body=b"12345678")
        assert target.send(half).status == 200
        assert target.send(Request("POST", "/x", body=b"{}")).status == 200
        target.close()


def test_a_process_with_many_open_files_is_no_hindrance() -> None:
    """A socket may have a number beyond what `select` takes, 1,024 in most systems."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2_000:
        pytest.skip("this system allows too few open files")
    app = ReferenceServer(TERMS.organization, TERMS.rules)
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, hard))
    try:
        with ExitStack() as stack, served(app) as url:
            for _ in range(1_100):
                stack.enter_context(Path(os.devnull).open("rb"))
            target = HttpTarget(url, Credentials(token="t"))
            stack.callback(target.close)
            assert {target.send(Request("GET", REFUNDS)).status for _ in range(2)} == {401}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_hanging_server_times_out() -> None:
    """A server that accepts and never answers is a timeout."""
    done = threading.Event()
    with answering(lambda connection: connection.recv(100) and done.wait(5)) as url:  # type: ignore[arg-type]
        target = HttpTarget(url, Credentials(token="t"), timeout=0.05)
        with pytest.raises(TargetTimeout, match="hanging"):
            target.send(Request("GET", "/"))
        done.set()


def test_garbage_is_told() -> None:
    """An answer that is no HTTP is garbage."""
    with answering(lambda connection: connection.sendall(b"hello\r\n\r\n")) as url:
        target = HttpTarget(url, Credentials(token="t"))
        with pytest.raises(TargetGarbage, match="no HTTP"):
            target.send(Request("GET", "/"))


def test_tls_on_a_plain_port_is_told() -> None:
    """An https URL on a port without TLS is unreachable, with a hint at TLS."""
    with answering(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")) as url:
        target = HttpTarget(url.replace("http", "https"), Credentials(token="t"))
        with pytest.raises(TargetUnreachable, match="TLS"):
            target.send(Request("GET", "/"))


def test_an_app_that_raises_has_crashed() -> None:
    """An exception of the app is told with its cause."""

    async def app(scope: Message, receive: Receive, send: SendMessage) -> None:
        raise ZeroDivisionError("oh")

    with pytest.raises(TargetCrashed, match="ZeroDivisionError"):
        AppTarget(app, Credentials(token="t")).send(Request("GET", "/"))


def test_credentials_that_give_no_token_are_refused() -> None:
    """A token call that is not answered by a token is told with the client id, not the secret."""

    async def app(scope: Message, receive: Receive, send: SendMessage) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    target = AppTarget(app, Credentials("me", "hush"))
    with pytest.raises(CredentialsRefused, match="'me' answered 401") as caught:
        target.bearer()
    assert "hush" not in str(caught.value)
