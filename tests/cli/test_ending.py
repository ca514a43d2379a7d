"""How `mockserver serve` ends: on Ctrl-C and on SIGTERM, with exit code 0 and not a word, unless
answers are due that nobody waits for.
"""

from __future__ import annotations

import json
import signal
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from mockserver.fixtures.catalog import locate
from mockserver.spec.facts import REFUNDS_PATH
from tests.conftest import Serve
from tests.serving import PATIENCE_SECONDS, Served

SIGNALS = [signal.SIGINT, signal.SIGTERM]
pytestmark = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)


def assert_clean_end(served: Served, number: signal.Signals) -> None:
    """It ends on the signal with exit code 0, and has written nothing to stderr."""
    assert served.end(number) == 0
    assert served.err.rest() == []


def test_signal_ends_it_with_a_connection_open(serve: Serve, number: signal.Signals) -> None:
    """A kept-alive connection is closed, the watch ends, and then nobody listens on the port."""
    served = serve("--watch")
    with served.client() as client:
        assert client.get(REFUNDS_PATH).status_code == 200
        assert_clean_end(served, number)
        with pytest.raises(httpx.TransportError):
            client.get(REFUNDS_PATH)


def test_unfinished_request_does_not_hold_up_the_end(serve: Serve, number: signal.Signals) -> None:
    """A client that is slow with its body is not waited for."""
    served = serve()
    address = urlsplit(served.url)
    head = f"POST {REFUNDS_PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\n"
    with closing(socket.create_connection((address.hostname, address.port))) as slow:
        slow.sendall(f"{head}content-length: 100\r\n\r\n{{".encode())
        with served.client() as client:
            client.get("/_mock/health")
        assert_clean_end(served, number)
        assert slow.recv(1) == b""


def test_second_signal_changes_nothing(serve: Serve, number: signal.Signals) -> None:
    """An impatient second signal, long before any request, leads to the same clean end."""
    served = serve()
    served.process.send_signal(number)
    assert_clean_end(served, number)


def delayed(milliseconds: int) -> tuple[str, str]:
    """Flags for lists that take so long."""
    return "--fault", json.dumps({"operation": "*.get_multi", "delay_ms": milliseconds})


def asking(served: Served, query: str = "") -> socket.socket:
    """A connection that has sent a list."""
    address = urlsplit(served.url)
    asking = socket.create_connection((address.hostname, address.port), PATIENCE_SECONDS)
    head = f"GET {REFUNDS_PATH}{query} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\n\r\n"
    asking.sendall(head.encode())
    return asking


def wait_until_asked(served: Served) -> None:
    """Return once a fault of the default world was met."""
    with served.client() as client:
        for _ in range(10_000):
            (fault,) = client.get("/_mock/worlds/default/faults").json()["faults"]
            if fault["hits"]:
                return
    raise AssertionError("the list never came")


def test_an_answer_that_is_due_is_given(serve: Serve, number: signal.Signals) -> None:
    """A request that is being served gets its answer, and then the connection ends."""
    served = serve(*delayed(700))
    with closing(asking(served, "?limit=1")) as client:
        wait_until_asked(served)
        assert_clean_end(served, number)
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"}")
    assert b"connection: close" in answer


@pytest.mark.parametrize("fault", ["reads nothing", "is answered too late"])
def test_a_client_is_waited_for_no_longer_than_the_grace(
    serve: Serve, number: signal.Signals, fault: str, tmp_path: Path
) -> None:
    """An answer of 8 MB that nobody reads, or one that comes in a minute: one line, and the end."""
    flags = delayed(60_000)
    if fault == "reads nothing":
        flags = ("--fixture", str(large_fixture(tmp_path)))
    served = serve("--grace-seconds", "1", *flags)
    with closing(asking(served, "?limit=999")) as client:
        if fault == "reads nothing":
            assert client.recv(1) == b"H"
        else:
            wait_until_asked(served)
        assert served.end(number) == 0
    (line,) = served.err.rest()
    assert json.loads(line)["message"] == (
        "answers that were not made, or not read, within 1 s (--grace-seconds): 1"
    )


def large_fixture(folder: Path) -> Path:
    """The path of a fixture whose refunds make a page of 8 MB."""
    document = json.loads(locate("default").read_bytes())
    template = {**document["refunds"][0], "refund_note": "n" * 8_000}
    document["refunds"] = [
        {**template, "non_insurance_payer_refund_id": str(UUID(int=n, version=4))}
        for n in range(1, 1_000)
    ]
    for refund in document["refunds"]:
        refund["allocations"] = [
            {"amount_cents": refund["amount_cents"], "target": {"type": "unattributed"}}
        ]
    path = folder / "large.json"
    path.write_text(json.dumps(document))
    return path
