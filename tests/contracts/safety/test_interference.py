"""What gateways, quotas, tokens and lost connections answer decides nothing on a shared account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.errors import BudgetSpent, Interference, TooManyServerErrors
from contracts.kernel.conversation import is_interference
from contracts.kernel.session import Session
from contracts.kernel.terms import Terms
from contracts.model import REFUNDS
from contracts.model.organization import Organization
from contracts.safety.pace import PATIENCE_SECONDS, BackOff
from contracts.targets.credentials import TOKEN_PATH, Credentials
from contracts.targets.http import HttpTarget
from contracts.targets.target import Reply, Request
from tests.chaos.proxy import network
from tests.chaos.weather import Answer, Asked, Weather
from tests.contracts.safety.answers import reply
from tests.contracts.safety.test_foreign_refunds import contracts, opened_world, refunds
from tests.serving import Served

GET = Request("GET", REFUNDS)
REFUSED = Answer(
    401,
    b'{"errorName": "UnauthorizedError", "errorInstanceId": '
    b'"5e7f0000-0000-4000-8000-000000000000", "content": {}}',
    headers=(("www-authenticate", "Bearer"),),
)
HTML = (("content-type", "text/html; charset=utf-8"),)
OWN_HEADER = Request("GET", REFUNDS, headers=(("authorization", "Bearer x"),))


@pytest.mark.parametrize(
    ("request_", "answer", "expected"),
    [
        (GET, reply(429), True),
        (GET, reply(502), True),
        (GET, reply(503), True),
        (GET, reply(504), True),
        (GET, reply(599), True),
        (GET, reply(401), True),
        (GET, Reply(200, HTML, b"<p>Log in"), True),
        (GET, reply(200, {"items": []}), False),
        (GET, Reply(200, (("content-encoding", "br"),), b"\x0b\x02\x80{}"), True),
        (GET, Reply(200, (("content-encoding", "gzip"),), b"{}"), False),
        (GET, reply(500), False),
        (GET, reply(404), False),
        (GET, reply(422), False),
        (OWN_HEADER, reply(401), False),
    ],
)
def test_what_counts_as_interference(request_: Request, answer: Reply, expected: bool) -> None:
    """A 500 is the API's own; a 401 for a token that a law made up is an answer to judge."""
    assert is_interference(request_, answer) is expected


class Answering:
    """A target that always answers the same."""

    def __init__(self, answer: Reply) -> None:
        self.answer = answer

    def send(self, _request: Request) -> Reply:
        """The answer."""
        return self.answer

    def bearer(self) -> str:
        """A token."""
        return "token"


def test_on_a_stand_in_a_503_is_judged() -> None:
    """Nobody stands between the suite and a world that is its own."""
    target = Answering(reply(503))
    alone = Session(target, Terms(Organization()))
    assert alone.send(GET).status == 503
    with pytest.raises(Interference, match="503"):
        Session(target, Terms(Organization(), exclusive=False)).send(GET)


def _from(number: int, answer: Answer) -> Callable[[Weather, Asked, Callable[[], Answer]], Answer]:
    def fault(weather: Weather, asked: Asked, forward: Callable[[], Answer]) -> Answer:
        return answer if weather.count >= number and asked.path != TOKEN_PATH else forward()

    return fault


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Weather]]:
    """Makes a weather of one fault that decides each answer itself."""

    def make(fault: object) -> Weather:
        made = Weather(0, ["none"])
        made.names, made.share, made.since = ["only"], 1.0, 0
        monkeypatch.setattr("tests.chaos.weather.FAULTS", {"only": (lambda _: True, fault)})
        return made

    with monkeypatch.context():
        yield make


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503, b"<h1>busy</h1>", "text/html"),
        Answer(429, b"{}", headers=(("retry-after", "0"),)),
        REFUSED,
        Answer(200, b"<h1>Log in</h1>", "text/html"),
    ],
    ids=lambda answer: str(answer.status),
)
@pytest.mark.parametrize("since", [40, 150])
def test_an_account_that_stops_answering_breaks_no_law(
    since: int,
    answer: Answer,
    weather: Callable[..., Weather],
    crowded: Served,
    tmp_path: Path,
) -> None:
    """Laws stay undecided, and the ledger names what is left."""
    client_id = f"interfered-{since}-{answer.status}"
    before = opened_world(crowded, client_id)
    world = tmp_path / "world.json"
    contracts("discover", "--target", crowded.url, "-o", str(world)).communicate(timeout=60)
    words = ("--client-id", client_id, "--client-secret", "any-secret", "--world", str(world))
    with network(crowded.url, weather(_from(since, answer))) as between:
        ledger = ("--ledger", str(tmp_path / "ledger.jsonl"), "--budget", "300", "--rate", "1000")
        run = contracts("run", "--target", between.url, *words, *ledger, "--random-seed", "5")
        told, _ = run.communicate(timeout=120)
    assert " 0 broken" in told, told
    assert run.returncode in {0, 2}, told
    left = [row for row in refunds(crowded, client_id) if row not in before]
    noted = (tmp_path / "ledger.jsonl").read_text()
    names = ("non_insurance_payer_refund_id", "check_number", "refund_note")
    named = [any(row.get(name) and row[name] in noted for name in names) for row in left]
    assert all(named), told


