"""A server that closes kept connections breaks no law, and no write is carried out twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import BudgetSpent, TargetDropped, TargetHungUp
from contracts.model import ID, REFUNDS
from contracts.run.plan import Plan
from contracts.run.run import run
from contracts.safety.resend import Resend
from contracts.targets.credentials import TOKEN_PATH, Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Reply, Request, json_request
from tests.contracts.safety.answers import reply
from tests.contracts.safety.closing import How, closing
from tests.serving import Served

OURS = "11111111-1111-4111-8111-111111111111"
BODY = {"amount_cents": 5, "allocations": [], "non_insurance_payer_id": OURS}
MARKED = json_request("POST", REFUNDS, {**BODY, "check_number": "c-0123456789ab"})
NOTED = json_request("POST", f"/_mock/w/x{REFUNDS}", {**BODY, "refund_note": "n 0123456789ab"})
UNMARKED = json_request("POST", REFUNDS, BODY)
ROW = {**BODY, "check_number": "c-0123456789ab", ID: OURS}
ITEM = f"{REFUNDS}/{OURS}"


@pytest.mark.parametrize(
    ("how", "shared"),
    [("idle", False), ("idle", True), ("unread", False), ("unread", True), ("read", True)],
)
def test_a_server_that_closes_connections_breaks_no_law(
    how: How, shared: bool, crowded: Served, tmp_path: Path
) -> None:
    """In a world of its own and on an account with others' data, and nothing is left.

    In a world of its own, a server that carries a create out and does not answer breaks laws.
    """
    more: dict[str, Any] = {"shared": True, "ledger": tmp_path / "l.jsonl"} if shared else {}
    with closing(crowded.url, how) as proxy:
        findings = run(Plan(proxy.url, 7, budget=700, **more))
    assert ([str(f.breach) for f in findings.broken], findings.error) == ([], "")
    assert findings.decides
    assert not [text for text in findings.problems if "left" in text]
    # How often a client is idle for so long depends on the machine; the other ways do not.
    assert how == "idle" or (proxy.cut and proxy.opened > 3)


class Dropping:
    """A target that drops the first request, and answers others by a function."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.got: list[str] = []
        self._answer = answer

    def __call__(self, request: Request) -> Reply:
        """Drop or answer one request."""
        self.got.append(f"{request.method} {request.path.removesuffix(OURS)}")
        if len(self.got) == 1:
            raise TargetDropped("dropped")
        return self._answer(request)


def listing(*rows: Any) -> Callable[[Request], Reply]:
    """Answers lists by rows, and all else by an empty object."""
    return lambda request: reply(200, {"items": rows} if request.method == "GET" else {})


@pytest.mark.parametrize(
    ("request_", "answer", "sent"),
    [
        (Request("PATCH", ITEM, body=b"{}"), listing(), ["PATCH", "PATCH"]),
        (Request("DELETE", ITEM), lambda _: reply(200), ["DELETE", "DELETE"]),
        (Request("DELETE", ITEM), lambda _: reply(404), ["DELETE", "DELETE"]),
        (Request("POST", TOKEN_PATH), listing(), ["POST", "POST"]),
        (MARKED, listing(), ["POST", "GET", "POST"]),
        (MARKED, lambda r: reply(422 if r.method == "GET" else 200), ["POST", "GET", "POST"]),
        (MARKED, listing({**ROW, "amount_cents": 6}), ["POST", "GET", "POST"]),
        (UNMARKED, listing(ROW), ["POST", "POST"]),
        (Request("POST", REFUNDS, body=b"[1"), listing(ROW), ["POST", "POST"]),
    ],
)
def test_what_is_sent_again(
    request_: Request, answer: Callable[[Request], Reply], sent: list[str]
) -> None:
    """The caller gets the second answer; a create is looked up before."""
    target = Dropping(answer)
    Resend()(request_, target)
    assert [text.partition(" ")[0] for text in target.got] == sent


