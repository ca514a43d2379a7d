"""`mockserver exec | start | stop | wait | env`: stand-ins for scripts and pipelines."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.serve import serve, settings_from
from mockserver.errors import SettingsError
from mockserver.fixtures.collector import calm_collector
from mockserver.spec.facts import DEFAULT_PORT

if TYPE_CHECKING:
    from mockserver.cli.records import Record

__all__ = ["COMMANDS"]

_WORDS = {"help_option_names": ["-h", "--help"]}
_NONE = "no stand-in runs that `mockserver start` has started"


def _examples(*lines: str) -> str:
    return "\n".join(("\b", "Examples:", *(f"  mockserver {line}" for line in lines)))


def _flags(*, without: Sequence[str], **options: click.Option) -> list[click.Parameter]:
    """The flags of `mockserver serve`, some left out and some in another form."""
    return [options.get(str(p.name), p) for p in serve.params if p.name not in without]


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
_url = click.option(
    "--url",
    envvar="MOCKSERVER_URL",
    show_envvar=True,
    help="A running server.  [default: the one that `mockserver start` has started, or"
    f" http://127.0.0.1:{DEFAULT_PORT}]",
)
_port = click.option("--port", type=int, help="The port that it was started with, or that it has.")


@click.command(
    "exec",
    context_settings={**_WORDS, "allow_interspersed_args": False},
    params=_flags(
        without=(),
        port=click.Option(
            ["--port"], type=int, default=0, show_default=True, help="0 picks a free port."
        ),
    ),
    epilog=_examples(
        "exec -- pytest -x", "exec --fixture empty --fault '*.create=after-reset' -- npm test"
    ),
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_(command: Sequence[str], **chosen: Any) -> None:
    """Run COMMAND beside a stand-in, and exit with its code.

    COMMAND starts when the stand-in is ready, with CANDID_BASE_URL, CANDID_CLIENT_ID,
    CANDID_CLIENT_SECRET and MOCKSERVER_URL in its environment. Signals are sent on to it.
    """
    settings = settings_from(**chosen)
    calm_collector()
    from mockserver.cli.beside import run_beside

    sys.exit(run_beside(settings, command))


@click.command(
    context_settings=_WORDS,
    params=_flags(without=("log_format",)),
    epilog=_examples("start", "start --port 0 --profile strict --json"),
)
@_json
def start(as_json: bool, **chosen: Any) -> None:
    """Start a stand-in in the background, unless it runs already.

    It is ready when this ends. Its log is JSON, one object a line.
    """
    settings = settings_from(log_format="json", **chosen)
    from mockserver.cli.records import started

    record, is_new = started(settings)
    if as_json:
        _print({**_shown(record), "is_new": is_new})
        return
    state = "is ready" if is_new else "runs already"
    click.echo(f"mockserver {state} on {record.url} (pid {record.pid}); it logs to {record.log}")
    port = "" if record.ports[0] == DEFAULT_PORT else f" --port {record.ports[0]}"
    click.echo(f"`mockserver env` prints its variables, `mockserver stop{port}` ends it")


@click.command(context_settings=_WORDS, epilog=_examples("stop", "stop --port 5051"))
@_port
@click.option("--all", "is_all", is_flag=True, help="All that were started.")
@_json
def stop(port: int | None, is_all: bool, as_json: bool) -> None:
    """End the stand-in that was started, if it runs."""
    from mockserver.cli.records import ended

    records = _started(port)
    if len(records) > 1 and not is_all:
        raise SettingsError(f"{_several(records)}; choose one by --port, or --all")
    for record in records:
        ended(record)
    if as_json:
        _print({"stopped": [_shown(record) for record in records]})
    for record in () if as_json else records:
        click.echo(f"mockserver on {record.url} (pid {record.pid}) has ended")
    if not records and not as_json:
        click.echo(_NONE if port is None else f"{_NONE} on port {port}")


@click.command(
    context_settings=_WORDS,
    epilog=_examples("wait", "wait --url http://mock:5050 --timeout-seconds 120"),
)
@_url
@click.option(
    "--timeout-seconds", type=click.FloatRange(0), default=30, show_default=True, help="How long."
)
@_json
def wait(url: str | None, timeout_seconds: float, as_json: bool) -> None:
    """Wait until a stand-in is ready; exit with 1 if it is not in time."""
    from mockserver.cli.waiting import waited

    url = _chosen(url)
    told = waited(url, timeout_seconds)
    if as_json:
        _print({"url": url, "is_ready": told is None, "reason": told})
    elif told is None:
        click.echo(f"mockserver is ready on {url}")
    if told is not None:
        raise click.ClickException(f"no stand-in is ready on {url}: {told}")


@click.command(
    context_settings=_WORDS,
    epilog=_examples("env", "env --url http://mock:5050 --json"),
)
@_url
@_json
def env(url: str | None, as_json: bool) -> None:
    """Print the variables of a stand-in, for the shell: eval "$(mockserver env)"."""
    from mockserver.cli.variables import variables

    named = variables(_chosen(url))
    if as_json:
        _print(named)
        return
    for name, value in named.items():
        click.echo(f"export {name}={shlex.quote(value)}")


COMMANDS = (exec_, start, stop, wait, env)


def _started(port: int | None) -> list[Record]:
    from mockserver.cli.records import running

    return [record for record in running() if port is None or port in record.ports]


def _chosen(url: str | None) -> str:
    """The URL itself, that of what was started, or that of the default port."""
    if url is not None:
        return url.rstrip("/")
    records = _started(None)
    if len(records) > 1:
        raise SettingsError(f"{_several(records)}; choose one by --url")
    return records[0].url if records else f"http://127.0.0.1:{DEFAULT_PORT}"


def _several(records: Sequence[Record]) -> str:
    told = ", ".join(f"{record.url} (pid {record.pid})" for record in records)
    return f"{len(records)} stand-ins run: {told}"


def _shown(record: Record) -> dict[str, Any]:
    return {"url": record.url, "pid": record.pid, "log": record.log}


def _print(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, indent=2))
