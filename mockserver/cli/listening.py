"""The sockets that the stand-in listens on, one for each address that `--host` stands for."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from ipaddress import ip_address

from mockserver.errors import SettingsError

__all__ = ["exposure", "listeners", "url_of"]

BACKLOG = 2048
TRIES = 20
"""How often a free port is looked for that is free on all addresses."""

HOLDER_SECONDS = 1.0
"""How long who holds a port is waited for, to say who it is."""

_LOOPBACK = ("127.0.0.1", "::1")
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}
_MISSING = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""What the system says of an address of a family that it does not have."""


def listeners(host: str, port: int) -> list[socket.socket]:
    """Sockets on one port. `localhost` is both loopback addresses, '' and `::` are all addresses of
    both families, and a name is all its addresses.

    Raises SettingsError for a port that is taken, and for an address that is not this machine's.
    """
    named = host.removeprefix("[").removesuffix("]")
    addresses = _LOOPBACK if named == "localhost" else _addresses(named or "::", port)
    for left in reversed(range(TRIES)):
        try:
            return _bound(addresses, port)
        except _NotBoundError as error:
            if port or not left:
                raise SettingsError(str(error)) from None
    raise AssertionError("one of the tries ends the loop")


def url_of(listener: socket.socket) -> str:
    """An address under which the socket can be reached from this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://{_joined(_ANYWHERE.get(host, host), port)}"


def exposure(sockets: Sequence[socket.socket]) -> Iterator[str]:
    """Who else can reach the sockets, and what they can do, if it is more than this machine."""
    names = [each.getsockname()[:2] for each in sockets]
    far = [_joined(*name) for name in names if not ip_address(name[0]).is_loopback]
    if far:
        yield (
            f"{', '.join(far)} can be reached from other machines: whoever reaches it can read and"
            " change all worlds; start with --host localhost to serve this machine only"
        )


class _NotBoundError(Exception):
    """Why there is no socket, and what to do."""


def _addresses(name: str, port: int) -> list[str]:
    """The addresses of a name, or the one that it is."""
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            f"cannot listen on {name}:{port}: {reason}; check --host and --port"
        ) from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _bound(addresses: Iterable[str], port: int) -> list[socket.socket]:
    """A socket for each address, without those that the system lacks if there are others."""
    missing = None
    with ExitStack() as opened:
        sockets = list[socket.socket]()
        for address in addresses:
            try:
                sockets.append(opened.enter_context(_listening(address, port)))
            except OSError as error:
                missing = _told(address, port, error)
                if error.errno not in _MISSING:
                    raise missing from None
            else:
                port = sockets[0].getsockname()[1]
        if missing and not sockets:
            raise missing
        opened.pop_all()
    return sockets


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    both = address == "::" and socket.has_dualstack_ipv6()
    if address == "::" and not both:
        address, family = "0.0.0.0", socket.AF_INET
    return socket.create_server(
        (address, port), family=family, backlog=BACKLOG, dualstack_ipv6=both
    )


def _told(address: str, port: int, error: OSError) -> _NotBoundError:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65_535 else port - 1
        advice = f"try `--port 0` for a free one, or `make serve PORT={other}`"
        told = f"port {port} is in use on {address} (by {_holder(address, port)}); {advice}"
        return _NotBoundError(told)
    advice = "check --host and --port"
    if error.errno == errno.EACCES and port < 1024:
        advice = f"a port below 1024 needs rights of its own: try --port {port + 8000}"
    reason = os.strerror(error.errno) if error.errno else str(error)
    return _NotBoundError(f"cannot listen on {_joined(address, port)}: {reason}; {advice}")


def _holder(address: str, port: int) -> str:
    """Who listens on the port: a stand-in says so itself."""
    from http.client import HTTPConnection, HTTPException

    asked = HTTPConnection(_ANYWHERE.get(address, address), port, timeout=HOLDER_SECONDS)
    try:
        asked.request("GET", "/_mock/health")
        told = json.loads(asked.getresponse().read(10_000))
        return f"a mockserver {told['version']}, world count {told['worlds']:d}"
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return "another program"
    finally:
        asked.close()


def _joined(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
