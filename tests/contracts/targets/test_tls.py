"""TLS: whom this client trusts, what it shows of itself, and files that cannot be used."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import PlanError, TargetUnreachable
from contracts.targets.credentials import Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Request
from contracts.targets.tls import BUNDLES, SYSTEM, TlsFiles
from tests.contracts.targets.certificates import Authority
from tests.contracts.targets.servers import Noting, served


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that no system trusts."""
    return Authority(tmp_path)


def status(files: TlsFiles, authority: Authority, **options: Any) -> int:
    """The status that a server with a certificate of the authority answers."""
    certificate, key = authority.issue("localhost")
    options = {"ssl_certfile": certificate, "ssl_keyfile": key, **options}
    with served(Noting(), **options) as url:
        base = url.replace("127.0.0.1", "localhost")
        target = HttpTarget(base, Credentials(token="t"), context=files.context())
        try:
            return target.send(Request("GET", "/")).status
        finally:
            target.close()


def test_an_unknown_authority_is_refused(authority: Authority) -> None:
    """The message names TLS and the certificate."""
    with pytest.raises(TargetUnreachable, match="TLS failed; check the scheme and the certificate"):
        status(TlsFiles(), authority)


def test_the_authority_of_ca_file_is_trusted(authority: Authority) -> None:
    """A private authority is enough."""
    assert status(TlsFiles(authority.file), authority) == 200


@pytest.mark.parametrize("variable", [*BUNDLES, SYSTEM])
def test_the_variables_of_other_clients_are_honoured(
    variable: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each names an authority to trust; --ca-file is used in its place."""
    monkeypatch.setenv(variable, str(authority.file))
    assert status(TlsFiles(), authority) == 200
    other = Authority(authority.file.parent, "other")
    with pytest.raises(TargetUnreachable, match="TLS failed"):
        status(TlsFiles(other.file), authority)


@pytest.mark.parametrize("variable", [*BUNDLES, SYSTEM])
def test_a_variable_that_names_no_file_is_told(
    variable: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable and the path."""
    gone = authority.file.parent / "gone.pem"
    monkeypatch.setenv(variable, str(gone))
    with pytest.raises(PlanError, match=f"{variable}={gone} cannot be read: No such file"):
        TlsFiles().context()


def test_a_server_that_asks_for_a_certificate_gets_it(authority: Authority) -> None:
    """Without one it ends the handshake; with one it answers."""
    certificate, key = authority.issue("client")
    asking = {"ssl_ca_certs": authority.file, "ssl_cert_reqs": ssl.CERT_REQUIRED}
    with pytest.raises(TargetUnreachable):
        status(TlsFiles(authority.file), authority, **asking)
    assert status(TlsFiles(authority.file, certificate, key), authority, **asking) == 200
    both = authority.file.parent / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    assert status(TlsFiles(authority.file, both), authority, **asking) == 200


def test_files_that_cannot_be_used_are_told_with_their_path(authority: Authority) -> None:
    """Missing, a folder, DER, no key, a key of another certificate, and an encrypted key."""
    folder = authority.file.parent
    (certificate, key), (_, other) = authority.issue("client"), authority.issue("other")
    _, locked = authority.issue("locked", b"passphrase")
    der, gone = authority.der(), folder / "gone"
    told = {
        TlsFiles(gone): f"--ca-file {gone} cannot be read: No such file or directory",
        TlsFiles(folder): f"--ca-file {folder} cannot be read: Is a directory",
        TlsFiles(der): f"--ca-file {der} holds no certificate in PEM; if it is in DER, convert it "
        f"with `openssl x509 -inform der -in {der}`",
        TlsFiles(None, gone): f"--client-cert {gone} cannot be read: No such file or directory",
        TlsFiles(None, key): f"--client-cert {key} holds no certificate in PEM",
        TlsFiles(None, certificate): f"--client-cert {certificate} holds no private key in PEM; "
        "add --client-key",
        TlsFiles(None, certificate, gone): f"--client-key {gone} cannot be read: No such file",
        TlsFiles(None, certificate, certificate): f"--client-key {certificate} holds no private "
        "key in PEM; name the key of --client-cert",
        TlsFiles(None, certificate, other): f"--client-key {other} is not the key of --client-cert "
        f"{certificate}",
        TlsFiles(None, certificate, locked): f"--client-key {locked} is encrypted; give a key "
        "without a passphrase",
        TlsFiles(None, None, key): f"--client-key {key} needs --client-cert",
    }
    for files, text in told.items():
        with pytest.raises(PlanError) as caught:
            files.check()
        assert text in str(caught.value)


def test_a_file_with_a_broken_certificate_is_told(authority: Authority) -> None:
    """What only looks like PEM is told with its path as well."""
    broken = authority.file.parent / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nnot base64\n-----END CERTIFICATE-----\n")
    with pytest.raises(PlanError, match=f"--ca-file {broken} cannot be used"):
        TlsFiles(broken).check()
