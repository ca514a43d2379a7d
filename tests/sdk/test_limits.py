"""Rate limits through the official Python SDK, whose token call counts as well."""

from __future__ import annotations

import httpx
import pytest
from candid.core.api_error import ApiError

from tests.sdk.clients import Connect


def test_a_limit_of_three_gives_two_lists(
    connect: Connect, control: httpx.Client, served_url: str, world: str
) -> None:
    """The SDK asks for its token first, so the third list of a limit of three is one too many."""
    limits = control.post(f"/_mock/worlds/{world}/limits", json={"requests": "3/60"})
    assert limits.is_success
    with connect(served_url, client_id=world, client_secret="x") as sdk:
        for _ in range(2):
            sdk.refunds.get_multi(limit=1)
        with pytest.raises(ApiError) as raised:
            sdk.refunds.get_multi(limit=1)
    assert raised.value.status_code == 429
