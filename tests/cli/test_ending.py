"""How `mockserver serve` ends: on Ctrl-C and on SIGTERM, with exit code 0 and not a word."""

from __future__ import annotations

import signal
import socket
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.spec.facts import REFUNDS_PATH
from tests.conftest import Serve
from tests.serving import Served

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
