"""`contracts replay`: shows one breach again."""

from __future__ import annotations

from typing import Any

import click

from contracts.cli.options import examples, knowledge_options, plan_from, target_options


@click.command(
    epilog=examples(
        "replay --target http://127.0.0.1:5050 c1.eNp…", "replay --target app failure.json"
    )
)
@click.argument("what", metavar="TOKEN|FILE")
@target_options
@knowledge_options
@click.pass_context
def replay(context: click.Context, /, what: str, **asked: Any) -> None:
    """Reproduce a breach from its replay TOKEN, or from a FILE with a token or a sequence.

    Exits with 1 if the law is broken again, with 0 if it is kept.
    """
    from contracts.cli.output import finish
    from contracts.cli.progress import show_progress
    from contracts.cli.signals import Signals
    from contracts.kernel.replay_token import document_of
    from contracts.run.replay import replay as again

    document = document_of(what)
    with show_progress() as progress, Signals():
        findings = again(plan_from({**asked, "seed": 0}, progress=progress), document)
    code = finish(findings, [], verbose=True)
    if code == 0:
        click.echo("the breach did not come again")
    context.exit(code)
