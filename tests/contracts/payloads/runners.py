"""Runs an export in the tool that it is for, and says what came of it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from mockserver.spec.facts import LOCAL_URL

TOOLS = {"curl": "curl", "http": "httpyac", "postman": "newman", "pytest": sys.executable}
"""The formats that run, each with the program that it needs."""


class Ran(NamedTuple):
    """The exit code, and all that was written."""

    code: int
    text: str


def run(
    form: str, text: str, url: str, folder: Path, *, production: bool = False, run_name: str = ""
) -> Ran:
    """Run an export against a server; skip the test where its tool is not installed.

    Args:
        form: one of `TOOLS`.
        text: the export.
        url: of the server.
        folder: for the file.
        production: spell out that the production host is meant.
        run_name: the mark of a script; empty for one of its own.
    """
    if shutil.which(TOOLS[form]) is None:
        pytest.skip(f"{TOOLS[form]} is not installed; `npm install --global newman httpyac`")
    environment = {"PATH": os.environ["PATH"], "BASE": url, "HOME": str(folder)}
    if run_name:
        environment["RUN"] = run_name
    if production:
        environment["PRODUCTION"] = "i-mean-it"
    if form == "http":
        text = text.replace(f"@base = {LOCAL_URL}", f"@base = {url}")
        if production:
            text = text.replace("@production = no", "@production = i-mean-it")
    names = {"curl": "p.sh", "http": "p.http", "postman": "p.json", "pytest": "test_p.py"}
    (folder / names[form]).write_text(text, encoding="utf-8")
    told = folder / "told"
    # httpyac ends without emptying a pipe.
    with told.open("wb") as file:
        done = subprocess.run(
            _command(form, names[form], url, production=production),
            cwd=folder,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
        )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", told.read_text(encoding="utf-8", errors="replace"))
    return Ran(done.returncode, shown)


def _command(form: str, name: str, url: str, *, production: bool) -> list[str]:
    if form == "curl":
        return ["sh", name]
    if form == "http":
        return ["httpyac", "send", name, "--all", "--json", "--no-color", "-o", "none"]
    if form == "pytest":
        return [sys.executable, name, "--base-url", url, "--tb=line", "-p", "no:cacheprovider"]
    meant = ["--env-var", "production=i-mean-it"] if production else []
    # The table of failures takes newman longer than the run.
    short = ["--reporter-cli-no-failures"]
    return ["newman", "run", name, "--env-var", f"base_url={url}", *short, *meant]
