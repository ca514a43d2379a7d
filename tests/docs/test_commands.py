"""The commands that are left to the reader, since they install or serve, would do what they say."""

from __future__ import annotations

import re
import shlex

import pytest

from mockserver import Settings, create_app
from mockserver.cli.running import ready_text
from mockserver.cli.serve import serve
from mockserver.rules import levels
from tests.docs.documents import DOCUMENTS, ROOT, document
from tests.docs.reader import LOCAL, commands

COMMANDS = [
    command
    for name in DOCUMENTS
    for block in document(name).blocks()
    if block.language == "sh"
    for command in commands(block)
]
SERVED = [command for command in COMMANDS if "mockserver serve" in command]
MADE = re.findall(
    r"(?:`|^)make ([a-z]+)", "\n".join(document(name).text for name in DOCUMENTS), re.MULTILINE
)


@pytest.mark.parametrize("command", SERVED)
def test_serve_takes_these_flags(command: str) -> None:
    """Each `mockserver serve` has flags and values that are known."""
    before, _, after = command.partition("mockserver serve")
    context = serve.make_context("serve", shlex.split(after, comments=True))
    chosen = dict(context.params)
    rules = dict(rule.split("=") for rule in chosen.pop("rule"))
    settings = Settings(rules=rules, **chosen)
    assert levels(settings.profile or "default", rules)
    variables = {name.partition("=")[0] for name in before.split()}
    assert variables <= {parameter.envvar for parameter in serve.params}


def test_there_are_such_commands() -> None:
    """The documents show how to serve, and name targets of make."""
    assert len(SERVED) >= 4
    assert "serve" in MADE


@pytest.mark.parametrize("target", sorted(set(MADE)))
def test_make_has_this_target(target: str) -> None:
    """Each target of make that a document names is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_serve_says_what_the_readme_waits_for() -> None:
    """The line that the README tells its reader to wait for is the first that is printed."""
    waited = re.search(r"until it says: (.+)", document("README.md").text)
    assert waited is not None
    assert ready_text(create_app(Settings()), LOCAL).startswith(waited[1])
