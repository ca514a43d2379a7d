"""The pages on client tests: workflows and the image would work."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from typing import Any

import pytest
import yaml

from mockserver import __version__
from mockserver.cli.serve import serve
from tests.docs.documents import ROOT, Block, document
from tests.serving import serving

README, PAGE = document("README.md"), document("docs/client-tests.md")
WORKFLOWS = [b for page in (README, PAGE) for b in page.blocks() if b.language == "yaml"]
[IMAGE] = [block for block in PAGE.blocks() if block.language == "dockerfile"]


def steps_of(block: Block) -> list[dict[str, Any]]:
    """The steps of a workflow, or of a part of one."""
    read = yaml.safe_load(block.text)
    jobs = read.get("jobs", {"only": read})
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize("block", WORKFLOWS, ids=str)
def test_steps_can_be_run(block: Block) -> None:
    """Each step runs or uses something; `mockserver serve` has flags that are known."""
    for step in steps_of(block):
        assert step.keys() & {"run", "uses"}, step
        command = step.get("run", "").partition(">")[0]
        if command.startswith("mockserver serve"):
            serve.make_context("serve", shlex.split(command)[2:])


def test_the_wheel_that_is_named_is_the_one_that_is_built() -> None:
    """Version and name of the wheel are those of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wheels = set(re.findall(r"vendor/([\w.-]+\.whl)", PAGE.text))
    assert wheels == {f"{project['name']}-{__version__}-py3-none-any.whl"}


def test_the_image_serves() -> None:
    """What the image sets are variables that `mockserver serve` reads, and its command serves."""
    lines = dict(line.split(" ", 1) for line in IMAGE.text.splitlines())
    assert lines["ENTRYPOINT"] == '["mockserver", "serve"]'
    variables = dict(pair.split("=") for pair in lines["ENV"].split())
    known = {parameter.envvar for parameter in serve.params}
    assert variables.keys() <= known
    check = re.search(r'"-c", "(.*)"\]', lines["HEALTHCHECK"])
    assert check is not None
    flags = {"--host": variables["MOCKSERVER_HOST"]}
    with serving(*(word for pair in flags.items() for word in pair)) as served:
        port = served.url.rpartition(":")[2]
        program = check[1].replace("5050", port)
        assert program != check[1]
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
