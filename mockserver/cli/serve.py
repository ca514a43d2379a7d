"""`mockserver serve`: every setting as a flag and as an environment variable `MOCKSERVER_*`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from mockserver.errors import SettingsError
from mockserver.fixtures.collector import calm_collector
from mockserver.settings import Settings, parse_seed

__all__ = ["NO_PLUGINS", "serve", "settings_from", "settings_of"]

NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "1")
"""Keeps pydantic from looking for plugins in all that is installed: a start has no use for them."""

F = TypeVar("F", bound=Callable[..., Any])


_NOTES = "mockserver.notes"
"""Where a context keeps what is worth a line in the log."""


class _PortOption(click.Option):
    """Passes over the variable where it is not ours: Kubernetes sets MOCKSERVER_PORT to an address
    for a Service that is called mockserver.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        value = super().resolve_envvar_value(ctx)
        if value is None or "://" not in value:
            return value
        note = f"MOCKSERVER_PORT is {value}, as Kubernetes sets it for a Service: it is ignored"
        ctx.meta[_NOTES] = (note,)
        return None


def _setting(name: str, text: str, **attributes: Any) -> Callable[[F], F]:
    """An option that is also the variable MOCKSERVER_NAME."""
    variable = "MOCKSERVER_" + name.lstrip("-").replace("-", "_").upper()
    return click.option(name, help=text, envvar=variable, show_envvar=True, **attributes)


def _default(name: str) -> dict[str, Any]:
    value = Settings.__dataclass_fields__[name].default
    return {"default": value, "show_default": True, "type": type(value)}


