"""`mockserver rules` and `mockserver openapi`: what the stand-in holds itself to, printed."""

from __future__ import annotations

import json

import click

__all__ = ["openapi", "rules"]


@click.command()
@click.option("--profile", default="default", show_default=True, help="default, strict or lenient.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with sources.")
def rules(profile: str, as_json: bool) -> None:
    """Print every rule with its level, evidence and requirement.

    Evidence is documented (the vendor says so), implied (it follows) or assumed (our choice).

    \b
    Examples:
      mockserver rules
      mockserver rules --profile strict --json
    """
    from mockserver.rules import ALL, levels

    chosen = levels(profile, {})
    rows = [{**rule.described(), "level": chosen[rule.id]} for rule in ALL]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    columns = ("id", "level", "evidence", "stage")
    widths = {
        name: max(len(row[name]) for row in [*rows, {n: n for n in columns}]) for name in columns
    }
    header = {name: name for name in columns} | {"what": "a request satisfies it if"}
    for row in (header, *rows):
        cells = [row[name].ljust(widths[name]) for name in columns]
        click.echo("  ".join([*cells, row["what"]]))


@click.command()
@click.option("--yaml", "as_yaml", is_flag=True, help="Print YAML instead of JSON.")
def openapi(as_yaml: bool) -> None:
    """Print the OpenAPI 3.1 document of the contract.

    \b
    Example:
      mockserver openapi --yaml > refunds.yaml
    """
    from mockserver.spec import openapi_bytes, openapi_yaml

    click.echo(openapi_yaml() if as_yaml else openapi_bytes().decode(), nl=False)
