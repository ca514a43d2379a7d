"""`mockserver serve --watch`: worlds start again when the fixture's file changes, and only then."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from mockserver import Settings
from mockserver.app import Mockserver
from mockserver.cli.running import tell_end
from mockserver.cli.watching import watch
from mockserver.spec.facts import REFUNDS_PATH
from tests.serving import Served, serving

EMPTY: dict[str, Any] = {"format": 1, "settings": {"profile": "lenient"}}
PAYER = {
    "non_insurance_payer_id": "0badc0de-0000-4000-8000-000000000001",
    "name": "Watched Payer",
    "enabled": True,
    "clinical_trials": [],
}
REFUND = {
    "non_insurance_payer_refund_id": "0badc0de-0000-4000-8000-000000000002",
    "non_insurance_payer_id": PAYER["non_insurance_payer_id"],
    "amount_cents": 5,
    "allocations": [],
}
FILLED = {**EMPTY, "non_insurance_payers": [PAYER], "refunds": [REFUND]}
BAD = {"format": 2}


class Watched:
    """A server, the fixture file that it watches, and a client."""

    def __init__(self, served: Served, path: Path, client: httpx.Client) -> None:
        self.served, self.path, self.client = served, path, client

    def put(self, document: object) -> None:
        """Put a new file in the place of the old one in one step, as editors do."""
        draft = self.path.with_name("draft")
        draft.write_text(json.dumps(document))
        draft.replace(self.path)

    def count(self, world: str = "default") -> int:
        """How many refunds a world holds."""
        return len(self.client.get(f"/_mock/w/{world}{REFUNDS_PATH}").json()["items"])

    def logged(self) -> str:
        """The next message of the log."""
        line = json.loads(self.served.err.next())
        assert (line["event"], line["logger"]) == ("log", "mockserver")
        message: str = line["message"]
        return message


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One server for these tests."""
    path = tmp_path_factory.mktemp("watched") / "watched.json"
    path.write_text(json.dumps(EMPTY))
    with serving("--fixture", str(path), "--watch") as served, served.client() as client:
        # The first answer comes after the watcher was set up: both are steps of one loop.
        client.get("/_mock/health")
        yield Watched(served, path, client)


@pytest.fixture
def watched(served: Watched) -> Watched:
    """The server when it has just read a file without refunds, and has no world but one."""
    for world in served.client.get("/_mock/worlds").json()["worlds"]:
        served.client.delete(f"/_mock/worlds/{world['name']}")
    assert served.count() in (0, 1)
    served.put(EMPTY)
    assert served.logged() == f"{served.path} was reloaded; started again: default"
    assert served.count() == 0
    return served


def test_changed_file_starts_worlds_again(watched: Watched) -> None:
    """After the log says so, each world over the file holds what the file now holds."""
    assert watched.count("mine") == 0
    watched.client.post("/_mock/worlds", json={"name": "other", "fixture": "documented"})
    others = watched.count("other")
    watched.put(FILLED)
    assert watched.logged() == f"{watched.path} was reloaded; started again: default, mine"
    assert [watched.count(world) for world in ("default", "mine", "new")] == [1, 1, 1]
    assert watched.count("other") == others
    assert watched.client.get("/_mock/ready").json()["refunds"] == 1


def test_bad_file_changes_nothing(watched: Watched) -> None:
    """A file that cannot be used is told with the place and changes nothing; mended, it counts."""
    watched.put(BAD)
    assert f"was not reloaded: {watched.path}: $.format: 2" in watched.logged()
    assert watched.client.get("/_mock/ready").status_code == 200
    assert watched.count() == 0
    watched.put(FILLED)
    assert "was reloaded" in watched.logged()
    assert watched.count() == 1


def test_deleted_file_changes_nothing(watched: Watched) -> None:
    """A file that is gone is told, and changes nothing; back again, it counts."""
    watched.path.unlink()
    assert f"{watched.path} was not reloaded" in watched.logged()
    assert watched.count() == 0
    watched.put(FILLED)
    assert "was reloaded" in watched.logged()
    assert watched.count() == 1


def test_file_written_in_its_place_is_read(watched: Watched) -> None:
    """A file that is written anew, not replaced, is read too: at the latest when it is whole."""
    watched.path.write_text(json.dumps(FILLED))
    while "was not reloaded" in watched.logged():
        pass
    assert watched.count() == 1


def test_file_beside_it_is_no_change(watched: Watched) -> None:
    """Only the fixture's own file is watched: the next word in the log is about that one."""
    watched.path.with_name("watched.json.swp").write_text("{")
    watched.put(BAD)
    assert "was not reloaded" in watched.logged()
    watched.put(FILLED)
    assert "was reloaded" in watched.logged()


def test_pipe_in_its_place_keeps_nobody_waiting(watched: Watched) -> None:
    """A pipe that takes the file's place is told, and changes nothing; a file counts again."""
    pipe = watched.path.with_name("pipe")
    os.mkfifo(pipe)
    pipe.replace(watched.path)
    assert "was not reloaded" in (told := watched.logged())
    assert told.endswith("cannot be read: it is no regular file; check the path")
    assert watched.client.get("/_mock/ready").status_code == 200
    watched.put(FILLED)
    assert "was reloaded" in watched.logged()
    assert watched.count() == 1


def test_file_behind_a_link_counts(watched: Watched) -> None:
    """A link that leads to another file now is a change, as in a folder that Kubernetes mounts."""
    other = watched.path.with_name("other.json")
    other.write_text(json.dumps(FILLED))
    link = watched.path.with_name("link")
    link.symlink_to(other)
    link.replace(watched.path)
    assert "was reloaded" in watched.logged()
    assert watched.count() == 1


def test_watching_uses_no_events_of_the_system(watched: Watched) -> None:
    """So neither a huge tree around the file, nor a folder beside it that cannot be read, nor a
    system that has no more events to give keeps a change from being seen.
    """
    open_files = Path(f"/proc/{watched.served.process.pid}/fd")
    if not open_files.exists():
        pytest.skip("this system does not show which files a process has open")
    shown = subprocess.run(["ls", "-l", open_files], capture_output=True, text=True, check=False)
    assert "socket:" in shown.stdout
    assert "inotify" not in shown.stdout


def test_watch_that_ends_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """What nobody expected to go wrong is logged at once, not when the server ends."""

    class Broken:
        settings = Settings(watch=True)
        read_state = None

        def reload(self) -> list[str]:
            raise ZeroDivisionError

    async def watched() -> None:
        watching = asyncio.create_task(watch(cast(Mockserver, Broken())))
        watching.add_done_callback(tell_end)
        await asyncio.wait([watching])

    asyncio.run(watched())
    [record] = caplog.records
    assert record.getMessage() == "the fixture is watched no more"
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
