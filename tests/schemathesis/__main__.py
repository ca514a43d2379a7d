"""Runs Schemathesis, all its phases, against a served stand-in, as `make schemathesis` does.

The stand-in runs with `--auth issued` and Schemathesis with a token for the world `default`, so
that its check `ignored_auth` can see a refusal. What else is configured stands in
schemathesis.toml, each bent check with its reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
SERVE = ("-m", "mockserver", "serve", "--port", "0", "--log-format", "json", "--auth", "issued")


def main(arguments: list[str]) -> int:
    """Serve, run `st run` with further arguments, and answer its exit code."""
    command = [sys.executable, *SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = json.loads(server.stdout.readline())["url"]
            return run(url, arguments)
        finally:
            server.terminate()


def run(url: str, arguments: list[str]) -> int:
    """`st run` on the served document."""
    st = str(Path(sys.executable).with_name("st"))
    header = f"Authorization: Bearer {token(url)}"
    document = f"{url}/openapi.json"
    options = ("--config-file", str(CONFIGURATION), "run", document, "--url", url, "-H", header)
    return subprocess.run((st, *options, *arguments), check=False).returncode


def token(url: str) -> str:
    """A bearer token for the world `default`."""
    body = json.dumps({"client_id": "default", "client_secret": "any"}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/auth/v2/token", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        issued: str = json.load(answer)["access_token"]
    return issued


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
