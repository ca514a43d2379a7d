"""How a run reaches a server: headers of every request, TLS files, and what of that is secret."""

import re
from dataclasses import dataclass, field

from contracts.errors import PlanError
from contracts.targets.target import Pairs
from contracts.targets.tls import TlsFiles

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_LEAST_WORD = 8
_FRAMING = frozenset(
    """connection content-encoding content-length expect host http2-settings keep-alive
    proxy-connection te trailer transfer-encoding upgrade""".split()
)
_REFUSED = {
    "accept": "the suite sends its own",
    "accept-encoding": "the suite sends its own",
    "authorization": "use --token, or --client-id and --client-secret",
    "content-type": "each request has its own",
    "proxy-authorization": "put the user name and password into the proxy's URL",
} | dict.fromkeys(_FRAMING, "the suite frames its requests itself")


@dataclass(frozen=True, slots=True)
class Network:
    """How a run reaches its server.

    Attributes:
        headers: are sent with each request, by lower-case name.
        tls: the files of its TLS settings.
    """

    headers: Pairs = field(default=(), repr=False)
    tls: TlsFiles = field(default_factory=TlsFiles)

    def check(self) -> None:
        """Refuse what cannot be used.

        Raises:
            PlanError: a header is given twice, or a TLS file cannot be used.
        """
        names = [name for name, _ in self.headers]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise PlanError(f"--header {twice}: given twice; give it once")
        self.tls.check()


def header_of(text: str) -> tuple[str, str]:
    """A header written as `Name: value`; the name in lower case. No message shows the value.

    Raises:
        ValueError: it is no header, or one that the suite sends itself.
    """
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon:
        raise ValueError("expected 'Name: value', and there is no colon")
    if not _NAME.fullmatch(name):
        raise ValueError("expected 'Name: value', and what stands before the colon is no name")
    if name.lower() in _REFUSED:
        raise ValueError(f"{name} cannot be given: {_REFUSED[name.lower()]}")
    if not value:
        raise ValueError(f"{name} has no value; is a variable empty?")
    if not _VALUE.fullmatch(value):
        raise ValueError(f"the value of {name} has characters beyond printable ASCII")
    return name.lower(), value


def secrets_of(headers: Pairs) -> tuple[str, ...]:
    """The values of headers, and the longer words in them."""
    values = [value for _, value in headers]
    words = [word for value in values for word in value.split() if len(word) >= _LEAST_WORD]
    return tuple(dict.fromkeys((*values, *words)))
