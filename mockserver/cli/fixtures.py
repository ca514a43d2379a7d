"""`mockserver fixtures`: list, validate, generate and export; the work is done elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.remote import control_token, examples
from mockserver.errors import MockserverError, SettingsError, shown
from mockserver.files import replace_file

if TYPE_CHECKING:
    from mockserver.fixtures.shapes import FixtureFile

__all__ = ["fixtures"]

_TIMEOUT_SECONDS = 60

_output = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    show_default="standard output",
    help="The file to write.",
)


@click.group(
    epilog=examples(
        "fixtures list",
        "fixtures validate my-organization.yaml",
        "fixtures generate --refunds 1000 --payers 20 -o big.json",
        "fixtures export --world default -o now.json",
    )
)
def fixtures() -> None:
    """List, check, generate and export fixtures: the data that worlds start with.

    A fixture is the name of a shipped one (default, documented, empty) or a path to a JSON or
    YAML file. fixtures/README.md describes the format.
    """


@fixtures.command("list")
def list_() -> None:
    """List the shipped fixtures."""
    from mockserver.fixtures.catalog import locate, names

    rows = [(name, _read(str(locate(name)))) for name in names()]
    table = [(name, _counted(fixture), fixture.description) for name, fixture in rows]
    widths = [max(map(len, column), default=0) for column in zip(*table, strict=True)]
    for name, counted, description in table:
        click.echo(f"{name:<{widths[0]}}  {counted:<{widths[1]}}  {description}")


@fixtures.command(epilog=examples("fixtures validate default my-organization.json other.yaml"))
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.pass_context
def validate(context: click.Context, files: tuple[str, ...]) -> None:
    """Check fixtures and print every error.

    Checks every FILE, then exits with 2 if any is invalid.
    """
    refused = False
    for file in files:
        try:
            fixture = _read(file)
            if fixture.faults:
                _check_faults(file)
            click.echo(f"{file}: good: {_counted(fixture)}")
        except MockserverError as error:
            refused = True
            click.echo(str(error), err=True)
    context.exit(2 if refused else 0)


@fixtures.command(
    epilog=examples(
        "fixtures generate --refunds 1000 --payers 20 --random-seed 7 -o big.json",
        "serve --fixture ./big.json",
    )
)
@click.option("--refunds", type=click.IntRange(min=0), required=True, help="How many refunds.")
@click.option(
    "--payers", type=click.IntRange(min=1), default=10, show_default=True, help="How many payers."
)
@click.option("--random-seed", type=int, default=0, show_default=True, help="Same seed, same file.")
@_output
def generate(refunds: int, payers: int, random_seed: int, output: str) -> None:
    """Generate a synthetic fixture of any size."""
    from mockserver.fixtures.generate import generated
    from mockserver.fixtures.writing import encoded, pieces

    fixture, made = generated(refunds, payers, random_seed)
    _write(output, pieces(fixture, map(encoded, made)))


@fixtures.command(
    epilog=examples(
        "fixtures export -o now.json",
        "fixtures export --url http://127.0.0.1:8080 --world me -o me.json",
    )
)
@click.option("--url", default="http://127.0.0.1:5050", show_default=True, help="A running server.")
@click.option("--world", default="default", show_default=True, help="The world's name.")
@click.option("--with-secrets", is_flag=True, help="Write the secrets of its client ids too.")
@control_token
@_output
def export(
    url: str, world: str, with_secrets: bool, control_token: str | None, output: str
) -> None:
    """Write a running server's world as a fixture.

    Without --with-secrets no client id of the fixture needs a secret.
    """
    content, left_out = _exported(url, world, with_secrets, control_token)
    _write(output, [content])
    if left_out:
        click.echo("credentials were left out; --with-secrets writes them too", err=True)


def _read(name_or_path: str) -> FixtureFile:
    from mockserver.fixtures.catalog import locate
    from mockserver.fixtures.reading import read
    from mockserver.rules import BY_ID

    return read(locate(name_or_path), BY_ID)


def _check_faults(name_or_path: str) -> None:
    """Faults name operations, which only a stand-in knows. Raises FixtureError for wrong ones."""
    from mockserver import Settings, create_app

    create_app(Settings(fixture=name_or_path))


def _counted(fixture: FixtureFile) -> str:
    counts = {"refund": len(fixture.refunds), "payer": len(fixture.non_insurance_payers)}
    return ", ".join(f"{count} {noun}{'s' * (count != 1)}" for noun, count in counts.items())


def _write(output: str, content: Iterable[bytes]) -> None:
    if output == "-":
        for piece in content:
            click.echo(piece, nl=False)
        return
    try:
        replace_file(Path(output), content)
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise SettingsError(f"{output} {reason}; check the path") from None


def _exported(url: str, world: str, with_secrets: bool, token: str | None) -> tuple[bytes, bool]:
    """The world as the server tells it, byte for byte, and whether it has left out credentials.

    Raises SettingsError if it does not tell.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import ProxyHandler, Request, build_opener

    from mockserver.control.guard import TOKEN_HEADER
    from mockserver.state.names import NAME, in_path, is_name

    if not is_name(world):
        raise SettingsError(f"--world is {shown(world)}; expected {NAME}")
    if not url.lower().startswith(("http://", "https://")):
        raise SettingsError(f"--url {url!r} is no address; write one like http://127.0.0.1:5050")
    address = f"{url.rstrip('/')}/_mock/worlds/{in_path(world)}/export"
    address += "?secrets=true" if with_secrets else ""
    headers = {} if token is None else {TOKEN_HEADER: token}
    try:
        request = Request(address, headers=headers)
        with build_opener(ProxyHandler({})).open(request, timeout=_TIMEOUT_SECONDS) as answer:
            left_out = "credentials" in answer.headers.get("Mock-Warning", "")
            return _fixture(answer.read(), address), left_out
    except HTTPError as error:
        said = _said(error.read()) or f"{error.code} {error.reason}"
        raise SettingsError(f"{address} cannot be exported: {said}") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        advice = "start a server with `mockserver serve`, or name another with --url"
        raise SettingsError(f"{url} does not answer: {reason}; {advice}") from None


def _fixture(body: bytes, address: str) -> bytes:
    """The body if it looks like a fixture; it is not judged, so that any world can be saved."""
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "format" not in document:
        text = shown(body[:60].decode(errors="replace"))
        advice = "is --url the address of a mockserver?"
        raise SettingsError(f"{address} answers no fixture but {text}; {advice}")
    return body


def _said(body: bytes) -> str | None:
    """The control plane's own words for its error, if they are what was answered."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return str(told["error"]) if isinstance(told, dict) and "error" in told else None
