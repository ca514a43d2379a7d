"""`mockserver serve`: every setting as a flag and as an environment variable `MOCKSERVER_*`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mockserver.errors import SettingsError
from mockserver.settings import Settings, parse_seed

__all__ = ["serve"]

F = TypeVar("F", bound=Callable[..., Any])


def _setting(name: str, text: str, **attributes: Any) -> Callable[[F], F]:
    """An option that is also the variable MOCKSERVER_NAME."""
    variable = "MOCKSERVER_" + name.lstrip("-").replace("-", "_").upper()
    return click.option(name, help=text, envvar=variable, show_envvar=True, **attributes)


def _default(name: str) -> dict[str, Any]:
    value = Settings.__dataclass_fields__[name].default
    return {"default": value, "show_default": True, "type": type(value)}


@click.command()
@_setting("--host", "The address to listen on; localhost is 127.0.0.1 and ::1.", **_default("host"))
@_setting("--port", "The port to listen on; 0 picks a free one.", **_default("port"))
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
def serve(rule: tuple[str, ...], **chosen: Any) -> None:
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
    settings = Settings(rules=dict(map(_rule, rule)), **chosen)
    from mockserver.cli.running import run

    run(settings)


def _rule(text: str) -> tuple[str, str]:
    rule_id, equals, level = text.partition("=")
    if not equals:
        raise SettingsError(f"rule {text!r} has no level; write it as ID=LEVEL, {text}=warn say")
    return rule_id, level
