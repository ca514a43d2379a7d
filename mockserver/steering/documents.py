"""A fault as a person writes it, read into what a world keeps, or refused with what would do."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from mockserver.errors import MISSING, SettingsError, shown
from mockserver.fixtures.errors import FixtureError, Problem
from mockserver.state.faults import FaultSpec
from mockserver.steering.conditions import WHEN, read_conditions
from mockserver.steering.effects import BREAKS, Canned
from mockserver.steering.fields import read_object
from mockserver.steering.outcomes import WHAT, read_effect

__all__ = ["FIELDS", "Vocabulary", "flag_document", "read_fault", "read_faults", "read_flag"]

FIELDS = (*WHEN, "moment", *WHAT)


class Vocabulary(NamedTuple):
    """What a fault can name: the operations, the errors, and where an answer can be evolved."""

    operations: Collection[str]
    error: Callable[[str], Canned]
    evolves: Callable[[str, str], bool]
    """Whether the answers of an operation have a place for an evolution."""


def read_fault(document: object, known: Vocabulary) -> FaultSpec:
    """The fault that a document describes; a SettingsError shows a bad value and what would do."""
    sent = read_object("a fault", document, FIELDS)
    for name, value in sent.items():
        if value is None:
            raise SettingsError(f"{name} is null; leave it out")
    if not sent.keys() & set(WHAT):
        raise SettingsError(f"a fault does nothing without one of {', '.join(WHAT)}")
    when, effect = read_conditions(sent, known.operations), read_effect(sent, known.error)
    spec = FaultSpec(effect=effect, document=sent, **when)
    if spec.effect.evolve is not None and not any(
        spec.concerns(name) and known.evolves(name, spec.effect.evolve) for name in known.operations
    ):
        raise SettingsError(
            f"evolve {shown(spec.effect.evolve)} can never act: no answer of"
            f" {shown(spec.operation)} has a place for it"
        )
    return spec


def read_faults(documents: Iterable[object], known: Vocabulary, file: str) -> tuple[FaultSpec, ...]:
    """The faults of a fixture file. Raises FixtureError with all that are none."""
    faults, problems = list[FaultSpec](), list[Problem]()
    for number, document in enumerate(documents):
        try:
            faults.append(read_fault(document, known))
        except SettingsError as error:
            path, advice = f"$.faults[{number}]", "docs/control.md has all fields"
            problems.append(Problem(path, MISSING, str(error), advice, file))
    if problems:
        raise FixtureError(problems)
    return tuple(faults)


def read_flag(text: str, known: Vocabulary) -> FaultSpec:
    """The fault that a flag describes."""
    return read_fault(flag_document(text), known)


def flag_document(text: str) -> dict[str, Any]:
    """A fault of `--fault` as JSON: an object, or OPERATION=WHAT for an answer or a break.

    WHAT is a status, an error's name or a break; `after-` in front of it lets the operation run.
    """
    if text.lstrip().startswith("{"):
        try:
            document: dict[str, Any] = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SettingsError(f"fault {shown(text)} is no JSON: {error}") from None
        return document
    operation, equals, what = text.partition("=")
    if not equals or not what:
        raise SettingsError(f"fault {shown(text)} is not known; write OPERATION=WHAT or JSON")
    document = {"operation": operation}
    if what.startswith("after-"):
        what, document["moment"] = what.removeprefix("after-"), "after"
    if what in BREAKS:
        return {**document, "break": what}
    return {**document, "answer": int(what) if what.isdecimal() else what}
