"""Every record behaves as it says on the stand-in; the tool notices where one does not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.model.rules import profile as levels_of
from contracts.payloads import load_world, records, verify
from contracts.payloads.record import Auth, Profile
from contracts.payloads.verifier.verdicts import Verdict
from contracts.targets.app import AppTarget, Message, Receive, SendMessage
from contracts.targets.http import HttpTarget
from mockserver import Settings, create_app
from tests.contracts.payloads.settings import all_records, stand_in
from tests.defects import BY_ID
from tests.defects.server import Flawed
from tests.docs.documents import ROOT
from tests.serving import serving


def failures(verdicts: list[Verdict]) -> list[str]:
    """What did not pass, in words."""
    return [f"{v.record.id}: {v.message}" for v in verdicts if v.status != "passed"]


@pytest.mark.parametrize(
    ("profile", "auth"),
    [("default", "any"), ("default", "issued"), ("strict", "issued"), ("lenient", "any")],
)
def test_every_record_behaves_as_it_says(profile: Profile, auth: Auth) -> None:
    """Answer, body, envelope and effect of every record are the ones predicted."""
    assert not failures(verify(records(profile=profile, auth=auth), stand_in(profile, auth)))


@pytest.mark.parametrize("auth", ["any", "issued"])
def test_where_tokens_are_not_known_both_answers_are_right(auth: Auth) -> None:
    """The same records of strangers' tokens pass on a stand-in that lets them in, and not."""
    chosen = [record for record in all_records() if record.id.startswith("get_multi.auth.")]
    assert (401, 200) in {record.statuses for record in chosen}
    assert not failures(verify(chosen, stand_in("default", auth)))


def test_a_wrong_auth_shows() -> None:
    """Where any token is let in though only issued ones should be, each stranger's token fails."""
    chosen = [r for r in records(auth="issued") if r.bends[0].law == "auth-token-is-issued"]
    assert len(failures(verify(chosen, stand_in("default", "any")))) == len(chosen) > 40


def test_every_record_holds_without_earmarking(tmp_path: Path) -> None:
    """A world without earmarking has records of its own, which hold there."""
    document = json.loads((ROOT / "fixtures/default.json").read_text(encoding="utf-8"))
    document["settings"]["earmarking"] = False
    path = tmp_path / "plain.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = records(load_world(path))
    app = create_app(Settings(fixture=str(path)))
    assert not failures(verify(found, AppTarget(app, "plain")))
    assert any(answer.rule == "earmark-enabled" for r in found for answer in r.answers)


def test_wrong_lengths_make_nothing_over_http() -> None:
    """A served stand-in keeps the promise: half a request changes nothing, and nobody waits."""
    chosen = [record for record in all_records() if record.request.framing != "length"]
    assert {record.request.framing for record in chosen} == {"chunked", "short", "long"}
    with serving() as served:
        target = HttpTarget(served.url, "payloads-framing", timeout=5)
        verdicts = verify(chosen, target, framed=False)
        target.close()
    assert not failures(verdicts)
    assert {v.http_status for v in verdicts if v.record.request.framing == "long"} == {0}


def test_half_a_request_that_is_taken_for_whole_shows() -> None:
    """A server that does not notice that the client has gone creates a refund, which is told."""
    right = create_app(Settings())

    async def hasty(scope: Message, receive: Receive, send: SendMessage) -> None:
        async def all_of_it() -> Message:
            return {**await receive(), "more_body": False}

        await right(scope, all_of_it, send)

    chosen = [r for r in all_records() if r.id == "create.wire.long-length"]
    told = failures(verify(chosen, AppTarget(hasty, "hasty")))
    assert "expected no answer or 400 or 408 or 422, received 200" in told[0]


def test_an_id_given_twice_shows() -> None:
    """A second equal create that answers the first refund is told."""
    server = Flawed(BY_ID["equal-create-is-the-same"], load_world().organization, levels_of())
    chosen = [record for record in all_records() if record.id == "create.sent-twice"]
    told = failures(verify(chosen, AppTarget(server, "flawed")))
    assert "has the id of one made before" in told[0]


def test_a_wrong_profile_shows() -> None:
    """Where the target is stricter than expected, the records that the rules touch fail."""
    assert len(failures(verify(all_records("default"), stand_in("strict")))) > 40


def test_a_wrong_effect_shows() -> None:
    """A create that was said to change nothing fails."""
    record = next(r for r in all_records() if r.kind == "valid" and r.operation == "create")
    answer = replace(record.answers[0], effect="none")
    told = failures(verify([replace(record, answers=(answer,))], stand_in("default")))
    assert told
    assert "list" in told[0]


def test_a_wrong_body_shows() -> None:
    """An answer that lacks what was expected fails, and the place is told."""
    record = next(r for r in all_records() if r.id == "update.full.set-note")
    answer = record.answers[0]
    wrong = replace(answer, body={**answer.body, "refund_note": "Another"})
    told = failures(verify([replace(record, answers=(wrong,))], stand_in("default")))
    assert "/refund_note" in told[0]
