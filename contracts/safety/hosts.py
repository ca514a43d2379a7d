"""Which hosts a run may talk to; nothing is sent from here."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from contracts.errors import HostRefused

STAGING: Final = "api-staging.joincandidhealth.com"
PRODUCTION: Final = "api.joincandidhealth.com"
_PLAIN = re.compile(r"[\x21-\x7e]*")
_API: Final = "/api/non-insurance-payer-refunds"
_VENDOR: Final = ".joincandidhealth.com"


def check_host(url: str, allowed: Collection[str] = (), *, production: bool = False) -> None:
    """Let loopback and the vendor's staging pass, and refuse every other host that is not named.

    Args:
        url: the target's base URL.
        allowed: further hosts, as `--allow-host` names them, with or without a port.
        production: whether `--production-i-mean-it` was given.

    Raises:
        HostRefused: the host may not be talked to, or not in plain text.
    """
    host, port = _host(url), _parts(url).port
    if host == PRODUCTION and not production:
        raise HostRefused(
            f"{host} is the vendor's production host, where refunds are real money; use "
            f"https://{STAGING}, or spell out --production-i-mean-it"
        )
    named = {_plain(name) for name in allowed}
    known = is_loopback(url) or host in {STAGING, PRODUCTION}
    if not known and host not in named and f"{host}:{port}" not in named:
        raise HostRefused(
            f"{host} is neither this machine nor the vendor's staging; if it may be tested, "
            f"add --allow-host {host}"
        )
    if is_genuine(url) and _parts(url).scheme != "https":
        raise HostRefused(f"{url}: credentials never go to {host} in plain text; use https")


def is_loopback(url: str) -> bool:
    """Whether the URL points to this machine."""
    host = _host(url)
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_genuine(url: str) -> bool:
    """Whether the URL points to the vendor."""
    return _host(url).endswith(_VENDOR)


def _host(url: str) -> str:
    host = _parts(url).hostname
    if not host:
        raise HostRefused(f"target {url!r}: give an http or https URL with a host, or `app`")
    return _plain(host)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise HostRefused(f"target {url!r} is no URL ({error})") from error
    if parts.username is not None or parts.password is not None:
        raise HostRefused(
            "the target holds a name or password in its URL; use --client-id and --client-secret"
        )
    if _API in parts.path:
        base = url.partition(_API)[0]
        raise HostRefused(f"target {url!r}: leave the API's own path out, as in {base}")
    if parts.query or parts.fragment:
        raise HostRefused(f"target {url!r}: a base URL has no query and no fragment")
    if not _PLAIN.fullmatch(url):
        raise HostRefused(f"target {url!r}: percent-encode what is no plain ASCII, and blanks")
    return parts


def _plain(host: str) -> str:
    return host.strip().rstrip(".").lower()