@click.command()
@_setting("--host", "The address to listen on; localhost is 127.0.0.1 and ::1.", **_default("host"))
@_setting(
    "--port", "The port to listen on; 0 picks a free one.", cls=_PortOption, **_default("port")
)
@_setting("--fixture", "A shipped fixture's name, or a JSON or YAML file.", **_default("fixture"))
@_setting(
    "--refunds",
    "Generate this many refunds in the place of the fixture, as `mockserver fixtures generate`"
    " does.  [default: none]",
    type=int,
)
@_setting(
    "--profile",
    "The levels of the rules: default, strict or lenient.  [default: the fixture's]",
)
@_setting(
    "--rule",
    "Set one rule: ID=enforce, ID=warn or ID=off. May be repeated; in the variable, separate rules"
    " by spaces. `mockserver rules` lists the ids.",
    multiple=True,
    metavar="ID=LEVEL",
)
@_setting(
    "--auth",
    "Accept any bearer token, only tokens issued here, or (off) every request.",
    type=click.Choice(["any", "issued", "off"]),
    default="any",
    show_default=True,
)
@_setting(
    "--random-seed",
    "Ids depend on this and the world's name; random draws one at each start.",
    **{**_default("random_seed"), "type": parse_seed, "metavar": "INTEGER|random"},
)
@_setting(
    "--clock",
    "real; frozen at the fixture's `now`; or frozen at an instant with an offset.",
    **_default("clock"),
)
@_setting(
    "--log-format",
    "text for people, json for programs: one object per line.",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
@_setting("--quiet", "Show no line for each request.", is_flag=True)
@_setting("--watch", "Reset worlds when the fixture's file changes.", is_flag=True)
@_setting("--max-worlds", "The most worlds at one time.", **_default("max_worlds"))
@_setting("--max-body-bytes", "The longest request body.", **_default("max_body_bytes"))
@_setting(
    "--keep-alive-seconds",
    "How long a connection may stay open between requests.",
    **_default("keep_alive_seconds"),
)
@_setting(
    "--idle-seconds",
    "How long a client may send nothing in the middle of a request.",
    **_default("idle_seconds"),
)
@_setting(
    "--grace-seconds",
    "How long answers that are due are waited for at the end.",
    **_default("grace_seconds"),
)
@_setting(
    "--max-fixture-bytes",
    "The largest file that POST /_mock/worlds may name.",
    **_default("max_fixture_bytes"),
)
@_setting(
    "--rate-limit",
    "Requests per world: off, vendor (1000/10) or REQUESTS/SECONDS.",
    **_default("rate_limit"),
)
@_setting(
    "--token-rate-limit",
    "Token calls per world: off, vendor or REQUESTS/SECONDS.",
    **_default("token_rate_limit"),
)
@_setting(
    "--rate-limit-per",
    "Whose requests both limits count together: all of a world, or those of each client address.",
    type=click.Choice(["world", "address"]),
    default="world",
    show_default=True,
)
@_setting(
    "--signing-key",
    "An RSA private key in PEM that signs tokens.  [default: one made at start]",
    metavar="FILE",
)
@_setting(
    "--allow-host",
    "A name by which clients may ask for /_mock, besides IP addresses, localhost and names without"
    " a dot; * allows all. May be repeated.",
    multiple=True,
    metavar="NAME",
)
@_setting(
    "--allow-origin",
    "An origin whose pages may call from a browser, besides those of this machine; * allows all."
    " May be repeated.",
    multiple=True,
    metavar="ORIGIN",
)
@_setting(
    "--fixtures-dir",
    "The folder of the files that POST /_mock/worlds may name.  [default: the fixture's]",
    metavar="FOLDER",
)
@_setting(
    "--fault",
    "A fault that every world starts with: OPERATION=WHAT, where WHAT is a status, an error's name"
    " or a break, or JSON as for POST /_mock/worlds/NAME/faults. May be repeated; in the variable,"
    " separate faults by spaces.",
    multiple=True,
    metavar="FAULT",
)
@_setting(
    "--journal-calls",
    "The most calls in the journal of a world; 0 keeps none.",
    **_default("journal_calls"),
)
@_setting(
    "--journal-bytes",
    "The most bytes in the journal of a world.",
    **_default("journal_bytes"),
)
@_setting(
    "--state",
    "A file that all worlds are read from at start and written to at the end, and by `mockserver"
    " save`; it need not be there yet.  [default: none]",
    metavar="FILE",
)
@_setting(
    "--control-token",
    "What requests to /_mock must send as the header Mock-Control-Token; without it, only those"
    " from this machine are answered.  [default: none]",
    metavar="TOKEN",
)
@click.pass_context
def serve(context: click.Context, /, rule: tuple[str, ...], **chosen: Any) -> None:
    """Serve the refunds API until Ctrl-C.

    \b
    Examples:
      mockserver serve
      mockserver serve --port 0 --fixture empty --profile strict
      mockserver serve --refunds 100000 --random-seed 7
      mockserver serve --rule allocation-sum=enforce --clock 2024-01-15T09:30:00Z
      mockserver serve --fault '*.create=after-reset' --fault auth.get_token=503
      MOCKSERVER_AUTH=issued mockserver serve
    """
    settings = settings_from(rule, **chosen)
    calm_collector()
    os.environ.setdefault(*NO_PLUGINS)
    from mockserver.cli.running import run

    run(settings, *context.meta.get(_NOTES, ()))


def settings_of(flags: Sequence[str]) -> Settings:
    """The settings that `mockserver serve` serves with under these flags and the variables.

    Raises SettingsError for what it would refuse.
    """
    try:
        return settings_from(**serve.make_context("serve", list(flags)).params)
    except click.ClickException as error:
        raise SettingsError(error.format_message()) from None


def settings_from(rule: Sequence[str], **chosen: Any) -> Settings:
    """The settings that the parameters of `serve` stand for."""
    return Settings(rules=dict(map(_rule, rule)), **chosen)


def _rule(text: str) -> tuple[str, str]:
    rule_id, equals, level = text.partition("=")
    if not equals:
        raise SettingsError(f"rule {text!r} has no level; write it as ID=LEVEL, {text}=warn say")
    return rule_id, level
