"""An export deletes what it created, names what it could not delete, and refuses production."""

import re
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from contracts.cli import main
from contracts.model import REFUNDS
from contracts.payloads import Choice, Record, records
from contracts.payloads.formats import holds, rendered
from contracts.safety.hosts import PRODUCTION
from tests.contracts.payloads.accepting import accepting
from tests.contracts.payloads.runners import TOOLS, run
from tests.serving import serving


def creates(form: str, count: int) -> list[Record]:
    """As many payloads of creates, which the format can hold."""
    return records(choice=Choice(("create",), count=count), fits=holds(form))


@pytest.mark.parametrize("form", TOOLS)
def test_200_creates_leave_48_refunds(form: str, tmp_path: Path) -> None:
    """Every payload gets its answer, and each world of the stand-in has its 48 refunds again."""
    with serving() as served:
        done = run(form, rendered(creates(form, 200), form), served.url, tmp_path)
        assert done.code == 0, done.text[-2_000:]
        worlds = httpx.get(f"{served.url}/_mock/worlds").json()["worlds"]
        assert any(world["ids_drawn"] > 60 for world in worlds), worlds
        assert [world["refunds"] for world in worlds] == [48] * len(worlds)


@pytest.mark.parametrize("form", TOOLS)
def test_a_server_that_accepts_everything_keeps_48(form: str, tmp_path: Path) -> None:
    """What should have been refused is deleted too, and what was there before is not."""
    with accepting() as server:
        done = run(form, rendered(creates(form, 200), form), server.url, tmp_path)
        assert set(server.refunds) == server.before, done.text[-2_000:]
    assert server.made > 150


@pytest.mark.parametrize("status", [200, 422])
@pytest.mark.parametrize("form", TOOLS)
def test_each_leftover_is_named(form: str, status: int, tmp_path: Path) -> None:
    """What cannot be deleted is named, also where the create was refused; the run fails."""
    with accepting(status, stubborn=3) as server:
        done = run(form, rendered(creates(form, 12), form), server.url, tmp_path)
        left = set(server.refunds) - server.before
    assert done.code != 0
    assert left
    assert [key for key in left if key not in done.text] == []
    assert "left behind" in done.text


@pytest.mark.parametrize("form", TOOLS)
def test_an_answer_of_somebody_elses_refund_deletes_nothing(form: str, tmp_path: Path) -> None:
    """A refusal that names a refund without the run's mark is reported, and that refund stays."""
    with accepting(409) as server:
        server.names = next(iter(server.before))
        done = run(form, rendered(creates(form, 5), form), server.url, tmp_path)
        assert set(server.refunds) == server.before
    assert server.names in done.text
    assert done.code != 0


@pytest.mark.parametrize("form", TOOLS)
def test_production_is_refused(form: str, tmp_path: Path) -> None:
    """The message names the host; nothing is sent, as the proxy that would take it shows."""
    url = f"http://{PRODUCTION.upper()}:1"
    done = run(form, rendered(creates(form, 2), form), url, tmp_path)
    assert done.code != 0
    words = "refused.invalid" if form in {"http", "postman"} else "i-mean-it"
    assert words in done.text, done.text[-2_000:]


def test_the_words_let_production_through(tmp_path: Path) -> None:
    """With PRODUCTION=i-mean-it the script goes on, here to a port where nobody listens."""
    text = rendered(creates("curl", 2), "curl")
    done = run("curl", text, "http://127.0.0.1:1/", tmp_path, production=True)
    assert done.code == 0
    refused = run("curl", text, f"http://{PRODUCTION}./", tmp_path)
    assert (refused.code, "set PRODUCTION=i-mean-it" in refused.text) == (2, True)


def test_each_create_that_can_carry_a_mark_does() -> None:
    """Of all creates and steps, few hold no mark, and each of those says so by its risk."""
    found = records(choice=Choice(("create",)))
    unmarked = [record for record in found if record.risk != "low"]
    assert len(unmarked) < 0.06 * len(found)
    for record in found:
        marked = b"{{run}}" in (record.request.body or b"")
        assert marked == (record.risk == "low") or record.request.path != REFUNDS, record.id


def test_a_sweep_finds_what_a_run_left(tmp_path: Path) -> None:
    """What a script leaves that is killed before its clean-up, a ledger of its mark finds."""
    text = rendered(creates("curl", 40), "curl").replace("trap clean_up EXIT", "")
    mark, file = "r0123456789ab", tmp_path / "left.jsonl"
    with serving() as served:
        done = run("curl", text, f"{served.url}/_mock/w/contracts", tmp_path, run_name=mark)
        assert done.code == 0, done.text[-2_000:]
        before = refunds(served.url, "contracts")
        assert before > 48
        words = ["payloads", "ledger", mark, "--target", served.url, "--client-id", "contracts"]
        told = CliRunner().invoke(main, [*words, "-o", str(file)])
        files = re.findall(r"now run `contracts sweep (.*)`", told.output)
        assert files[0] == str(file), told.output
        for name in files:
            swept = CliRunner().invoke(main, ["sweep", name])
            assert swept.exit_code == 0, swept.output
        left = refunds(served.url, "contracts")
    unmarked = [r for r in creates("curl", 40) if r.risk != "low" and 200 in r.statuses]
    assert left - 48 <= len(unmarked) < before - 48


def refunds(url: str, world: str) -> int:
    """How many refunds a world of a stand-in holds."""
    worlds = httpx.get(f"{url}/_mock/worlds").json()["worlds"]
    return int(next(row["refunds"] for row in worlds if row["name"] == world))


@pytest.mark.parametrize("mark", ["run", "r0123", "R0123456789AB", "r0123456789abc"])
def test_a_wrong_mark_is_refused(mark: str, tmp_path: Path) -> None:
    """The message shows the mark and how one looks, with exit code 2."""
    words = ["payloads", "ledger", mark, "--target", "http://127.0.0.1:1", "-o"]
    told = CliRunner().invoke(main, [*words, str(tmp_path / "left.jsonl")])
    assert told.exit_code == 2
    assert f"{mark!r} is no mark; give what the run named, such as r0123456789ab" in told.stderr
