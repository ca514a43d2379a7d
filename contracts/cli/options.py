"""The options that several commands share, and the plan made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from contracts.model.rules import Evidence

if TYPE_CHECKING:
    from contracts.run.plan import Plan
    from contracts.targets.credentials import Credentials

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)
EVIDENCE = click.Choice(get_args(Evidence))


def with_options(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    """A decorator that adds options to a command, in their order."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


class _Header(click.ParamType):  # type: ignore[type-arg] # click 8.2 has no argument there
    """A header as `Name: value`; a variable holds one a line."""

    name = "header"
    envvar_list_splitter = "\n"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        from contracts.targets.network import header_of

        try:
            return value if isinstance(value, tuple) else header_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)

    def split_envvar_value(self, rv: str) -> list[str]:
        return [line for line in super().split_envvar_value(rv) if line.strip()]


login_options = with_options(
    [
        click.option(
            "--client-id",
            envvar="CONTRACTS_CLIENT_ID",
            show_envvar=True,
            help="The client id to request a token with; a stand-in accepts any.",
        ),
        click.option(
            "--client-secret",
            envvar="CONTRACTS_CLIENT_SECRET",
            show_envvar=True,
            help="The client's secret; safer in the environment.",
        ),
        click.option(
            "--token",
            envvar="CONTRACTS_TOKEN",
            show_envvar=True,
            help="A bearer token, instead of a client id and secret.",
        ),
        click.option(
            "--allow-host",
            "allowed_hosts",
            multiple=True,
            metavar="HOST",
            help="Allow another host than this machine and the vendor's staging; may be repeated.",
        ),
        click.option(
            "--production-i-mean-it",
            "production",
            is_flag=True,
            help="Allow the vendor's production host, where refunds are real money.",
        ),
        click.option(
            "--header",
            "headers",
            type=_Header(),
            multiple=True,
            metavar="'NAME: VALUE'",
            envvar="CONTRACTS_HEADERS",
            show_envvar=True,
            help="Send this header with each request; may be repeated. Reports hide its value.",
        ),
        click.option(
            "--ca-file",
            type=FILE,
            metavar="PEM",
            help="Authorities to trust. [default: REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, "
            "SSL_CERT_FILE, or the system's]",
        ),
        click.option(
            "--client-cert", type=FILE, metavar="PEM", help="A client certificate for TLS."
        ),
        click.option(
            "--client-key",
            type=FILE,
            metavar="PEM",
            help="Its private key. [default: the one in --client-cert]",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(0.05),
            default=10.0,
            help="Seconds to wait for a complete answer.",
        ),
        click.option(
            "--rate",
            type=click.FloatRange(min=0, min_open=True),
            help="Requests per second; the vendor allows 1000 in 10 s. [default: 80 on a real API]",
        ),
    ]
)
target_options = with_options(
    [
        click.option(
            "--target",
            required=True,
            metavar="URL|app",
            help="A server's base URL, or app for the stand-in in this process.",
        ),
        login_options,
    ]
)
knowledge_options = with_options(
    [
        click.option("--world", type=FILE, help="The world file. [default: ask a stand-in]"),
        click.option(
            "--profile",
            type=click.Choice(["default", "strict", "lenient", "unknown"]),
            help="The rule levels to expect. [default: ask a stand-in; a real API: unknown]",
        ),
        click.option(
            "--shared",
            is_flag=True,
            help="Treat a stand-in as the real API: one world with others' data.",
        ),
        click.option("--ledger", type=FILE, help="Where to record created refunds, for `sweep`."),
        click.option(
            "--settle",
            type=click.FloatRange(0),
            metavar="SECONDS",
            help="Seconds until a write is seen everywhere on a real API. [default: measured]",
        ),
    ]
)


budget_option = click.option(
    "--budget",
    type=click.IntRange(1),
    help="The most requests, including clean-up. [default: none; a real API: 1000]",
)


def plan_from(asked: dict[str, Any], **more: Any) -> Plan:
    """The plan of a command's options.

    Raises:
        PlanError: a client secret was given without its id.
    """
    from contracts.run.plan import Plan
    from contracts.targets.network import Network
    from contracts.targets.tls import TlsFiles

    credentials = _credentials(asked)
    files = (asked.pop(name) for name in ("ca_file", "client_cert", "client_key"))
    network = Network(asked.pop("headers"), TlsFiles(*files))
    return Plan(credentials=credentials, network=network, **{**asked, **more})


def _credentials(asked: dict[str, Any]) -> Credentials | None:
    """The credentials among the options, taken out of them; None without any."""
    from contracts.errors import PlanError
    from contracts.targets.credentials import Credentials

    client_id, secret, token = (asked.pop(k) for k in ("client_id", "client_secret", "token"))
    if token:
        return Credentials(client_id or "", token=token)
    if secret and not client_id:
        raise PlanError("--client-secret was given without --client-id; give both")
    return Credentials(client_id, secret or "any-secret") if client_id else None


def examples(*lines: str) -> str:
    """The end of a help text; the first mark keeps click from joining the lines."""
    return "\n".join(("\b", "Examples:", *(f"  contracts {line}" for line in lines)))
