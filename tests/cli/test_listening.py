"""The addresses that `--host` stands for, each with a socket on the same port."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from mockserver.cli import listening
from mockserver.cli.listening import listeners, url_of
from mockserver.errors import SettingsError
from tests.serving import Served


def has_ipv6() -> bool:
    """Whether this machine has the address ::1."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


HAS_IPV6 = has_ipv6()
both_families = pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6")
REACHED = {
    "localhost": ("127.0.0.1", "::1"),
    "": ("127.0.0.1", "::1"),
    "::": ("127.0.0.1", "::1"),
    "[::]": ("127.0.0.1", "::1"),
    "::1": ("::1",),
    "[::1]": ("::1",),
    "127.0.0.1": ("127.0.0.1",),
    "0.0.0.0": ("127.0.0.1",),
}


@contextmanager
def listening_on(host: str) -> Iterator[list[socket.socket]]:
    """The sockets of a host on a free port, closed at the end."""
    sockets = listeners(host, 0)
    try:
        yield sockets
    finally:
        for each in sockets:
            each.close()


def answers(address: str, port: int) -> bool:
    """Whether a connection to the address is taken."""
    try:
        with socket.create_connection((address, port), timeout=10):
            return True
    except OSError:
        return False


@both_families
@pytest.mark.parametrize("host", REACHED)
def test_a_host_is_reached_by_its_addresses_and_no_other(host: str) -> None:
    """Each form listens on the loopback families that it stands for, on one port."""
    with listening_on(host) as sockets:
        ports = {each.getsockname()[1] for each in sockets}
        assert len(ports) == 1
        (port,) = ports
        reached = tuple(a for a in ("127.0.0.1", "::1") if answers(a, port))
        assert reached == REACHED[host]
        url = httpx.URL(url_of(sockets[0]))
        assert (url.host, url.port) == (REACHED[host][0], port)


@both_families
def test_a_served_stand_in_answers_on_both_by_default(served: Served) -> None:
    """Without --host, a client that tries ::1 first finds the stand-in as one that does not."""
    port = httpx.URL(served.url).port
    for host in ("127.0.0.1", "[::1]", "localhost"):
        assert httpx.get(f"http://{host}:{port}/_mock/health").status_code == 200


@both_families
def test_a_port_that_is_taken_on_one_address_is_told() -> None:
    """A clash on ::1 alone is refused too: clients would reach two servers under one name."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port} is in use on ::1 .*--port 0"):
            listeners("localhost", port)
        with closing(socket.create_server(("127.0.0.1", port))):
            pass


def test_a_free_port_is_free_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the port that was found is taken on the other address, another one is found."""
    bound, clashes = listening._listening, [errno.EADDRINUSE] * 3

    def clashing(address: str, port: int) -> socket.socket:
        if address == "::1" and clashes:
            raise OSError(clashes.pop(), "taken")
        return bound("127.0.0.1", 0) if address == "::1" else bound(address, port)

    monkeypatch.setattr(listening, "_listening", clashing)
    with listening_on("localhost") as sockets:
        assert len(sockets) == 2
    assert clashes == []


@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_a_machine_without_ipv6_listens_on_ipv4(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """An address of a family that is not there is left out; alone it is refused."""
    bound = listening._listening

    def old(address: str, port: int) -> socket.socket:
        if ":" in address:
            raise OSError(number, "no IPv6")
        return bound(address, port)

    monkeypatch.setattr(listening, "_listening", old)
    with listening_on("localhost") as sockets:
        assert [each.getsockname()[0] for each in sockets] == ["127.0.0.1"]
    told = rf"cannot listen on \[::1\]:0: {os.strerror(number)}; check --host"
    with pytest.raises(SettingsError, match=told):
        listeners("::1", 0)


@pytest.mark.parametrize("host", ["256.1.1.1", "a b", "x" * 300])
def test_a_host_that_is_none_is_told(host: str) -> None:
    """A name without an address is refused with it."""
    with pytest.raises(SettingsError, match=r"cannot listen on .*; check --host and --port"):
        listeners(host, 0)
