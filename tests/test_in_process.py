"""The app behind a client that does not await, and the official SDK, without a port."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from candid import CandidApiClient

from mockserver import Client, InProcessTransport, Settings, create_app
from mockserver.spec.facts import REFUNDS_PATH
from tests.organization import body, fixture_file
from tests.serving import ROOT, environment

BEARER = {"authorization": "Bearer any"}


@pytest.fixture
def here(tmp_path: Path) -> httpx.Client:
    """A client of an app of its own."""
    app = create_app(Settings(fixture=fixture_file(tmp_path)))
    return httpx.Client(transport=InProcessTransport(app), base_url="http://mock", headers=BEARER)


def test_a_client_that_does_not_await_is_served(here: httpx.Client) -> None:
    """Create, list and delete, with the headers and the statuses of a served stand-in."""
    made = here.post(REFUNDS_PATH, json=body())
    path = f"{REFUNDS_PATH}/{made.json()['non_insurance_payer_refund_id']}"
    answers = [made, here.get(path), here.delete(path), here.get(path)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404]
    assert answers[0].headers["mock-world"] == "default"
    assert answers[-1].headers["content-type"] == "application/json"


def test_threads_may_share_a_client(here: httpx.Client) -> None:
    """Each request has an event loop of its own."""
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: here.get(REFUNDS_PATH).status_code, range(16)))
    assert statuses == [200] * 16


def test_the_sdk_is_served(here: httpx.Client) -> None:
    """The official SDK takes the client, and a token that is not asked for."""
    refunds = CandidApiClient(
        token=lambda: "any", httpx_client=here
    ).non_insurance_payer_refunds.v_1
    page = refunds.get_multi(limit=1)
    refunds.delete(page.items[0].non_insurance_payer_refund_id)
    assert page.items[0] not in refunds.get_multi().items


def test_the_control_client_is_served(here: httpx.Client) -> None:
    """A fault that `mockserver.Client` sets acts on a client of the same app."""
    transport = here._transport
    with Client("http://localhost", transport=transport) as control:
        control.fault(operation="*.get_multi", answer={"status": 503}, delay_ms=1)
        assert here.get(REFUNDS_PATH).status_code == 503
        control.reset()
    assert here.get(REFUNDS_PATH).status_code == 200


def test_nothing_of_it_is_deprecated() -> None:
    """The example of the documents runs where warnings are errors."""
    program = f"""
import httpx
from mockserver import InProcessTransport, create_app
here = httpx.Client(transport=InProcessTransport(create_app()), base_url="http://mock")
print(here.get("{REFUNDS_PATH}", headers={BEARER}).status_code)
"""
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert (done.stdout, done.stderr) == ("200\n", "")


def test_it_says_what_it_needs() -> None:
    """Where httpx is not installed, the message says what to install."""
    program = "import sys; sys.modules['httpx'] = None; from mockserver import InProcessTransport"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr.endswith(
        "MockserverError: mockserver.InProcessTransport needs httpx: pip install httpx\n"
    )
