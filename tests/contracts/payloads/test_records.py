"""Records are many, distinct, stable, of their schema, and say what they bend."""

import os
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts.laws import ALL
from contracts.model import REFUNDS
from contracts.payloads import Choice, record_schema, records
from contracts.payloads.formats import rendered
from contracts.payloads.record import KINDS, OPERATIONS, Sent
from tests.contracts.payloads.settings import all_records
from tests.docs.documents import ROOT

_WRITE = (
    "import sys; from contracts.payloads import records; "
    "from contracts.payloads.formats import rendered; "
    "sys.stdout.buffer.write(rendered(records(seed=7), 'jsonl').encode())"
)


def test_there_are_more_than_1000_for_the_five_operations() -> None:
    """No two of them send the same, after the same steps."""
    found = [record for record in all_records() if record.operation != "token"]
    assert len(found) > 1_000
    assert len({(r.request, repr(r.setup)) for r in found}) == len(found)
    assert len({record.id for record in all_records()}) == len(all_records())


def test_each_operation_and_class_is_there() -> None:
    """None of them is left out."""
    assert {record.operation for record in all_records()} == set(OPERATIONS)
    assert {record.kind for record in all_records()} == set(KINDS)


def test_records_are_of_their_schema() -> None:
    """The published schema admits every record, and refuses one that lacks its reason."""
    validator = jsonschema_rs.Draft202012Validator(record_schema())
    for record in all_records():
        error = next(iter(validator.iter_errors(record.to_json())), None)
        assert error is None, f"{record.id}: {error}"
    lacking = {k: v for k, v in all_records()[0].to_json().items() if k != "why"}
    assert not validator.is_valid(lacking)


def test_requests_survive_json() -> None:
    """A request read from its JSON is the same, whatever its bytes."""
    for record in all_records():
        assert _sent_from(record.request.to_json()) == record.request, record.id


def _sent_from(value: dict[str, Any]) -> Sent:
    body = value.pop("body").encode() if "body" in value else None
    if "body_base64" in value:
        body = b64decode(value.pop("body_base64"))
    headers = tuple((name, text) for name, text in value.pop("headers"))
    return Sent(**value, headers=headers, body=body)


def test_laws_named_are_laws() -> None:
    """Each law that a record names is one of the suite."""
    named = {site.law for record in all_records() for site in record.bends if site.law}
    assert named <= {law.id for law in ALL}


def test_classes_fit_answers() -> None:
    """What is valid may be accepted; what is not is refused where every rule is enforced."""
    for record in records(profile="strict", auth="issued"):
        if len(record.bends) > 1 and ".pair." in record.id:
            continue
        if record.kind in {"valid", "boundary"}:
            assert 200 in record.statuses, record.id
        elif record.id != "update.wire.short-length":
            assert 200 not in record.statuses, record.id


def test_what_only_reads_is_safe() -> None:
    """A safe payload and its steps are reads; any other has a request that may write."""
    for record in all_records():
        sent = [record.request.method, *(step.request.method for step in record.setup)]
        reads = {"GET", "HEAD", "OPTIONS", "TRACE"}.issuperset(sent)
        assert (record.is_safe, record.writes == "nothing" or not reads) == (reads, True), record.id


def test_a_low_risk_is_marked_or_our_own() -> None:
    """Each create of a low risk holds the run's mark, and each change names what a step made."""
    for record in all_records():
        if record.risk != "low":
            continue
        for sent in (record.request, *(step.request for step in record.setup)):
            if sent.method == "POST" and sent.path == REFUNDS:
                assert b"{{run}}" in (sent.body or b""), record.id
            elif sent.method in {"PATCH", "DELETE"} and sent.path.startswith(REFUNDS):
                assert "{{refund_id" in sent.path, record.id


@pytest.mark.parametrize(
    ("name", "writes", "risk"),
    [
        ("create.amount_cents-as-text", "nothing if refused", "low"),
        ("create.check_number-left-out", "creates 1", "low"),
        ("create.required-fields-alone", "creates 1", "medium"),
        ("delete.id.lower", "creates 1, deletes 1", "low"),
        ("delete.id.unknown-gone", "nothing if refused", "high"),
        ("get_multi.limit-is-0", "nothing", "none"),
        ("get_multi.scene.deleted-row", "creates 6, deletes 1", "low"),
        ("token.json", "a token", "low"),
    ],
)
def test_writes_and_risk(name: str, writes: str, risk: str) -> None:
    """`writes` says what a correct server writes, and `risk` what it means on shared data."""
    record = next(record for record in all_records() if record.id == name)
    assert (record.writes, record.risk) == (writes, risk)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (
            "create.amount_cents-as-text",
            'amount_cents is the text "1"; it must be a whole number, so 422',
        ),
        (
            "create.allocation-sum.one-more",
            "accepted; a strict server would refuse it: rule allocation-sum",
        ),
        ("get_multi.auth.any.token-invented", "401 or 200 is right"),
    ],
)
def test_the_reason_ends_with_the_answer(name: str, why: str) -> None:
    """A tester reads what is sent, what it must be and what comes."""
    assert next(record for record in all_records() if record.id == name).why.endswith(why)


@pytest.mark.parametrize("count", [1, 17, 500, 2_500])
def test_as_many_as_wanted(count: int) -> None:
    """Fewer are a sample of every class, more are filled up by mixtures; the ids stay distinct."""
    found = records(choice=Choice(("create",), count=count))
    assert len({record.id for record in found}) == count
    if count >= 500:
        assert {record.kind for record in found} == {
            r.kind for r in records(choice=Choice(("create",)))
        }


def test_seeds_differ() -> None:
    """Another seed gives other bytes, and the same seed the same."""
    first, again, other = (rendered(records(seed=seed), "jsonl") for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_same_bytes_on_every_python(version: str) -> None:
    """A seed gives the same file on each Python that can be found, with the hash seed changed."""
    python = _python(version)
    if python is None:
        pytest.skip(f"no Python {version} to be found")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "5"}
    done = subprocess.run(
        [python, "-c", _WRITE], env=environment, capture_output=True, check=True, timeout=60
    )
    assert done.stdout == rendered(records(seed=7), "jsonl").encode()


def _python(version: str) -> str | None:
    """A Python of that version that runs, the one of the tests or another."""
    if "{}.{}".format(*sys.version_info) == version:
        return sys.executable
    installed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for found in (shutil.which(f"python{version}"), *map(str, installed)):
        if (
            found
            and not subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode
        ):
            return found
    return None
