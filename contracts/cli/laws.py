"""`contracts laws`: every law, or one explained."""

from __future__ import annotations

import json

import click

from contracts.cli.options import EVIDENCE, examples


@click.command(
    epilog=examples("laws", "laws --topic paging", "laws pages-join", "laws --json > laws.json")
)
@click.argument("law_id", metavar="[ID]", required=False)
@click.option("--topic", "topics", multiple=True, help="Only laws of this topic.")
@click.option("--evidence", multiple=True, type=EVIDENCE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def laws(
    law_id: str | None, topics: tuple[str, ...], evidence: tuple[str, ...], as_json: bool
) -> None:
    """List the laws, or explain the one named ID."""
    from contracts.run.plan import APP, Plan

    only = (law_id,) if law_id else ()
    chosen = Plan(APP, 0, laws=only, topics=topics, evidence=evidence).chosen_laws()
    names = ("id", "topic", "evidence", "tier", "cost", "rule", "sentence", "source")
    rows = [{name: getattr(law, name) for name in names} for law in chosen]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif law_id:
        law = chosen[0]
        function = law.script or law.watch
        how = "watches every exchange" if law.watch else f"about {law.cost} requests"
        click.echo(f"{law.id}: {law.sentence}\n")
        click.echo(f"evidence  {law.evidence}: {law.source}")
        click.echo(f"topic     {law.topic}\ntier      {law.tier}\ncost      {how}")
        click.echo(f"how       {(function.__doc__ or '').strip() if function else ''}")
    else:
        for law in chosen:
            click.echo(f"{law.topic:12} {law.id:34} {law.evidence:10} {law.sentence}")
        click.echo(f"\n{len(chosen)} laws")
