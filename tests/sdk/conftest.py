"""The pytest fixtures of the SDK tests: each test runs with the sync and with the async client."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from candid.resources.non_insurance_payer_refunds.resources.v_1.client import V1Client

from tests.sdk.clients import KINDS, Connect, Sdk
from tests.serving import Served


@pytest.fixture(params=KINDS)
def connect(request: pytest.FixtureRequest) -> Connect:
    """Opens the sync or the async client."""
    return KINDS[request.param]


@pytest.fixture(scope="session", params=KINDS)
def connected(request: pytest.FixtureRequest, served_url: str) -> Iterator[Sdk]:
    """The SDK with a client id, connected once: making a client takes longer than most tests."""
    client_id = f"sdk-{request.param}"
    with KINDS[request.param](served_url, client_id=client_id, client_secret="x") as sdk:
        sdk.refunds.get_multi(limit=1)
        yield sdk


@pytest.fixture(scope="session")
def control(served: Served) -> Iterator[httpx.Client]:
    """A client of the control plane."""
    with served.client() as client:
        yield client


@pytest.fixture
def sdk(connected: Sdk, control: httpx.Client, request: pytest.FixtureRequest) -> Sdk:
    """The SDK in a world as it was at the start."""
    kind = request.node.callspec.params["connected"]
    assert control.post(f"/_mock/worlds/sdk-{kind}/reset").status_code == 200
    connected.sent.clear()
    return connected


@pytest.fixture
def refunds(sdk: Sdk) -> V1Client:
    """The SDK's client of the refunds family."""
    return sdk.refunds
