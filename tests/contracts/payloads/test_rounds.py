"""The list of all refunds is looked at once a round, and the verdicts are those of each alone."""

import pytest

from contracts.errors import TargetUnreachable
from contracts.model.rules import profile as levels_of
from contracts.payloads import load_world, verify
from contracts.payloads.verifier.send import Sender
from contracts.payloads.verifier.verdicts import ROUND, Verdict, Verifier
from contracts.targets.app import App, AppTarget
from contracts.targets.target import Reply, Request, Send
from mockserver import Settings, create_app
from tests.contracts.payloads.settings import all_records
from tests.defects import BY_ID
from tests.defects.server import Flawed

WHOLE_LIST = "limit=999"
SOME = all_records()[::9]


class Counting:
    """A layer that counts looks at the list, ends at one request, or sends one create twice."""

    def __init__(self, gone_after: int | None = None, twice: int | None = None) -> None:
        self.creates = self.looks = self.sent = 0
        self.gone_after, self.twice = gone_after, twice

    def __call__(self, request: Request, send: Send) -> Reply:
        """Send, or say that nothing is there."""
        self.sent += 1
        if self.gone_after is not None and self.sent > self.gone_after:
            raise TargetUnreachable("nothing listens there")
        self.looks += request.query_text == WHOLE_LIST
        self.creates += request.method == "POST"
        if request.method == "POST" and self.creates == self.twice:
            send(request)
        return send(request)


def verdicts(counting: Counting, app: App | None = None) -> list[Verdict]:
    """What comes of some records, in rounds."""
    target = AppTarget(app or create_app(Settings()), "rounds", middleware=[counting])
    verifier = Verifier(Sender(target, "r1", framed=True), exclusive=True, ends=True)
    return list(verifier.verdicts(SOME))


def test_a_right_server_is_asked_for_its_list_once_a_round() -> None:
    """All pass, after one look before the first round and one at the end of each."""
    counting = Counting()
    assert {verdict.status for verdict in verdicts(counting)} == {"passed"}
    assert counting.looks == 1 + -(-len(SOME) // ROUND)


@pytest.mark.parametrize(
    "name", ["refused-amount-is-made", "refused-shape-is-made", "delete-leaves-its-row"]
)
def test_a_wrong_effect_shows_on_its_own_record(name: str) -> None:
    """The verdicts are those that come of a look after each record."""
    organization, rules = load_world().organization, levels_of()

    def app() -> Flawed:
        return Flawed(BY_ID[name], organization, rules)

    alone = verify(SOME, AppTarget(app(), "alone"))
    assert 0 < sum(verdict.status == "failed" for verdict in alone) < len(SOME)
    found = verdicts(Counting(), app())
    assert [(v.record.id, v.status) for v in found] == [(v.record.id, v.status) for v in alone]


def test_a_change_that_does_not_come_again_fails_the_last_of_the_round() -> None:
    """Which record made it is not known, and the message names the first and the last."""
    found = verdicts(Counting(twice=2))
    failed = [place for place, verdict in enumerate(found) if verdict.status == "failed"]
    assert failed == [ROUND - 1]
    first, last = found[0].record.id, found[ROUND - 1].record.id
    assert f"another, and any payload from {first} to {last} " in found[ROUND - 1].message


def test_nothing_passes_without_a_look_at_the_list() -> None:
    """Where the target is gone in the middle of a round, its records are not judged."""
    found = verdicts(Counting(gone_after=60))
    ended = next(place for place, v in enumerate(found) if v.status == "skipped")
    assert ended % ROUND == 0
    assert found[ended].message == "not judged: nothing listens there"
    assert found[-1].message == "not sent: nothing listens there"
