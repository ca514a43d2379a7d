"""The formats that records are written in; each is a module here, named as `--format` takes it.

The functions on requests and texts are those that several formats share.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.resources import files
from itertools import chain
from pkgutil import iter_modules
from typing import Any

from contracts.model import REFUNDS
from contracts.payloads.placeholders import placeholders
from contracts.payloads.record import Record, Sent

FORMATS = tuple(sorted(module.name for module in iter_modules(__path__)))
"""A module of a format has `render(records)`, and `cannot(record)` if it cannot hold every one."""


def rendered(records: Sequence[Record], name: str) -> str:
    """The records in a format.

    Raises:
        ModuleNotFoundError: there is no such format.
    """
    render: Callable[[Sequence[Record]], str] = _format(name).render
    return render(records)


def left_out(records: Sequence[Record], name: str) -> list[tuple[Record, str]]:
    """The records that a format cannot hold, each with the reason."""
    cannot = _cannot(name)
    reasons = ((record, cannot(record)) for record in records)
    return [(record, reason) for record, reason in reasons if reason]


def holds(name: str) -> Callable[[Record], bool]:
    """Whether a format can hold a record."""
    cannot = _cannot(name)
    return lambda record: cannot(record) is None


def _cannot(name: str) -> Callable[[Record], str | None]:
    found: Callable[[Record], str | None]
    found = getattr(_format(name), "cannot", lambda _record: None)
    return found


def _format(name: str) -> Any:
    return import_module(f"{__name__}.{name}")


def first_reason(reasons: Mapping[str, bool]) -> str | None:
    """The first reason that holds, for `cannot`."""
    return next((reason for reason, holds in reasons.items() if holds), None)


def names_in(*requests: Sent) -> set[str]:
    """The names of the placeholders in some requests."""
    texts = ((sent.path, sent.query, repr(sent.headers), repr(sent.body)) for sent in requests)
    return set(placeholders(*chain.from_iterable(texts)))


def is_utf8(text: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def on_a_line(text: str) -> str:
    """A text without line ends and what else does not print."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))


def effect_of(record: Record) -> str:
    """What a record writes and risks, on one line."""
    return f"writes: {record.writes}; risk on shared data: {record.risk}"


def may_create(sent: Sent) -> bool:
    """Whether a server, right or wrong, may make a refund of a request."""
    return sent.method in {"POST", "PUT"} and sent.path.startswith(REFUNDS)


def profile_of(records: Sequence[Record]) -> str:
    """The profile of the records, all of which have the same."""
    return records[0].profile if records else "default"


def part(name: str) -> str:
    """The text of a file that lies beside the modules."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
