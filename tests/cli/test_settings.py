"""Every setting of `mockserver serve`: flag and variable mean the same, and the help has both."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NamedTuple

import pytest

from mockserver import Settings
from mockserver.cli import main
from tests.cli.commands import invoke, settings_of


class Choice(NamedTuple):
    """A value of a setting that is not its default, as a flag and as a variable say it."""

    flag: tuple[str, ...]
    variable: dict[str, str]
    value: Any


CHOICES: dict[str, Choice] = {
    "host": Choice(("--host", "127.0.0.9"), {"MOCKSERVER_HOST": "127.0.0.9"}, "127.0.0.9"),
    "port": Choice(("--port", "0"), {"MOCKSERVER_PORT": "0"}, 0),
    "fixture": Choice(("--fixture", "empty"), {"MOCKSERVER_FIXTURE": "empty"}, "empty"),
    "refunds": Choice(("--refunds", "5"), {"MOCKSERVER_REFUNDS": "5"}, 5),
    "profile": Choice(("--profile", "strict"), {"MOCKSERVER_PROFILE": "strict"}, "strict"),
    "rules": Choice(
        ("--rule", "allocation-sum=enforce", "--rule", "payer-enabled=off"),
        {"MOCKSERVER_RULE": "allocation-sum=enforce payer-enabled=off"},
        {"allocation-sum": "enforce", "payer-enabled": "off"},
    ),
    "auth": Choice(("--auth", "issued"), {"MOCKSERVER_AUTH": "issued"}, "issued"),
    "random_seed": Choice(("--random-seed", "7"), {"MOCKSERVER_RANDOM_SEED": "7"}, 7),
    "clock": Choice(
        ("--clock", "2024-02-29T00:00:00Z"),
        {"MOCKSERVER_CLOCK": "2024-02-29T00:00:00Z"},
        "2024-02-29T00:00:00Z",
    ),
    "log_format": Choice(("--log-format", "json"), {"MOCKSERVER_LOG_FORMAT": "json"}, "json"),
    "quiet": Choice(("--quiet",), {"MOCKSERVER_QUIET": "1"}, True),
    "watch": Choice(("--watch",), {"MOCKSERVER_WATCH": "1"}, True),
    "max_worlds": Choice(("--max-worlds", "3"), {"MOCKSERVER_MAX_WORLDS": "3"}, 3),
    "max_body_bytes": Choice(
        ("--max-body-bytes", "1000"), {"MOCKSERVER_MAX_BODY_BYTES": "1000"}, 1000
    ),
    "keep_alive_seconds": Choice(
        ("--keep-alive-seconds", "9"), {"MOCKSERVER_KEEP_ALIVE_SECONDS": "9"}, 9
    ),
    "idle_seconds": Choice(("--idle-seconds", "7"), {"MOCKSERVER_IDLE_SECONDS": "7"}, 7),
    "grace_seconds": Choice(("--grace-seconds", "2"), {"MOCKSERVER_GRACE_SECONDS": "2"}, 2),
    "max_fixture_bytes": Choice(
        ("--max-fixture-bytes", "999"), {"MOCKSERVER_MAX_FIXTURE_BYTES": "999"}, 999
    ),
    "rate_limit": Choice(("--rate-limit", "5/1.5"), {"MOCKSERVER_RATE_LIMIT": "5/1.5"}, "5/1.5"),
    "token_rate_limit": Choice(
        ("--token-rate-limit", "vendor"), {"MOCKSERVER_TOKEN_RATE_LIMIT": "vendor"}, "vendor"
    ),
    "signing_key": Choice(
        ("--signing-key", "key.pem"), {"MOCKSERVER_SIGNING_KEY": "key.pem"}, "key.pem"
    ),
    "allow_host": Choice(
        ("--allow-host", "a.test", "--allow-host", "b.test"),
        {"MOCKSERVER_ALLOW_HOST": "a.test b.test"},
        ("a.test", "b.test"),
    ),
    "allow_origin": Choice(
        ("--allow-origin", "http://a.test", "--allow-origin", "http://b.test:1"),
        {"MOCKSERVER_ALLOW_ORIGIN": "http://a.test http://b.test:1"},
        ("http://a.test", "http://b.test:1"),
    ),
    "fixtures_dir": Choice(
        ("--fixtures-dir", "files"), {"MOCKSERVER_FIXTURES_DIR": "files"}, "files"
    ),
    "fault": Choice(
        ("--fault", "*.create=503", "--fault", "*.get=reset"),
        {"MOCKSERVER_FAULT": "*.create=503 *.get=reset"},
        ("*.create=503", "*.get=reset"),
    ),
    "journal_calls": Choice(("--journal-calls", "5"), {"MOCKSERVER_JOURNAL_CALLS": "5"}, 5),
    "journal_bytes": Choice(("--journal-bytes", "9"), {"MOCKSERVER_JOURNAL_BYTES": "9"}, 9),
    "rate_limit_per": Choice(
        ("--rate-limit-per", "address"), {"MOCKSERVER_RATE_LIMIT_PER": "address"}, "address"
    ),
    "state": Choice(("--state", "all.json"), {"MOCKSERVER_STATE": "all.json"}, "all.json"),
    "control_token": Choice(
        ("--control-token", "hush"), {"MOCKSERVER_CONTROL_TOKEN": "hush"}, "hush"
    ),
}


def test_every_setting_is_tried() -> None:
    """The table has each field of the settings, and each option of the command, and no other."""
    assert CHOICES.keys() == {field.name for field in fields(Settings)}
    flags = {option for param in main.commands["serve"].params for option in param.opts}
    assert {choice.flag[0] for choice in CHOICES.values()} == flags


def test_nothing_chosen_is_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without flags and variables the settings are those of `Settings()`."""
    assert settings_of(monkeypatch) == Settings()


