"""What cannot be served: an error that names the value and what would do, and exit code 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cli.commands import invoke, ran

REFUSED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "an unknown command": (("srve",), ("srve", "Did you mean", "'serve'")),
    "an unknown flag": (("serve", "--prot", "1"), ("--prot", "--port")),
    "a port that is none": (("serve", "--port", "http"), ("--port", "http")),
    "a port too high": (("serve", "--port", "65536"), ("65536", "0 to 65535")),
    "a negative port": (("serve", "--port", "-1"), ("-1", "0 to 65535")),
    "an unknown way in": (("serve", "--auth", "some"), ("some", "issued")),
    "an unknown log": (("serve", "--log-format", "xml"), ("xml", "json")),
    "an unknown profile": (("serve", "--profile", "hard"), ("hard", "default, strict, lenient")),
    "an unknown rule": (
        ("serve", "--rule", "alocation-sum=warn"),
        ("alocation-sum", "did you mean allocation-sum?"),
    ),
    "a rule like no other": (("serve", "--rule", "zzz=warn"), ("zzz", "mockserver rules")),
    "an unknown level": (
        ("serve", "--rule", "allocation-sum=loud"),
        ("loud", "allocation-sum", "enforce, warn or off"),
    ),
    "a rule without a level": (
        ("serve", "--rule", "allocation-sum"),
        ("allocation-sum", "ID=LEVEL"),
    ),
    "an unknown clock": (("serve", "--clock", "noon"), ("noon", "real, frozen")),
    "an instant without an offset": (
        ("serve", "--clock", "2024-01-01T00:00:00"),
        ("2024-01-01T00:00:00", "with an offset"),
    ),
    "no worlds": (("serve", "--max-worlds", "0"), ("max worlds 0", "1 to")),
    "no body": (("serve", "--max-body-bytes", "0"), ("max body bytes 0", "1 to")),
    "an unknown rate": (("serve", "--rate-limit", "often"), ("often", "REQUESTS/SECONDS")),
    "a rate of none": (("serve", "--token-rate-limit", "0/10"), ("0/10", "vendor")),
    "a rate in no time": (("serve", "--rate-limit", "10/0"), ("10/0", "off")),
    "an unknown fixture": (
        ("serve", "--fixture", "documnted"),
        ("documnted", "did you mean documented?", "default, documented, empty"),
    ),
    "a fixture that is not there": (("serve", "--fixture", "./no.json"), ("no.json", "No such")),
    "a key that is not there": (("serve", "--signing-key", "no.pem"), ("no.pem", "No such")),
    "a host of another machine": (
        ("serve", "--host", "203.0.113.1", "--port", "0"),
        ("203.0.113.1", "check"),
    ),
    "an unknown profile of rules": (("rules", "--profile", "hard"), ("hard", "strict")),
}


@pytest.fixture(autouse=True)
def nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test here fails, and does not hang, if the stand-in starts after all."""

    def served(*_: object, **__: object) -> NoReturn:
        raise AssertionError("it was served")

    monkeypatch.setattr("mockserver.cli.running.Server", served)


@pytest.mark.parametrize("case", REFUSED)
def test_bad_settings_are_told(case: str) -> None:
    """The error names what was given and what would do; the exit code is 2, and stdout is empty."""
    arguments, told = REFUSED[case]
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [text for text in told if text not in result.stderr] == []
    assert "Traceback" not in result.stderr


def test_bad_variable_is_told_by_its_name() -> None:
    """A bad value from the environment is told with the variable's name."""
    result = invoke("serve", env={"MOCKSERVER_PORT": "http"})
    assert result.exit_code == 2
    assert "MOCKSERVER_PORT" in result.stderr


def test_bad_setting_ends_a_real_process_with_2() -> None:
    """Run as a program, a bad setting is one line on stderr and exit code 2."""
    done = ran("serve", "--rule", "alocation-sum=warn")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: rule 'alocation-sum' is not known; did you mean")
    assert done.stderr.count("\n") == 1


FIXTURES: dict[str, tuple[str, str, str]] = {
    "another format": ("bad.json", '{"format": 2}', "$.format: 2"),
    "no JSON": ("bad.json", '{"format": 1,', "bad.json: "),
    "no YAML": ("bad.yaml", "format: [", "bad.yaml: "),
    "a value of the wrong type": (
        "bad.yaml",
        "format: 1\nsettings: {earmarking: 3}\n",
        "$.settings.earmarking: 3",
    ),
    "an unknown rule": (
        "bad.json",
        json.dumps({"format": 1, "settings": {"rules": {"nope": "off"}}}),
        "nope",
    ),
    "a dangling reference": (
        "bad.json",
        json.dumps(
            {
                "format": 1,
                "refunds": [
                    {
                        "non_insurance_payer_refund_id": "0badc0de-0000-4000-8000-000000000000",
                        "non_insurance_payer_id": "0badc0de-0000-4000-8000-000000000001",
                        "amount_cents": 1,
                        "allocations": [],
                    }
                ],
            }
        ),
        '$.refunds[0].non_insurance_payer_id: "0badc0de-0000-4000-8000-000000000001"',
    ),
}


@pytest.mark.parametrize("case", FIXTURES)
def test_bad_fixture_is_told(tmp_path: Path, case: str) -> None:
    """A fixture that cannot be used is told with the file, the place in it and the value."""
    name, text, told = FIXTURES[case]
    path = tmp_path / name
    path.write_text(text)
    result = invoke("serve", "--fixture", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert str(path) in result.stderr
    assert told in result.stderr


def test_bad_fixture_ends_a_real_process_with_2(tmp_path: Path) -> None:
    """Run as a program, a bad fixture is told without a traceback."""
    path = tmp_path / "bad.json"
    path.write_text('{"format": 2}')
    done = ran("serve", "--port", "0", "--fixture", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {path}: $.format: 2")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["no PEM", "no RSA", "a folder"])
def test_bad_signing_key_is_told(tmp_path: Path, kind: str) -> None:
    """A signing key that is no RSA key in PEM is told with its path."""
    path = tmp_path / "key.pem"
    if kind == "no PEM":
        path.write_text("not a key")
    elif kind == "no RSA":
        key = ec.generate_private_key(ec.SECP256R1())
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    else:
        path.mkdir()
    result = invoke("serve", "--signing-key", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"signing key {path}" in result.stderr
