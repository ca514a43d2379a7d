"""Each format is accepted by its own tools, and holds every record or says why not."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.payloads import Choice, Record, records
from contracts.payloads.formats import FORMATS, left_out, may_create, rendered
from contracts.payloads.placeholders import is_respelled, placeholders
from mockserver.spec.facts import LOCAL_URL
from tests.contracts.payloads.settings import all_records
from tests.serving import serving


def _is_special(record: Record) -> bool:
    """Whether it has other spellings, steps sent often or refused, or perhaps no answer."""
    sent = record.request
    named = placeholders(sent.path, sent.query, repr(sent.headers))
    steps = any(step.times > 1 or step.status != 200 for step in record.setup)
    return steps or any(map(is_respelled, named)) or sent.framing == "long"


SAMPLE = records(choice=Choice(count=90))
SOME = [*SAMPLE, *(r for r in all_records() if _is_special(r) and r not in SAMPLE)]
"""A sample of every class, and all that is special."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A served stand-in."""
    with serving() as served:
        yield served.url


def held(name: str, chosen: list[Record]) -> list[Record]:
    """The records that a format can hold."""
    gone = {record.id for record, _ in left_out(chosen, name)}
    return [record for record in chosen if record.id not in gone]


@pytest.mark.parametrize("name", FORMATS)
def test_few_are_left_out(name: str) -> None:
    """At least 94 of 100 fit every format; each other one has a reason."""
    out = left_out(all_records(), name)
    assert len(out) < 0.06 * len(all_records())
    assert all(reason for _, reason in out)


def test_jsonl_holds_every_record() -> None:
    """One JSON object a line, in order."""
    lines = [json.loads(line) for line in rendered(SOME, "jsonl").splitlines()]
    assert lines == [record.to_json() for record in SOME]


def test_csv_has_a_row_for_each() -> None:
    """A reader finds each record's request again, bodies byte for byte."""
    chosen = held("csv", list(all_records()))
    text = rendered(chosen, "csv").encode().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == [record.id for record in chosen]
    for row, record in zip(rows, chosen, strict=True):
        assert row["query"].removeprefix("'") == record.request.query
        text = row["body"].removeprefix("'")
        body = b64decode(row["body_base64"]) if row["body_base64"] else text.encode()
        assert body == (record.request.body or b""), record.id
        assert row["statuses"] == "|".join(str(status or "none") for status in record.statuses)


