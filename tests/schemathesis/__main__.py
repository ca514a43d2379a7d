"""Runs Schemathesis, all its phases, against a served stand-in, as `make schemathesis` does.

The vendor's API first: the stand-in runs with `--auth issued` and Schemathesis with a token for the
world `default`, so that its check `ignored_auth` can see a refusal. Then the control plane. What
else is configured stands in schemathesis.toml and control.toml, each bent check with its reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
SERVE = ("-m", "mockserver", "serve", "--port", "0", "--log-format", "json", "--auth", "issued")


def main(arguments: list[str]) -> int:
    """Serve, run `st run` on both documents with further arguments, and answer the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, *SERVE, "--state", str(Path(folder) / "state.json")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                url = json.loads(server.stdout.readline())["url"]
                header = ("-H", f"Authorization: Bearer {token(url)}")
                vendor = run(url, "/openapi.json", "schemathesis.toml", *header, *arguments)
                return vendor or run(url, "/_mock/openapi.json", "control.toml", *arguments)
            finally:
                server.terminate()


def run(url: str, document: str, configuration: str, *options: str) -> int:
    """`st run` on a served document."""
    st = str(Path(sys.executable).with_name("st"))
    file = ("--config-file", str(HERE / configuration))
    command = (st, *file, "run", f"{url}{document}", "--url", url, *options)
    return subprocess.run(command, check=False).returncode


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
