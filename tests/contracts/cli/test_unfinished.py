"""What a run that cannot end leaves: reports that say so, and nothing of an earlier run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema_rs
import pytest

from contracts import reports as writers
from contracts.cli.run import KINDS
from contracts.reports.files import replace_file
from tests.contracts.cli.conftest import Call
from tests.contracts.reports import runs
from tests.contracts.reports.junit_schema import complaints
from tests.contracts.safety.proxy import Moment, proxied
from tests.serving import ROOT, environment, serving

GOOD = "<testsuites tests='1'/>"
VERIFY = ("payloads", "verify")


def asked(folder: Path) -> tuple[str, str]:
    """The option that asks for every report."""
    return "--report", ",".join(f"{kind}={folder / kind}" for kind in KINDS)


def errors(path: Path) -> list[str]:
    """The messages of the errors in a JUnit file."""
    return [found.get("message", "") for found in ET.parse(path).iter("error")]


def statuses(path: Path) -> tuple[int, int, int]:
    """How many cases of a JUnit file there are, failed and skipped ones among them."""
    root = ET.parse(path).getroot()
    skipped, failed = (len(list(root.iter(name))) for name in ("skipped", "failure"))
    return len(list(root.iter("testcase"))), failed, skipped


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--target", "http://127.0.0.1:1"), "nothing listens there"),
        (("--target", "https://api.example.com"), "--allow-host"),
        (("--target", "app", "--law", "no-such-law"), "no-such-law"),
        (("--target", "app", "--client-secret", "s3cret-text"), "--client-id"),
        (("--target", "app", "--world", "no-such-file.json"), "no-such-file.json"),
        (("--target", "app", "--law", "auth-token-is-issued"), "nothing was decided"),
    ],
)
def test_no_green_report_of_an_earlier_run_stays(
    words: tuple[str, ...], said: str, call: Call, tmp_path: Path
) -> None:
    """At exit code 2 each report says why the run did not finish, and fits its form."""
    for kind in KINDS:
        (tmp_path / kind).write_text(GOOD, encoding="utf-8")
    result = call("run", *words, *asked(tmp_path))
    assert result.exit_code == 2, result.output
    texts = {kind: (tmp_path / kind).read_text(encoding="utf-8") for kind in KINDS}
    assert GOOD not in texts.values()
    assert complaints(texts["junit"]) == []
    assert said in "".join(errors(tmp_path / "junit"))
    schema = ROOT / "contracts" / "reports" / "report.schema.json"
    document = json.loads(texts["json"])
    jsonschema_rs.validate(json.loads(schema.read_text(encoding="utf-8")), document)
    assert document["verdict"]["exit_code"] == 2
    assert json.loads(texts["har"])["log"]["entries"] is not None
    assert texts["html"].endswith("</html>\n")
    assert "s3cret-text" not in "".join(texts.values())


def test_a_login_in_the_target_is_in_no_report(call: Call, tmp_path: Path) -> None:
    """A target that is refused for its password is named without it."""
    result = call("run", "--target", "http://me:s3cret-text@127.0.0.1:1", *asked(tmp_path))
    texts = "".join((tmp_path / kind).read_text(encoding="utf-8") for kind in KINDS)
    assert (result.exit_code, "s3cret-text" in texts) == (2, False)


def test_a_dry_run_leaves_reports_alone(call: Call, tmp_path: Path) -> None:
    """Nothing is run, so nothing is replaced."""
    path = tmp_path / "junit.xml"
    path.write_text(GOOD, encoding="utf-8")
    call("run", "--target", "app", "--dry-run", "--report", f"junit={path}")
    assert path.read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize("command", ["run", "payloads"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_a_report_that_says_so(
    command: str, number: signal.Signals, tmp_path: Path
) -> None:
    """In the middle of a run, the JUnit file is whole, says it was cut off, and has its laws."""
    path, reached = tmp_path / "junit.xml", threading.Event()

    def act(count: int, moment: Moment) -> bool:
        if (count, moment) == (30, "before"):
            reached.set()
        return True

    words = ["run", "--report", f"junit={path}", "--max-time", "30"]
    if command == "payloads":
        words = [*VERIFY, "--junit", str(path), "--random-seed", "1"]
    with serving() as served, proxied(served.url, act) as proxy:
        child = subprocess.Popen(
            [sys.executable, "-m", "contracts", *words, "--target", proxy.url],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert reached.wait(30)
        child.send_signal(number)
        output, _ = child.communicate(timeout=60)
    assert child.returncode == (2 if number != signal.SIGKILL else -signal.SIGKILL), output
    if command == "run" and number != signal.SIGKILL:
        cases, failed, skipped = statuses(path)
        assert (failed, cases > 100, skipped > 0) == (0, True, True)
    said = "".join(errors(path))
    assert ("killed" if number == signal.SIGKILL else "interrupted") in said


def test_verify_reports_what_it_decided_within_its_budget(call: Call, tmp_path: Path) -> None:
    """The rest is skipped with the reason; one more case says that the run ended early."""
    path = tmp_path / "junit.xml"
    words = ("--operation", "get_multi", "--budget", "60", "--junit", str(path))
    result = call(*VERIFY, "--target", "app", *words)
    assert result.exit_code == 2, result.output
    cases, failed, skipped = statuses(path)
    assert (failed, 10 < cases - skipped < 60, skipped > 100) == (0, True, True)
    assert "the budget of 60 requests is used up" in "".join(errors(path))
    assert f"{cases - 1:,} payloads: {cases - 1 - skipped} passed, 0 failed" in result.output
    assert result.output.count("\n") < 10, result.output


def test_verify_skips_the_rest_once_the_server_is_gone(call: Call, tmp_path: Path) -> None:
    """A server that dies in the middle fails no payload that was not judged."""
    path = tmp_path / "junit.xml"
    with serving() as served, proxied(served.url) as proxy:

        def act(count: int, moment: Moment) -> bool:
            if (count, moment) == (100, "before"):
                proxy.close()
            return count < 100

        proxy._act = act
        words = ("--operation", "get", "--junit", str(path))
        result = call(*VERIFY, "--target", proxy.url, *words)
    assert result.exit_code == 2, result.output
    cases, failed, skipped = statuses(path)
    assert (failed <= 1, cases - skipped > 5, skipped > 5) == (True, True, True), result.output
    assert "the run ended early" in "".join(errors(path))


@pytest.mark.parametrize("words", [(*VERIFY, "--verbose", "--operation", "create"), ("laws",)])
def test_an_output_of_few_letters_is_no_error(words: tuple[str, ...]) -> None:
    """What cp1252 and ASCII lack is escaped."""
    target = ("--target", "app") if words[0] == "payloads" else ()
    for encoding in ("cp1252", "ascii"):
        done = subprocess.run(
            [sys.executable, "-m", "contracts", *words, *target],
            cwd=ROOT,
            env=environment({"PYTHONIOENCODING": encoding}),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b"")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A link stays a link, a mode stays as it is, and nothing is left beside the file."""
    path, link = tmp_path / "report", tmp_path / "link"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_file(link, "new")
    assert (link.is_symlink(), path.read_text(encoding="utf-8")) == (True, "new")
    assert (path.stat().st_mode & 0o777, len(list(tmp_path.iterdir()))) == (0o640, 2)
    replace_file(Path(os.devnull), "nothing")


def test_a_report_that_cannot_be_rendered_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full in the middle of a write leaves the file as it was."""
    path = tmp_path / "report"
    path.write_text("old", encoding="utf-8")

    def full(_self: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="space"):
        writers.write("junit", path, runs.good())
    monkeypatch.undo()
    assert (path.read_text(encoding="utf-8"), len(list(tmp_path.iterdir()))) == ("old", 1)
