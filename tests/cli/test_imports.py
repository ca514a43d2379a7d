"""What is imported when: a command pays only for what it does."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.serving import ROOT, environment

SERVING = {"pydantic", "starlette", "uvicorn", "uvloop", "httptools", "asyncio"}
LATER = {"cryptography", "yaml", "jwt", "rich"}
NEVER = {"candid", "contracts", "httpx", "hypothesis", "pytest", "requests", "schemathesis"}

CASES = {
    "import mockserver": SERVING | LATER | NEVER | {"click"},
    "import mockserver.cli": SERVING | LATER | NEVER,
    "import mockserver.spec": SERVING | LATER | NEVER | {"click"},
    "from mockserver import create_app; create_app()": LATER | NEVER | {"uvicorn", "click"},
    "import mockserver.cli.running": LATER | NEVER,
}


UNUSED = {
    "mockserver.client",
    "mockserver.fixtures.explain",
    "mockserver.fixtures.generate",
    "mockserver.fixtures.saved",
    "mockserver.fixtures.streaming",
    "mockserver.fixtures.yaml_text",
    "mockserver.steering.saving",
    "pydantic.deprecated.class_validators",
    "starlette.templating",
    "starlette.testclient",
    "unittest",
}
"""Modules that a start over a shipped fixture has no use for."""


def imported(statement: str) -> set[str]:
    """The top-level names of what a fresh interpreter has imported after the statement."""
    return {name.partition(".")[0] for name in modules(statement)}


def modules(statement: str) -> set[str]:
    """The names of all that it has imported."""
    return set(printed(f"import sys; {statement}; print(*sorted(sys.modules))").split())


def printed(program: str) -> str:
    """What a program prints in a fresh interpreter."""
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return told.stdout


@pytest.mark.parametrize("statement", CASES)
def test_import_waits_until_it_is_needed(statement: str) -> None:
    """A fresh interpreter has not imported what the statement has no use for."""
    assert imported(statement) & CASES[statement] == set()


def test_start_imports_no_module_without_a_use() -> None:
    """Each module that is imported makes every start later."""
    started = "import mockserver.cli.running; from mockserver import create_app; create_app()"
    assert modules(started) & UNUSED == set()


def test_what_serving_needs_is_imported_by_it() -> None:
    """The names above are right: serving imports each of those that it is said to need."""
    assert imported("import mockserver.cli.running, uvloop, httptools") >= SERVING


REQUESTS = """
import json
from mockserver import create_app
from tests.serving import in_process
with in_process(create_app()) as client:
    path = "/api/non-insurance-payer-refunds/v1"
    seen = [client.get(path).status_code, client.get("/_mock/health").status_code]
    names = ["cryptography", "jwt", "yaml"]
    before = [name for name in names if name in sys.modules]
    client.post("/api/auth/v2/token", json={"client_id": "me", "client_secret": "x"})
    client.get("/openapi.yaml")
    after = [name for name in names if name in sys.modules]
    print(json.dumps([seen, before, after]))
"""


def test_tokens_and_yaml_are_imported_by_the_first_that_asks() -> None:
    """Lists and health import neither cryptography nor YAML; a token and the YAML document do."""
    told = subprocess.run(
        [sys.executable, "-c", f"import sys\n{REQUESTS}"],
        cwd=ROOT,
        env=environment({"PYTHONPATH": str(ROOT)}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == [[200, 200], [], ["cryptography", "jwt", "yaml"]]


@pytest.mark.parametrize(("command", "plugins"), [("serve --port 0", "1"), ("exec -- true", "")])
def test_a_server_leaves_out_what_its_start_has_no_use_for(command: str, plugins: str) -> None:
    """What a served stand-in began with is frozen, it collects seldom, and it looks for no plugins
    of pydantic; a command that it runs may.
    """
    program = f"""
import gc, os
from mockserver.cli import main, running
def run(*_, **__):
    print(gc.get_freeze_count() > 10_000, *gc.get_threshold())
    print(os.environ.get("PYDANTIC_DISABLE_PLUGINS", ""))
running.Server.run = run
main({command.split()!r}, standalone_mode=False)
"""
    assert printed(program).splitlines() == ["True 10000 1000 1000", plugins]
