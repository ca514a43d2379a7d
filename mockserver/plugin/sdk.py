"""The official SDK of Python, connected to the world of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from mockserver.plugin.worlds import World

if TYPE_CHECKING:
    from candid import AsyncCandidApiClient, CandidApiClient
    from candid.environment import CandidApiClientEnvironment

__all__ = ["connected", "connected_async"]

_SECONDS = 60
"""How long the SDK waits by default."""


def connected(world: World) -> CandidApiClient:
    """The SDK with the world's client id. All tests share its connections.

    To make new connections takes longer than most tests.
    """
    environment = _environment(world)
    from candid import CandidApiClient
    from candid.core.client_wrapper import SyncClientWrapper
    from candid.core.oauth_token_provider import OAuthTokenProvider

    http = httpx.Client(transport=world.stand_in.control, timeout=_SECONDS, follow_redirects=True)
    wrapper = SyncClientWrapper(environment=environment, httpx_client=http, timeout=_SECONDS)
    tokens = OAuthTokenProvider(
        client_id=world.client_id, client_secret="any", client_wrapper=wrapper
    )
    return CandidApiClient(environment=environment, token=tokens.get_token, httpx_client=http)


def connected_async(world: World) -> AsyncCandidApiClient:
    """The same of the async SDK; it keeps no connection, so that there is none to close."""
    environment = _environment(world)
    from candid import AsyncCandidApiClient
    from candid.core.client_wrapper import AsyncClientWrapper
    from candid.core.oauth_token_provider import AsyncOAuthTokenProvider

    limits = httpx.Limits(max_keepalive_connections=0)
    transport = world.transport or httpx.AsyncHTTPTransport(verify=False, limits=limits)
    http = httpx.AsyncClient(transport=transport, timeout=_SECONDS, follow_redirects=True)
    wrapper = AsyncClientWrapper(environment=environment, httpx_client=http, timeout=_SECONDS)
    tokens = AsyncOAuthTokenProvider(
        client_id=world.client_id, client_secret="any", client_wrapper=wrapper
    )
    sdk = AsyncCandidApiClient(environment=environment, token=str, httpx_client=http)
    sdk._client_wrapper._async_token = tokens.get_token
    return sdk


def _environment(world: World) -> CandidApiClientEnvironment:
    try:
        from candid.environment import CandidApiClientEnvironment
    except ImportError:
        pytest.fail("the SDK is not installed: pip install candidhealth", pytrace=False)
    return CandidApiClientEnvironment(candid_api=world.base_url, pre_encounter=world.base_url)
