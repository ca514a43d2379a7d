"""The options that `payloads` and `payloads verify` share, and the choice they come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contracts.model.rules import BY_ID
from contracts.payloads.record import KINDS, OPERATIONS

if TYPE_CHECKING:
    from contracts.payloads.catalogue import Choice

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option(
        "--operation",
        "operations",
        multiple=True,
        type=click.Choice(OPERATIONS),
        help="Only this operation; may be repeated.",
    ),
    click.option(
        "--class",
        "kinds",
        multiple=True,
        type=click.Choice(KINDS),
        help="Only this class; may be repeated.",
    ),
    click.option(
        "--rule",
        "rules",
        multiple=True,
        type=click.Choice(sorted(BY_ID)),
        metavar="ID",
        help="Only what probes this rule, or is refused by it; may be repeated.",
    ),
    click.option(
        "--count",
        type=click.IntRange(1),
        help="How many; more than there are is filled up by mixtures. [default: all]",
    ),
    click.option(
        "--random-seed",
        "seed",
        type=int,
        default=0,
        show_default=True,
        help="Same seed, same payloads.",
    ),
    click.option(
        "--world",
        type=FILE,
        help="The world file whose ids to use. [default: the stand-in's default fixture; "
        "verify asks a stand-in]",
    ),
)


def choosing(function: F) -> F:
    """Which payloads, of which ids."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def choice_of(asked: dict[str, Any]) -> Choice:
    """The choice among a command's options, taken out of them."""
    from contracts.payloads.catalogue import Choice

    return Choice(
        asked.pop("operations"), asked.pop("kinds"), asked.pop("rules"), asked.pop("count")
    )
