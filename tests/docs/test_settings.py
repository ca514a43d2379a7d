"""docs/settings.md has a row for each setting, as the code has it."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields

from click import Parameter

from mockserver import Settings
from mockserver.cli.serve import serve
from tests.docs.documents import document

ROWS = document("docs/settings.md").table("field", "flag", "variable", "default", "what it sets")
FIELDS = fields(Settings)
OPTIONS: dict[str | None, Parameter] = {parameter.name: parameter for parameter in serve.params}
OPTION_OF = {"rules": "rule"}
UNSET = {
    "refunds": "none",
    "profile": "the fixture's",
    "rules": "none",
    "signing_key": "one made at start",
    "allow_host": "none",
    "allow_origin": "none",
    "fixtures_dir": "the fixture's",
    "fault": "none",
    "state": "none",
    "control_token": "none",
}
"""How the page tells of a default that is no value."""


def test_every_setting_has_its_row() -> None:
    """The rows are the fields of Settings, in their order."""
    assert [row["field"] for row in ROWS] == [field.name for field in FIELDS]


def test_flags_and_variables_are_the_options() -> None:
    """Each row names the flag and the variable of its setting, and no option lacks a row."""
    told = {row["field"]: (row["flag"], row["variable"]) for row in ROWS}
    options = {field.name: OPTIONS[OPTION_OF.get(field.name, field.name)] for field in FIELDS}
    assert told == {name: (option.opts[0], option.envvar) for name, option in options.items()}
    assert len(options) == len(serve.params)


def test_defaults_are_those_of_the_code() -> None:
    """Each row has the default of its field, which is its option's default too."""
    assert {row["field"]: row["default"] for row in ROWS} == {
        field.name: _default(field) for field in FIELDS
    }
    context = serve.make_context("serve", [], help_option_names=["-h", "--help"])
    chosen = {name: value for name, value in context.params.items() if name != "rule"}
    assert Settings(**chosen) == Settings()


def _default(field: Field[object]) -> str:
    if field.default in (None, MISSING, ()):
        return UNSET[field.name]
    return "off" if field.default is False else str(field.default)