@pytest.mark.parametrize(
    ("request_", "answer", "sent"),
    [
        (MARKED, listing(ROW), ["POST", "GET"]),
        (MARKED, listing({**ROW, "check_number": "another"}), ["POST", "GET"]),
        (MARKED, lambda _: reply(503), ["POST", "GET"]),
    ],
)
def test_a_create_that_may_be_made_is_not_sent_again(
    request_: Request, answer: Callable[[Request], Reply], sent: list[str]
) -> None:
    """A list shows its mark, or does not keep to its filter, or cannot be read."""
    target = Dropping(answer)
    with pytest.raises(TargetDropped):
        Resend()(request_, target)
    assert [text.partition(" ")[0] for text in target.got] == sent


def test_a_create_is_looked_up_in_its_own_world() -> None:
    """The list has the prefix of the create; a mark in the note is looked for at its payer."""
    target = Dropping(listing())
    Resend()(NOTED, target)
    assert target.got == [f"{m} /_mock/w/x{REFUNDS}" for m in ("POST", "GET", "POST")]


def test_a_second_delete_that_finds_nothing_says_nothing() -> None:
    """Of a refund that was there, nobody knows whether the first DELETE was carried out."""
    resend = Resend()
    resend(UNMARKED, lambda _: reply(200, ROW))
    with pytest.raises(TargetDropped):
        resend(Request("DELETE", ITEM), Dropping(lambda _: reply(404)))


def test_the_same_create_again_is_no_sign() -> None:
    """A refund that an earlier create made does not show that this one was carried out."""
    resend, target = Resend(), Dropping(listing(ROW))
    resend(MARKED, lambda _: reply(200, ROW))
    resend(MARKED, target)
    assert target.got == [f"{method} {REFUNDS}" for method in ("POST", "GET", "POST")]


def test_a_limit_leaves_the_first_error() -> None:
    """A request that has left once is not taken for one that never did."""

    def spent(_request: Request) -> Reply:
        raise BudgetSpent("used up")

    for request_ in (MARKED, Request("PATCH", ITEM)):
        with pytest.raises(TargetDropped):
            Resend()(request_, Dropping(spent))


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("method", "second", "error"),
    [
        ("GET", b"", None),
        ("HEAD", b"", None),
        ("POST", b"", TargetDropped),
        ("DELETE", b"", TargetDropped),
        ("POST", b"HTTP/1.1 2", None),
    ],
)
def test_a_kept_connection_that_is_closed(
    method: str, second: bytes, error: type[Exception] | None
) -> None:
    """Reads are repeated at once; a write is dropped only where no byte of an answer came."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as stack:

        def serve() -> None:
            first = stack.enter_context(listener.accept()[0])
            for answer in (HEAD, second):
                seen.append(first.recv(65_536))
                first.sendall(answer)
            first.shutdown(socket.SHUT_RDWR)
            other = stack.enter_context(listener.accept()[0])
            seen.append(other.recv(65_536))
            other.sendall(HEAD.removesuffix(b"{}") if method == "HEAD" else HEAD)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        target = HttpTarget(f"http://127.0.0.1:{listener.getsockname()[1]}", Credentials(token="t"))
        target.send(Request("GET", "/first"))
        asked = Request(method, "/second")
        if error is not None or second:
            with pytest.raises(error or Exception) as raised:
                target.send(asked)
            assert isinstance(raised.value, TargetDropped) == (not second)
            asked = Request("GET", "/third")
        target.send(asked)
        target.close()
        thread.join(10)
    assert len(seen) == 3


def test_a_new_connection_that_is_closed_is_a_hung_up_one() -> None:
    """Nothing is sent again where the server had no reason to close."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        target = HttpTarget(f"http://127.0.0.1:{listener.getsockname()[1]}", Credentials(token="t"))
        with pytest.raises(TargetHungUp) as raised:
            target.send(Request("GET", "/"))
        assert not isinstance(raised.value, TargetDropped)
        thread.join(10)
