"""What a command finds in its environment when a stand-in was started for it."""

from __future__ import annotations

from mockserver.state.worlds import DEFAULT_WORLD

__all__ = ["variables"]


def variables(url: str) -> dict[str, str]:
    """The variables for a stand-in at `url`.

    The SDKs read none by themselves. The client id leads to the world of all tokens that name none,
    and credentials that were in the environment are not sent.
    """
    return {
        "CANDID_BASE_URL": url,
        "CANDID_CLIENT_ID": DEFAULT_WORLD,
        "CANDID_CLIENT_SECRET": "any",
        "MOCKSERVER_URL": url,
    }
