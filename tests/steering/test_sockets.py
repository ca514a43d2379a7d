"""Losses on a real socket, through a served stand-in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.control.refunds import refund_of
from tests.serving import Served
from tests.steering.world import PATH

LOST: dict[str, tuple[type[httpx.TransportError], str]] = {
    "reset": (httpx.ReadError, "."),
    "close": (httpx.RemoteProtocolError, "without sending a response"),
    "truncated": (httpx.RemoteProtocolError, "without sending complete message body"),
    "stall": (httpx.ReadTimeout, "timed out"),
}
SHORT = httpx.Timeout(30, read=0.2)


class Here:
    """A world of a served stand-in, of one test's own."""

    def __init__(self, client: httpx.Client, world: str) -> None:
        self.client = client
        self.control = f"/_mock/worlds/{world}"
        self.path = f"/_mock/w/{world}{PATH}"

    def fault(self, **document: Any) -> None:
        """Set a fault."""
        assert self.client.post(f"{self.control}/faults", json=document).status_code == 201

    def create(self, **options: Any) -> httpx.Response:
        """Create a refund."""
        return self.client.post(self.path, json=refund_of(), **options)

    def count(self) -> int:
        """How many refunds there are."""
        held: int = self.client.get(self.control).json()["refunds"]
        return held


@pytest.fixture
def here(served: Served, world: str) -> Iterator[Here]:
    """A world of the served stand-in."""
    with served.client() as client:
        client.post(f"/_mock/worlds/{world}/reset")
        yield Here(client, world)


@pytest.mark.parametrize("kind", LOST)
def test_an_answer_is_lost_after_the_write(here: Here, served: Served, kind: str) -> None:
    """The client sees the socket fail, the refund is there, and the server goes on quietly."""
    before = here.count()
    here.fault(operation="*.create", moment="after", first=1, **{"break": kind})
    error, told = LOST[kind]
    with pytest.raises(error, match=told):
        here.create(timeout=SHORT)
    assert here.count() == before + 1
    assert here.create().status_code == 200
    assert [line for line in served.err.so_far() if "ERROR" in line] == []


@pytest.mark.parametrize("kind", ["reset", "close", "stall"])
def test_an_answer_is_lost_before_the_write(here: Here, kind: str) -> None:
    """The client sees the same, and nothing was written."""
    before = here.count()
    here.fault(operation="*.create", first=1, **{"break": kind})
    with pytest.raises(LOST[kind][0]):
        here.create(timeout=SHORT)
    assert here.count() == before


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_answer_that_nobody_waits_for_is_lost(here: Here, moment: str) -> None:
    """A client that leaves in a delay gets no answer, and loses one if the write came first."""
    before = here.count()
    here.fault(operation="*.create", moment=moment, delay_ms=600_000)
    with pytest.raises(httpx.ReadTimeout):
        here.create(timeout=SHORT)
    journal = f"{here.control}/journal"
    while not (calls := here.client.get(journal).json()["calls"]):
        pass
    assert calls[0]["answer"] is None
    assert ("lost" in calls[0]) == (moment == "after")
    assert here.count() - before == (moment == "after")


def test_a_client_that_does_not_wait_and_tries_again_is_found(here: Here) -> None:
    """A create that was written after its client had left, and came again, leaves two records."""
    here.fault(operation="*.create", first=1, moment="after", delay_ms=600_000)
    with pytest.raises(httpx.ReadTimeout):
        here.create(timeout=SHORT)
    assert here.create().status_code == 200
    while here.client.get(f"{here.control}/journal").json()["written"] < 2:
        pass
    [found] = here.client.get(f"{here.control}/conduct").json()["findings"]
    assert (found["kind"], sorted(found["calls"])) == ("repeated-create", [1, 2])


def test_a_slow_body_comes_in_pieces(here: Here) -> None:
    """A body in chunks has its length, comes in several pieces, and is whole."""
    good = here.client.get(here.path).content
    here.fault(operation="*.get_multi", chunks={"bytes": len(good) // 2 + 1, "delay_ms": 1})
    with here.client.stream("GET", here.path) as answer:
        pieces = list(answer.iter_raw())
    assert answer.headers["content-length"] == str(len(good))
    assert b"".join(pieces) == good


@pytest.mark.parametrize("fault", ["garbled", "malformed-json", "empty", "wrong-content-type"])
def test_a_broken_body_is_a_whole_answer(here: Here, fault: str) -> None:
    """A broken body comes whole over a connection that goes on to be used."""
    here.fault(operation="*.get_multi", **{"break": fault})
    assert here.client.get(here.path).status_code == 200
    assert here.client.get(here.path).status_code == 200


def test_a_page_of_this_machine_meets_losses_too(here: Here) -> None:
    """A request with an Origin, which goes by way of CORS, is reset as well."""
    here.fault(operation="*.create", **{"break": "reset"})
    with pytest.raises(httpx.ReadError):
        here.create(headers={"origin": "http://localhost:3000"})


@pytest.mark.parametrize("fault", [{"delay_ms": 600_000}, {"break": "stall"}])
def test_a_server_ends_while_a_fault_waits(serve: Any, fault: dict[str, Any]) -> None:
    """A call that waits for a fault keeps neither its client nor the server from ending."""
    served, faults = serve(), "/_mock/worlds/default/faults"
    with served.client() as client:
        client.post(faults, json={"operation": "*.get_multi", **fault})
        with pytest.raises(httpx.ReadTimeout):
            client.get(PATH, timeout=SHORT)
        with socket.create_connection(("127.0.0.1", httpx.URL(served.url).port or 0)) as waiting:
            head = f"GET {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n"
            waiting.sendall(head.encode())
            while client.get(f"{faults}/f1").json()["hits"] < 2:
                pass
            assert served.end() == 0


def test_a_served_stand_in_starts_with_faults(serve: Any) -> None:
    """`--fault` is set from the first request on."""
    with serve("--fault", "*.get_multi=503").client() as client:
        assert client.get(PATH).status_code == 503
