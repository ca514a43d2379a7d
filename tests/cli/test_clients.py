"""Every operation by clients that offer an upgrade, or try one address of localhost alone."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.serving import PATIENCE_SECONDS, Served

FOLDER = Path(__file__).parent
LINES = [
    "token 200",
    "list 200",
    "create 200",
    "get 200",
    "update 200 changed",
    "delete 200",
    "get 404",
]


class Client(NamedTuple):
    """A command that gets a URL and the path of the refunds, and what it needs."""

    tool: str
    words: tuple[str, ...]
    host: str = "127.0.0.1"


CLIENTS = {
    "Java's HttpClient as it comes": Client("java", (str(FOLDER / "Operations.java"),)),
    "curl --http2": Client("curl", (str(FOLDER / "operations.sh"),)),
    "Node that tries the first address of localhost": Client(
        "node",
        ("--no-network-family-autoselection", str(FOLDER / "operations.mjs")),
        "localhost",
    ),
    "Node where localhost is ::1": Client("node", (str(FOLDER / "operations.mjs"),), "[::1]"),
}


def can_listen(address: str) -> bool:
    """Whether this machine has such an address of IPv6."""
    try:
        socket.create_server((address, 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_performs_every_operation(name: str, served: Served) -> None:
    """It gets a token, lists, creates, gets, updates and deletes; then the refund is gone."""
    client = CLIENTS[name]
    if shutil.which(client.tool) is None:
        pytest.skip(f"{client.tool} is not installed")
    if client.host == "[::1]" and not can_listen("::1"):
        pytest.skip("this machine has no ::1")
    runner = "sh" if client.tool == "curl" else client.tool
    url = served.url.replace("127.0.0.1", client.host)
    path = "/_mock/w/clients/api/non-insurance-payer-refunds/v1"
    ran = subprocess.run(
        [runner, *client.words, url, path],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ran.stdout.splitlines() == LINES, ran
