"""Which hosts may be talked to."""

from __future__ import annotations

import pytest

from contracts.errors import HostRefused
from contracts.safety.hosts import check_host, is_genuine, is_loopback

STAGING = "https://api-staging.joincandidhealth.com"
PRODUCTION = "https://api.joincandidhealth.com"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:5050", "http://localhost", "http://[::1]:8", "http://127.9.9.9", STAGING],
)
def test_this_machine_and_staging_need_no_flag(url: str) -> None:
    """Loopback addresses and the vendor's staging pass."""
    check_host(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "https://api-staging.joincandidhealth.com.example.com",
        "https://app.joincandidhealth.com",
        "http://10.0.0.1:5050",
        "http://0.0.0.0:5050",
    ],
)
def test_every_other_host_must_be_named(url: str) -> None:
    """It is refused until --allow-host names it."""
    with pytest.raises(HostRefused, match="--allow-host"):
        check_host(url, ["other.example.com"])


def test_a_named_host_passes_with_or_without_its_port() -> None:
    """The port may be part of the name."""
    for name in ("mock.internal", "mock.internal:8080", "MOCK.internal."):
        check_host("http://mock.internal:8080", [name])
    with pytest.raises(HostRefused):
        check_host("http://mock.internal:8080", ["mock.internal:9090"])


@pytest.mark.parametrize(
    "url", [PRODUCTION, PRODUCTION.upper(), PRODUCTION + ".", PRODUCTION + ":443"]
)
def test_production_is_not_reached_by_a_name_alone(url: str) -> None:
    """Only --production-i-mean-it opens it, however it is written."""
    with pytest.raises(HostRefused, match="--production-i-mean-it"):
        check_host(url.replace("HTTPS", "https"), ["api.joincandidhealth.com"])
    check_host(url.replace("HTTPS", "https"), production=True)


def test_the_vendor_is_never_talked_to_in_plain_text() -> None:
    """Credentials need TLS there."""
    for url, more in ((STAGING, False), (PRODUCTION, True)):
        with pytest.raises(HostRefused, match="plain text"):
            check_host(url.replace("https", "http"), production=more)


@pytest.mark.parametrize(
    "url", ["", "nowhere", "http://", "http://[::1", "http://a:b", "http://u:p@h"]
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    """The message says what to give."""
    with pytest.raises(HostRefused):
        check_host(url)


def test_genuine_and_loopback_are_told_apart() -> None:
    """The vendor's hosts are genuine, this machine's are loopback."""
    assert (is_genuine(STAGING), is_loopback(STAGING)) == (True, False)
    assert (is_genuine("http://127.0.0.1"), is_loopback("http://127.0.0.1")) == (False, True)