@pytest.mark.parametrize("name", CHOICES)
def test_flag_and_variable_mean_the_same(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A flag sets its setting and no other, and so does its variable."""
    choice = CHOICES[name]
    chosen = Settings(**{name: choice.value})
    assert chosen != Settings()
    assert settings_of(monkeypatch, *choice.flag) == chosen
    assert settings_of(monkeypatch, env=choice.variable) == chosen


def test_random_seed_is_drawn_at_each_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--random-seed random` is another integer each time; what is no integer is refused."""
    seeds = [settings_of(monkeypatch, "--random-seed", "random").random_seed for _ in range(2)]
    assert all(isinstance(seed, int) and seed > 0 for seed in seeds)
    assert seeds[0] != seeds[1]
    refused = invoke("serve", "--random-seed", "seven")
    assert refused.exit_code == 2
    assert "random seed 'seven' is not known; use random or an integer" in refused.output


def test_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All flags together set all settings, and so do all variables."""
    chosen = Settings(**{name: choice.value for name, choice in CHOICES.items()})
    flags = [text for choice in CHOICES.values() for text in choice.flag]
    variables = {k: v for choice in CHOICES.values() for k, v in choice.variable.items()}
    assert settings_of(monkeypatch, *flags) == chosen
    assert settings_of(monkeypatch, env=variables) == chosen


def test_flag_wins_over_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where both are set the flag counts."""
    settings = settings_of(monkeypatch, "--port", "1234", env={"MOCKSERVER_PORT": "4321"})
    assert settings.port == 1234


def test_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing leaves the default."""
    variables = {name: "" for choice in CHOICES.values() for name in choice.variable}
    assert settings_of(monkeypatch, env=variables) == Settings()


def test_last_of_a_rule_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that is set twice is held as it was set last."""
    flags = ("--rule", "allocation-sum=enforce", "--rule", "allocation-sum=off")
    assert settings_of(monkeypatch, *flags).rules == {"allocation-sum": "off"}


@pytest.mark.parametrize("name", CHOICES)
def test_help_has_flag_variable_and_default(name: str) -> None:
    """`serve --help` names each flag with its variable, and its default where it has one."""
    result = invoke("serve", "--help")
    assert result.exit_code == 0
    entries = _entries(result.output)
    flag, variable = CHOICES[name].flag[0], *CHOICES[name].variable
    assert f"env var: {variable}" in entries[flag]
    default = getattr(Settings(), name)
    if default not in (None, False, {}, ()):
        assert f"default: {default}" in entries[flag]
    elif default is None:
        assert "[default: " in entries[flag]


def _entries(help_text: str) -> dict[str, str]:
    """Each option's part of a help text, on one line."""
    parts = help_text.partition("Options:")[2].split("\n  -")
    entries = {f"-{part}".split()[0].rstrip(","): " ".join(part.split()) for part in parts}
    assert "--host" in entries
    return entries
