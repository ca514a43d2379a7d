"""The proxy on the way to a server, from the variables that other HTTP clients read."""

import os
import re
from base64 import b64encode
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from contracts.errors import PlanError

_HOST_AND_PORT = re.compile(r"(?:\[(.+)\]|([^:]*))(?::(\d+))?")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy.

    Attributes:
        host: where it is.
        port: where it listens.
        is_tls: whether it is spoken to in TLS.
        variable: that names it.
        authorization: the value of Proxy-Authorization, or None.
        secrets: texts that nothing may show.
    """

    host: str
    port: int
    is_tls: bool
    variable: str
    authorization: str | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        """Its address without a user name and password, and where that comes from."""
        scheme = "https" if self.is_tls else "http"
        return f"the proxy {scheme}://{bracketed(self.host)}:{self.port} of {self.variable}"


def proxy_of(url: SplitResult) -> Proxy | None:
    """The proxy for a base URL, or None where the server is reached directly.

    A server on this machine never has one, as a proxy elsewhere has another loopback.

    Raises:
        PlanError: a variable names what cannot be used; the message hides its password.
    """
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    if _is_loopback(host) or _is_excepted(host, port, _variable("no_proxy")[1]):
        return None
    for name in (f"{url.scheme}_proxy", "all_proxy"):
        variable, value = _variable(name)
        if value:
            return _proxy(variable, value, url.scheme)
    return None


def bracketed(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _variable(name: str) -> tuple[str, str]:
    """The variable's name as it is set, and its value; small letters count first."""
    if name in os.environ:
        return name, os.environ[name].strip()
    upper = name.upper()
    if upper == "HTTP_PROXY" and "REQUEST_METHOD" in os.environ:
        # In a CGI program that is the header `Proxy` of a request.
        return upper, ""
    return upper, os.environ.get(upper, "").strip()


def _proxy(variable: str, value: str, scheme: str) -> Proxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, SplitResult("http", "", "", "", "")
    if parts.scheme not in _PORTS:
        raise PlanError(
            f"{variable} names a proxy by {parts.scheme}://, and only http:// and https:// are "
            "supported; name another or unset it"
        )
    if not host:
        raise PlanError(f"{variable} is no proxy's URL; write http://host:port")
    if parts.scheme == scheme == "https":
        raise PlanError(
            f"{variable} names an https:// proxy for an https:// server, which is not supported; "
            "if the proxy takes CONNECT without TLS, write http://"
        )
    authorization, secrets = _authorization(parts)
    is_tls = parts.scheme == "https"
    return Proxy(host, port or _PORTS[parts.scheme], is_tls, variable, authorization, secrets)


def _authorization(parts: SplitResult) -> tuple[str | None, tuple[str, ...]]:
    """Proxy-Authorization of a URL's user information, and the texts in it that are secret."""
    if parts.username is None:
        return None, ()
    user, password = unquote(parts.username), unquote(parts.password or "")
    coded = b64encode(f"{user}:{password}".encode()).decode()
    secrets = (coded, f"{user}:{password}", password or user, parts.password or parts.username)
    return f"Basic {coded}", tuple(dict.fromkeys(secrets))


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_excepted(host: str, port: int, text: str) -> bool:
    """Whether NO_PROXY names a host: itself, a domain above it, its network, or `*`."""
    return any(_names(entry, host, port) for entry in re.split(r"[\s,]+", text.lower()) if entry)


def _names(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    if "/" in entry:
        return _is_within(host, entry)
    found = _HOST_AND_PORT.fullmatch(entry)
    # What does not match is an address with colons and no brackets.
    name, only = (entry, None) if found is None else (found[1] or found[2], found[3])
    if only is not None and int(only) != port:
        return False
    name = name.removeprefix("*").lstrip(".").rstrip(".")
    return host == name or (bool(name) and host.endswith(f".{name}"))


def _is_within(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