def test_csv_is_safe_in_spreadsheets() -> None:
    """It begins with a byte order mark, and no cell with what begins a formula."""
    chosen = [
        replace(
            record,
            why=f"{sign}HYPERLINK(1)",
            request=replace(record.request, query="=1", body=f"{sign}1".encode()),
        )
        for record, sign in zip(all_records(), "=+-@\t\r", strict=False)
    ]
    text = rendered([*held("csv", list(all_records())), *chosen], "csv")
    assert text.startswith("\ufeffid,")
    rows = csv.reader(io.StringIO(text[1:], newline=""))
    assert [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r\n"))] == []


def test_http_file_has_a_block_for_each() -> None:
    """Blocks are divided by ###, named, and begin with a request line."""
    chosen = held("http", list(all_records()))
    text = rendered(chosen, "http")
    blocks = re.split(r"^###.*\n", text, flags=re.MULTILINE)[1:]
    steps = sum(len(record.setup) for record in chosen)
    cleaning = [
        name for name in re.findall(r"^# @name (\w+)$", text, re.MULTILINE) if "clean" in name
    ]
    sent = (r for record in chosen for r in (record.request, *(s.request for s in record.setup)))
    assert len(cleaning) == sum(map(may_create, sent))
    assert len(blocks) == len(chosen) + steps + 1 + len(cleaning)
    for block in blocks:
        plain = re.sub(r"^< \{%.*?^%\}\n", "", block, flags=re.MULTILINE | re.DOTALL)
        lines = [line for line in plain.splitlines() if not line.startswith("#")]
        assert re.fullmatch(r"[A-Z]+ \{\{host\}\}/\S*", lines[0]), lines[0]
    names = re.findall(r"^# @name (\w+)$", text, re.MULTILINE)
    assert len(names) == len(set(names)) == len(blocks)


def sent_by_httpyac(text: str, url: str, folder: Path, output: str) -> Any:
    """What httpyac says came of sending a file, all of which must have been answered."""
    httpyac = shutil.which("httpyac")
    if httpyac is None:
        pytest.skip("httpyac is not installed; npm install --global httpyac")
    (folder / "payloads.http").write_text(
        text.replace(f"@base = {LOCAL_URL}", f"@base = {url}"), encoding="utf-8"
    )
    command = [httpyac, "send", "payloads.http", "--all", "--json", "--no-color", "-o", output]
    told = folder / "told.json"
    # It ends without emptying a pipe.
    with told.open("w") as file:
        done = subprocess.run(
            command, cwd=folder, stdout=file, stderr=subprocess.PIPE, timeout=240, check=False
        )
    assert done.returncode == 0, (done.stderr, told.read_text(encoding="utf-8")[-2_000:])
    return json.loads(told.read_text(encoding="utf-8"))


def test_http_file_passes_in_httpyac(url: str, tmp_path: Path) -> None:
    """Every test in the file passes."""
    text = rendered(held("http", SOME), "http")
    summary = sent_by_httpyac(text, url, tmp_path, "none")["summary"]
    assert summary["successTests"] == summary["totalTests"] > len(SAMPLE)


def test_pytest_file_runs(url: str, tmp_path: Path) -> None:
    """The file passes against a stand-in, as it is, with --base-url."""
    path = tmp_path / "test_payloads.py"
    path.write_text(rendered(SOME, "pytest"), encoding="utf-8")
    command = [sys.executable, str(path), "--base-url", url, "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]
    assert f"{len(SOME)} passed" in done.stdout


def test_pytest_file_fails_where_an_answer_differs(url: str, tmp_path: Path) -> None:
    """What a strict server would answer is missed on a server of the default profile."""
    chosen = records(profile="strict", choice=Choice(rules=("unknown-field",), count=3))
    path = tmp_path / "test_payloads.py"
    path.write_text(rendered(chosen, "pytest"), encoding="utf-8")
    command = [sys.executable, str(path), "--base-url", url, "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stdout[-2_000:]


def test_curl_script_passes_shellcheck(tmp_path: Path) -> None:
    """The linter of shell scripts finds nothing in the script of a record of each kind."""
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    path = tmp_path / "payloads.sh"
    path.write_text(rendered(held("curl", SOME), "curl"), encoding="utf-8")
    done = subprocess.run(
        [shellcheck, str(path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]


SHELLS = ["sh", "dash", "bash", "mksh"]


@pytest.mark.parametrize("shell", SHELLS)
def test_curl_script_runs(shell: str, url: str, tmp_path: Path) -> None:
    """Each payload prints a status that is right, under a plain shell as well."""
    program = shutil.which(shell)
    if program is None or shutil.which("curl") is None:
        pytest.skip(f"{shell} or curl is not installed")
    chosen = held("curl", SOME)
    path = tmp_path / "payloads.sh"
    path.write_text(rendered(chosen, "curl"), encoding="utf-8")
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "BASE": f"{url}/_mock/w/curl-{shell}",
        "RUN": f"run-{shell}",
    }
    done = subprocess.run(
        [program, str(path)],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    rows = re.findall(r"^(\S+): expected (.*), received (\d{3})$", done.stdout, re.MULTILINE)
    assert [row[0] for row in rows] == [record.id for record in chosen], done.stderr
    wrong = [row for row in rows if row[2] not in row[1].split(" or ") and row[2] != "000"]
    assert wrong == []


def test_a_payload_is_one_line_of_curl() -> None:
    """Without a set-up a payload is a comment and one line."""
    chosen = [record for record in held("curl", list(all_records())) if not record.setup]
    text = rendered(chosen, "curl")
    assert len(
        re.findall(
            r"^payload \S+ .* && (?:printf .* \| )?show (?:create )?curl ", text, re.MULTILINE
        )
    ) == len(chosen)


@pytest.mark.parametrize("shell", SHELLS)
def test_curl_script_sends_one_payload(shell: str, url: str, tmp_path: Path) -> None:
    """`ONLY` names one; a name that no payload has is told, with exit code 2."""
    program = shutil.which(shell)
    if program is None or shutil.which("curl") is None:
        pytest.skip(f"{shell} or curl is not installed")
    chosen = held("curl", SOME)
    with_steps = next(record for record in chosen if record.setup)
    path = tmp_path / "payloads.sh"
    path.write_text(rendered(chosen, "curl"), encoding="utf-8")
    for name, code in ((chosen[0].id, 0), (with_steps.id, 0), ("typo", 2)):
        done = subprocess.run(
            [program, str(path)],
            env={"PATH": os.environ["PATH"], "BASE": f"{url}/_mock/w/only-{shell}", "ONLY": name},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        sent = [line.partition(":")[0] for line in done.stdout.splitlines()]
        assert (done.returncode, sent) == (code, [name] if code == 0 else []), done.stderr
        assert ("no payload here has the name typo" in done.stderr) == (code == 2)


def test_curl_script_asks_for_no_newer_shell() -> None:
    """What bash 3 and dash lack is not used: arrays, [[, here-strings, case changes, local."""
    text = rendered(held("curl", list(all_records())), "curl")
    code = [re.sub(r"'[^']*'", "''", line) for line in text.splitlines() if line[:1] != "#"]
    words = r"\b(?:local|declare|mapfile|function|source)\b"
    newer = re.compile(r"\[\[|<<<|\$'|\$\{\w+[\^,@]|\w=\(|" + words)
    assert [line for line in code if newer.search(line)] == []


def test_postman_collection_is_of_its_version() -> None:
    """The collection names version 2.1, and each record has a request with tests."""
    chosen = held("postman", list(all_records()))
    collection = json.loads(rendered(chosen, "postman"))
    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    leaves = list(_leaves(collection["item"]))
    assert len(leaves) == len(chosen) + sum(len(record.setup) for record in chosen) + 1
    assert collection["item"][-1]["item"] == leaves[-1:]
    for leaf in leaves:
        assert leaf["event"][-1]["listen"] == "test"
        assert leaf["request"]["url"]["raw"].startswith("{{base_url}}/")


def _leaves(items: list[Any]) -> Iterator[Any]:
    for item in items:
        inner = item.get("item")
        if isinstance(inner, list):
            yield from _leaves(inner)
        else:
            yield item


def test_postman_collection_runs_in_newman(url: str, tmp_path: Path) -> None:
    """Postman's own runner passes every test."""
    newman = shutil.which("newman")
    if newman is None:
        pytest.skip("newman is not installed; npm install --global newman")
    path = tmp_path / "payloads.json"
    path.write_text(rendered(held("postman", SOME), "postman"), encoding="utf-8")
    command = [newman, "run", str(path), "--env-var", f"base_url={url}", "--bail"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-2_000:]