def test_a_token_that_expires_is_renewed(
    weather: Callable[..., Weather], crowded: Served, tmp_path: Path
) -> None:
    """Each token counts for 60 requests: no law breaks, and nothing is left."""
    lives: dict[str, int] = {}

    def expiring(_: Weather, asked: Asked, forward: Callable[[], Answer]) -> Answer:
        lives[asked.authorization] = lives.get(asked.authorization, 0) + 1
        own = asked.authorization.startswith("Bearer ey") and asked.authorization.count(".") == 2
        if asked.path == TOKEN_PATH:
            lives.clear()
        if asked.path == TOKEN_PATH or not own or lives[asked.authorization] <= 60:
            return forward()
        return REFUSED

    before = opened_world(crowded, "expiring")
    words = ("--client-id", "expiring", "--client-secret", "any-secret", "--shared")
    flags = ("--ledger", str(tmp_path / "l.jsonl"), "--budget", "400", "--random-seed", "5")
    world = tmp_path / "world.json"
    contracts("discover", "--target", crowded.url, "-o", str(world)).communicate(timeout=60)
    with network(crowded.url, weather(expiring)) as between:
        run = contracts(
            "run", "--target", between.url, "--world", str(world), *words, *flags, "--rate", "1000"
        )
        told, _ = run.communicate(timeout=120)
    assert (run.returncode, " 0 broken" in told) == (0, True), told
    assert refunds(crowded, "expiring") == before


def test_a_renewed_token_that_is_refused_too_is_the_last(weather: Callable[..., Weather]) -> None:
    """No token call goes out for each refused request."""
    asked: list[str] = []

    def refusing(_: Weather, request: Asked, __: Callable[[], Answer]) -> Answer:
        asked.append(request.path)
        token = f'{{"access_token": "token-{len(asked)}"}}'
        return Answer(200, token.encode()) if request.path == TOKEN_PATH else REFUSED

    with network("http://127.0.0.1:1", weather(refusing)) as between:
        target = HttpTarget(between.url, Credentials("me", "secret"))
        statuses = [target.send(GET).status for _ in range(5)]
        target.close()
    assert statuses == [401] * 5
    assert asked.count(TOKEN_PATH) == 2


@pytest.mark.parametrize(("share", "code"), [(0.0, 0), (1.0, 2)])
def test_verify_tells_gateways_from_answers(
    share: float, code: int, weather: Callable[..., Weather], crowded: Served, tmp_path: Path
) -> None:
    """What is not sent for safety does not count; what gateways answered decides nothing."""
    busy = weather(_from(1, Answer(503, b"<h1>busy</h1>", "text/html")))
    busy.share = share
    world, client_id = tmp_path / "world.json", f"verified-{code}"
    before = opened_world(crowded, client_id)
    contracts("discover", "--target", crowded.url, "-o", str(world)).communicate(timeout=60)
    words = ("--client-id", client_id, "--client-secret", "any-secret", "--world", str(world))
    flags = ("--operation", "get", "--operation", "delete", "--rate", "10000")
    with network(crowded.url, busy) as between:
        ledger = ("--ledger", str(tmp_path / "l.jsonl"), "--budget", "20000")
        command = ("payloads", "verify", "--target", between.url)
        run = contracts(*command, *words, *flags, *ledger)
        told, _ = run.communicate(timeout=120)
    assert run.returncode == code, told[-600:]
    assert "failed " not in told.replace(" 0 failed", "")
    assert refunds(crowded, client_id) == before


def test_a_token_that_was_given_is_not_renewed(crowded: Served) -> None:
    """There is nothing to renew it with; every token that was used is known, to be redacted."""
    target = HttpTarget(crowded.url, Credentials(token="given"))
    assert target.send(Request("GET", f"{REFUNDS}/x", headers=OWN_HEADER.headers)).status > 0
    assert list(target.tokens) == ["given"]
    target.close()


def test_waiting_after_429_has_a_bound() -> None:
    """Once the patience is used up, a 429 is passed on at once; a clean-up gets as much again."""
    waited: list[float] = []
    back_off = BackOff(wait=waited.append)
    busy = reply(429, headers=(("retry-after", "60"),))
    for _ in range(10):
        assert back_off(GET, lambda _: busy).status == 429
    assert sum(waited) == PATIENCE_SECONDS
    back_off.calm()
    back_off(GET, lambda _: busy)
    assert sum(waited) == 2 * PATIENCE_SECONDS


@pytest.mark.parametrize("error", [BudgetSpent("spent"), TooManyServerErrors("often")])
def test_a_repeat_that_is_not_sent_keeps_the_answer(error: Exception) -> None:
    """A create that was answered 429 has left, and may be written."""
    answers = iter([reply(429, headers=(("retry-after", "0"),))])

    def send(_: Request) -> Reply:
        for answer in answers:
            return answer
        raise error

    assert BackOff(wait=lambda _: None)(GET, send).status == 429
