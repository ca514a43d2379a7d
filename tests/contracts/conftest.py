"""No test of the suite reaches its servers in the way that the tester's own settings name."""

from __future__ import annotations

import pytest

from contracts.targets.tls import BUNDLES, SYSTEM

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authorities but those that a test sets."""
    for name in (*BUNDLES, SYSTEM, *PROXIES, *(name.upper() for name in PROXIES)):
        monkeypatch.delenv(name, raising=False)
