"""Two client ids through the official Python SDK: each has a world of its own."""

from __future__ import annotations

import pytest
from candid.resources.commons.errors import EntityNotFoundError, UnprocessableEntityError

from tests.sdk.clients import Connect, Sdk
from tests.sdk.organization import refund_of


def test_two_client_ids_do_not_see_each_other(
    connect: Connect, served_url: str, world: str
) -> None:
    """What one client id creates, changes and deletes is not there, or still is, for another."""
    with (
        connect(served_url, client_id=f"{world}-a", client_secret="x") as one,
        connect(served_url, client_id=f"{world}-b", client_secret="x") as other,
    ):
        before = other.refunds.get_multi(limit=999)
        created = one.refunds.create(request=refund_of())
        with pytest.raises(EntityNotFoundError):
            other.refunds.get(created.non_insurance_payer_refund_id)
        shared = before.items[0].non_insurance_payer_refund_id
        one.refunds.delete(shared)
        assert other.refunds.get(shared) == before.items[0]
        assert other.refunds.get_multi(limit=999) == before
        assert len(one.refunds.get_multi(limit=999).items) == len(before.items)


def test_page_token_of_another_client_id_is_refused(
    sdk: Sdk, connect: Connect, served_url: str, world: str
) -> None:
    """A page token counts in the world that made it alone."""
    token = sdk.refunds.get_multi(limit=1).next_page_token
    pair = {"client_id": world, "client_secret": "x"}
    with connect(served_url, **pair) as other, pytest.raises(UnprocessableEntityError) as raised:
        other.refunds.get_multi(limit=1, page_token=token)
    assert "page-token-valid" in (raised.value.body.message or "")
