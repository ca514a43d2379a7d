"""TLS settings: which authorities are trusted, and which certificate this client shows."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import PlanError

BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file or a folder of trusted authorities; the first that is set counts."""

SYSTEM = "SSL_CERT_FILE"
"""The variable that OpenSSL reads itself, together with SSL_CERT_DIR."""

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_TRUSTED = b"-----BEGIN TRUSTED CERTIFICATE-----"
_KEY = b"PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of a run's TLS settings.

    Attributes:
        ca_file: authorities to trust, in place of those of the variables and the system.
        client_cert: the certificate that this client shows, with its chain.
        client_key: its private key; None where `client_cert` holds that as well.
    """

    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None

    def check(self) -> None:
        """Refuse files that cannot be used, where any is named.

        Raises:
            PlanError: see `context`.
        """
        if self != TlsFiles():
            self.context()

    def context(self) -> ssl.SSLContext:
        """The settings, verified as by `ssl.create_default_context`.

        Raises:
            PlanError: a file cannot be read, is no PEM, or the key does not fit.
        """
        context = self._trusting()
        if self.client_cert is not None:
            self._identify(context, self.client_cert)
        elif self.client_key is not None:
            raise PlanError(f"--client-key {self.client_key} needs --client-cert")
        return context

    def _trusting(self) -> ssl.SSLContext:
        if self.ca_file is not None:
            return _trusting_only(self.ca_file, f"--ca-file {self.ca_file}")
        for variable in BUNDLES:
            if os.environ.get(variable):
                path = Path(os.environ[variable])
                if path.is_dir():
                    return ssl.create_default_context(capath=str(path))
                return _trusting_only(path, f"{variable}={path}")
        if os.environ.get(SYSTEM):
            path = Path(os.environ[SYSTEM])
            _check_certificates(path, f"{SYSTEM}={path}")
        return ssl.create_default_context()

    def _identify(self, context: ssl.SSLContext, certificate: Path) -> None:
        name = f"--client-cert {certificate}"
        text = _read(certificate, name)
        if _CERTIFICATE not in text:
            raise PlanError(f"{name} holds no certificate in PEM; {_convert(certificate)}")
        key, key_name = self.client_key, f"--client-key {self.client_key}"
        if key is None:
            key, key_name = certificate, name
        if _KEY not in _read(key, key_name):
            advice = (
                "add --client-key" if self.client_key is None else "name the key of --client-cert"
            )
            raise PlanError(f"{key_name} holds no private key in PEM; {advice}")
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
        except ssl.SSLError as error:
            if "KEY_VALUES_MISMATCH" in str(error):
                raise PlanError(f"{key_name} is not the key of {name}") from error
            raise PlanError(f"{name} with {key_name} cannot be used ({error})") from error
        except _LockedKey:
            raise PlanError(
                f"{key_name} is encrypted; give a key without a passphrase, as written by "
                "`openssl pkey -in KEY -out PLAIN`"
            ) from None


def _check_certificates(path: Path, name: str) -> None:
    text = _read(path, name)
    if _CERTIFICATE not in text and _TRUSTED not in text:
        raise PlanError(f"{name} holds no certificate in PEM; {_convert(path)}")


def _trusting_only(path: Path, name: str) -> ssl.SSLContext:
    _check_certificates(path, name)
    try:
        return ssl.create_default_context(cafile=str(path))
    except ssl.SSLError as error:
        raise PlanError(f"{name} cannot be used ({error})") from error


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PlanError(f"{name} cannot be read: {error.strerror}") from error


def _convert(path: Path) -> str:
    return f"if it is in DER, convert it with `openssl x509 -inform der -in {path}`"


class _LockedKey(Exception):
    """A key asks for a passphrase."""


def _no_password() -> str:
    raise _LockedKey
