"""The options that choose payloads, and the choice made of them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from contracts.cli.options import FILE
from contracts.errors import PlanError
from contracts.model.rules import BY_ID
from contracts.payloads.record import AUTHS, KINDS, OPERATIONS, PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.payloads.choice import Choice
    from contracts.payloads.record import Record

PROFILE = click.Choice(PROFILES)
AUTH = click.Choice(AUTHS)


class _Rule(click.ParamType):  # type: ignore[type-arg] # click 8.2 has no argument there
    """The id of a rule; a wrong one names the nearest."""

    name = "rule"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in BY_ID:
            self.fail(f"there is no rule {value!r}; {_nearest(value, BY_ID)}", param, ctx)
        return str(value)


class _Status(click.ParamType):  # type: ignore[type-arg] # click 8.2 has no argument there
    """A status, or `none` for no answer, which becomes None in a record."""

    name = "status"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        if str(value).lower() == "none":
            return "none"
        if not str(value).isdecimal():
            self.fail(f"{value!r} is no status; give one such as 422, or `none`", param, ctx)
        return int(value)


SOURCE = (
    click.option("--random-seed", "seed", type=int, default=0, help="Same seed, same payloads."),
    click.option(
        "--world",
        type=FILE,
        help="The world file to take ids from. [default: the stand-in's default fixture; "
        "verify and account ask the target]",
    ),
)
CHOICE = (
    click.option(
        "--operation",
        "operations",
        multiple=True,
        type=click.Choice(OPERATIONS),
        help="Only this operation; may be repeated.",
    ),
    click.option(
        "--field",
        "fields",
        multiple=True,
        metavar="POINTER|NAME",
        help="Only payloads that change this field, parameter or header: a JSON pointer takes what "
        "lies within it too, a name takes it wherever it is; may be repeated.",
    ),
    click.option(
        "--rule",
        "rules",
        multiple=True,
        type=_Rule(),
        metavar="ID",
        help="Only payloads that probe this rule or that it refuses; may be repeated.",
    ),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        type=_Status(),
        metavar="CODE",
        help="Only payloads for which this status is right; `none` is no answer; may be repeated.",
    ),
    click.option(
        "--class",
        "kinds",
        multiple=True,
        type=click.Choice(KINDS),
        help="Only this class; may be repeated.",
    ),
    click.option(
        "--safe",
        is_flag=True,
        help="Only payloads that read: GET, HEAD, OPTIONS or TRACE alone, steps included.",
    ),
    click.option(
        "--count",
        type=click.IntRange(1),
        help="Exactly so many; beyond the fixed ones, drawn mixtures of edges. [default: all]",
    ),
    *SOURCE,
)


def choice_of(asked: dict[str, Any]) -> Choice:
    """The choice among a command's options, taken out of them."""
    from contracts.payloads.choice import Choice

    statuses = [None if code == "none" else code for code in asked.pop("statuses")]
    names = ("operations", "kinds", "rules", "count", "fields")
    operations, kinds, rules, count, fields = (asked.pop(name) for name in names)
    return Choice(operations, kinds, rules, count, fields, statuses, asked.pop("safe"))


def check_number(found: Sequence[Record], choice: Choice, form: str = "") -> None:
    """Refuse a choice that nothing fits, or that fewer fit than were asked for.

    Raises:
        PlanError: it says how many fit.
    """
    in_form = f" as {form}" if form else ""
    if not found:
        raise PlanError(f"no payload fits {choice}{in_form}; leave a filter out")
    if choice.count is not None and len(found) < choice.count:
        raise PlanError(
            f"{len(found):,} payloads fit {choice}{in_form}, not {choice.count:,}; give a count of "
            f"{len(found)} at most, or leave a filter out. Only creates and updates can be mixed "
            "to more"
        )


def check_known(choice: Choice, every: Sequence[Record]) -> None:
    """Refuse a field or a status that no payload has.

    Args:
        choice: what was asked for.
        every: the payloads without a filter.

    Raises:
        PlanError: it names the nearest.
    """
    from contracts.payloads.choice import Choice as Only
    from contracts.payloads.choice import field_names

    for field in choice.fields:
        if not any(map(Only(fields=[field]).takes, every)):
            near = _nearest(field, field_names(every))
            raise PlanError(f"--field {field}: no payload changes it; {near}")
    known = {str(code or "none") for record in every for code in record.statuses}
    for status in choice.statuses:
        if str(status or "none") not in known:
            raise PlanError(
                f"--status {status}: no payload expects it; they expect {', '.join(sorted(known))}"
            )


def _nearest(value: str, known: Iterable[str]) -> str:
    names = sorted(known)
    # The ends of pointers are what people misspell.
    near = get_close_matches(value, names, 3, 0.4) or names[:3]
    return f"did you mean {', '.join(near)}?"
