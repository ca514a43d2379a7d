"""The official Python SDK, sync and async, pointed at a stand-in as its Local environment is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any, NamedTuple, cast

import httpx
from candid import AsyncCandidApiClient, CandidApiClient
from candid.environment import CandidApiClientEnvironment
from candid.resources.auth.resources.default.client import DefaultClient
from candid.resources.non_insurance_payer_refunds.resources.v_1.client import V1Client

__all__ = ["KINDS", "Connect", "Sdk", "local", "open_async"]


class Sdk(NamedTuple):
    """The SDK's clients of the two families, and the requests that it sent but those for tokens."""

    refunds: V1Client
    auth: DefaultClient
    sent: list[httpx.Request]


Connect = Callable[..., AbstractContextManager[Sdk]]
"""Called with a URL, and with `client_id` and `client_secret` or with `token` as the SDK is."""


def local(url: str) -> CandidApiClientEnvironment:
    """The SDK's Local environment, but for the port."""
    other = CandidApiClientEnvironment.LOCAL.pre_encounter
    return CandidApiClientEnvironment(candid_api=url, pre_encounter=other)


@contextmanager
def _open_sync(url: str, **credentials: Any) -> Iterator[Sdk]:
    sent: list[httpx.Request] = []
    with httpx.Client(event_hooks={"request": [sent.append]}) as pool:
        sdk = CandidApiClient(environment=local(url), httpx_client=pool, **credentials)
        yield Sdk(sdk.non_insurance_payer_refunds.v_1, sdk.auth.default, sent)
        if "client_id" in credentials:
            _token_pool(sdk._client_wrapper._token).close()


@asynccontextmanager
async def open_async(url: str, **credentials: Any) -> AsyncIterator[AsyncCandidApiClient]:
    """The async client, with the arguments of `Connect`."""
    async with httpx.AsyncClient() as pool:
        sdk = AsyncCandidApiClient(environment=local(url), httpx_client=pool, **credentials)
        yield sdk
        if "client_id" in credentials:
            await _token_pool(sdk._client_wrapper._async_token).aclose()


@contextmanager
def _open_awaited(url: str, **credentials: Any) -> Iterator[Sdk]:
    """The async client with each call awaited at once, so that one test can drive both."""
    opening = open_async(url, **credentials)
    with asyncio.Runner() as runner:
        sdk = runner.run(opening.__aenter__())
        refunds = _Awaited(sdk.non_insurance_payer_refunds.v_1, runner)
        auth = _Awaited(sdk.auth.default, runner)
        yield Sdk(cast(V1Client, refunds), cast(DefaultClient, auth), _sent_by(sdk))
        runner.run(opening.__aexit__(None, None, None))


class _Awaited:
    """An async client's methods as plain ones."""

    def __init__(self, client: object, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda *values, **named: self._runner.run(method(*values, **named))


def _sent_by(sdk: AsyncCandidApiClient) -> list[httpx.Request]:
    sent: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> None:
        sent.append(request)

    sdk._client_wrapper.httpx_client.httpx_client.event_hooks = {"request": [keep]}
    return sent


def _token_pool(supplier: Any) -> Any:
    """What the SDK asks for tokens with: its own, and it has no way to close it."""
    return supplier.__self__._auth_client._raw_client._client_wrapper.httpx_client.httpx_client


KINDS: dict[str, Connect] = {"sync": _open_sync, "async": _open_awaited}
"""Both clients, behind one face."""
