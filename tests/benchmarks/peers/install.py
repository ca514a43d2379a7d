"""Puts the peers into `.bench/` with their registries' ordinary clients, and finds them there."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRATCH = ROOT / ".bench"
NODE_MODULES = SCRATCH / "node_modules"
PYTHON = SCRATCH / "venv" / "bin" / "python"
PYPI = ("fastapi", "uvicorn[standard]")
NPM = ("@stoplight/prism-cli@5.16.0", "@mockoon/cli@9.9.0", "wiremock@3.13.2")


def install_peers() -> list[str]:
    """Install every peer that can be had; give a line for each that could not."""
    SCRATCH.mkdir(exist_ok=True)
    (SCRATCH / ".gitignore").write_text("*\n")
    return [*_install_python(), *_install_node()]


def fastapi_python() -> str | None:
    """An interpreter that can import FastAPI: this one, or that of the scratch environment."""
    if importlib.util.find_spec("fastapi"):
        return sys.executable
    return str(PYTHON) if PYTHON.exists() else None


def node_script(package: str, script: str) -> str | None:
    """The path of an installed npm package's command."""
    path = NODE_MODULES / package / script
    return str(path) if path.exists() and shutil.which("node") else None


def node_version(package: str) -> str:
    """The version of an installed npm package."""
    found: dict[str, str] = json.loads((NODE_MODULES / package / "package.json").read_text())
    return found["version"]


def wiremock_jar() -> str | None:
    """WireMock's jar, which its npm package carries."""
    jars = sorted((NODE_MODULES / "wiremock" / "build").glob("*.jar"))
    return str(jars[0]) if jars and shutil.which("java") else None


def _install_python() -> list[str]:
    if not PYTHON.exists():
        failed = _failure([sys.executable, "-m", "venv", str(SCRATCH / "venv")])
        if failed:
            return [f"FastAPI: {failed}"]
    failed = _failure([str(PYTHON), "-m", "pip", "install", "--quiet", *PYPI])
    return [f"FastAPI: {failed}"] if failed else []


def _install_node() -> list[str]:
    if not shutil.which("npm"):
        return ["Prism, Mockoon, WireMock: npm is not on the PATH"]
    (SCRATCH / "package.json").write_text('{"private": true}\n')
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    failed = _failure(["npm", "install", "--prefix", str(SCRATCH), *quiet, *NPM])
    return [f"Prism, Mockoon, WireMock: {failed}"] if failed else []


def _failure(command: list[str]) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return (done.stderr or done.stdout).strip()[-300:] if done.returncode else ""
