"""docs/fidelity.md tells of each rule, error and behaviour what the code does, and of no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.rules import ALL as RULES
from mockserver.rules import PROFILES
from mockserver.spec.facts import ERRORS, EVIDENCE, HTTP_ERRORS
from tests.docs import behaviours
from tests.docs.documents import Row, document

FIDELITY = document("docs/fidelity.md")
RULE_COLUMNS = (
    "id",
    "a request satisfies it if",
    "evidence",
    "source",
    "default",
    "when it is not enforced",
)
TOPICS = {
    "Lists": behaviours.LISTS,
    "Bodies": behaviours.BODIES,
    "Instants and dates": behaviours.INSTANTS,
    "Answers": behaviours.ANSWERS,
    "Tokens and worlds": behaviours.TOKENS,
}


def test_every_rule_has_its_row() -> None:
    """The table of rules is the rules, in their order, word for word."""
    code = [
        dict(
            zip(
                RULE_COLUMNS,
                (rule.id, rule.what, rule.evidence, rule.source, rule.default, rule.relaxed),
                strict=True,
            )
        )
        for rule in RULES
    ]
    assert FIDELITY.table(*RULE_COLUMNS) == code


def test_refusals_are_answered_as_told() -> None:
    """The rules that the text names beside an error are those whose refusal is that error."""
    by_error: dict[str, list[str]] = {}
    for rule in RULES:
        by_error.setdefault(rule.error_name, []).append(rule.id)
    assert by_error.keys() == {
        "EntityNotFoundError",
        "InvalidContentTypeError",
        "UnprocessableEntityError",
    }
    (told,) = [part for part in FIDELITY.text.split("\n\n") if part.startswith("A refusal by ")]
    not_found, _, others = " ".join(told.split()).partition(" is a 404 `EntityNotFoundError`")
    assert sorted(by_error["EntityNotFoundError"]) == sorted(not_found.split("`")[1::2])
    assert by_error["InvalidContentTypeError"] == ["content-type"]
    assert "one by `content-type` is a 415" in others


def test_profiles_are_as_told() -> None:
    """The rules that the page lets `lenient` enforce are those, and `strict` enforces all."""
    rows = {row["profile"]: row["what it enforces"] for row in FIDELITY.table(*PROFILE_COLUMNS)}
    assert rows.keys() == PROFILES.keys()
    lenient = rows["lenient"].split("`")[1::2]
    assert lenient == [rule for rule, level in PROFILES["lenient"].items() if level == "enforce"]
    assert set(PROFILES["lenient"].values()) == {"enforce", "off"}
    assert set(PROFILES["strict"].values()) == {"enforce"}


def test_every_error_has_its_row() -> None:
    """The table of errors is the errors, with status, evidence and source."""
    code = [
        {
            "errorName": error.name,
            "status": str(error.status),
            "evidence": error.evidence,
            "source": error.source,
        }
        for error in sorted((*ERRORS, *HTTP_ERRORS), key=lambda error: error.status)
    ]
    assert FIDELITY.table("errorName", "status", "evidence", "source") == code


@pytest.mark.parametrize("topic", TOPICS)
def test_every_behaviour_has_its_row(topic: str) -> None:
    """A topic's table has the words of its proofs, in their order, with evidence and a source."""
    rows = _behaviours(topic)
    told = {row["id"]: row["what the stand-in does"] for row in rows}
    assert told == {_id(proof): _words(proof) for proof in TOPICS[topic]}
    assert all(row["evidence"] in EVIDENCE and row["source or reason"] for row in rows)


def test_topics_are_all() -> None:
    """No proof is left out of the topics, and no id stands for two."""
    proofs = [proof for topic in TOPICS.values() for proof in topic]
    assert proofs == list(behaviours.ALL)
    assert len({_id(proof) for proof in proofs}) == len(proofs)


@pytest.mark.parametrize("proof", behaviours.ALL, ids=lambda proof: proof.__name__)
def test_the_stand_in_behaves_so(proof: Callable[[], None]) -> None:
    """What a row says of the stand-in is so."""
    proof()


PROFILE_COLUMNS = ("profile", "what it enforces")


def _behaviours(topic: str) -> list[Row]:
    """The rows under a topic's heading."""
    start = FIDELITY.lines.index(f"### {topic}")
    section = FIDELITY._replace(lines=FIDELITY.lines[start : start + 40])
    end = next((n for n, line in enumerate(section.lines[1:], 1) if line.startswith("#")), 40)
    section = section._replace(lines=section.lines[:end])
    return section.table("id", "what the stand-in does", "evidence", "source or reason")


def _id(proof: Callable[[], None]) -> str:
    return proof.__name__.replace("_", "-")


def _words(proof: Callable[[], None]) -> str:
    return " ".join((proof.__doc__ or "").split()).removesuffix(".")
