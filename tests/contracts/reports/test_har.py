"""The HTTP archive holds every exchange in the form of HAR 1.2, bytes in base64, secrets out."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.kernel.findings import Findings
from contracts.reports import har
from contracts.reports.groups import groups
from contracts.reports.redact import redact
from tests.contracts.reports import runs

REQUEST = set("method url httpVersion cookies headers queryString headersSize bodySize".split())
RESPONSE = set(
    "status statusText httpVersion cookies headers content redirectURL headersSize bodySize".split()
)
ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}


def everything(findings: Findings) -> Findings:
    """The findings with all exchanges in the archive."""
    return replace(findings, har="all")


def test_only_what_shows_a_failure_is_there_by_default() -> None:
    """Each cause has the exchanges that show it, with what they rest on, each once."""
    found = runs.bad()
    shown = [group.exchange for group in groups(found)]
    entries = _log(found)["entries"]
    assert 0 < len(entries) < len(found.exchanges) / 4
    urls = [(entry["request"]["method"], entry["request"]["url"]) for entry in entries]
    for exchange in shown:
        assert exchange is not None
        method, path = exchange.request.method, exchange.request.path
        assert any(verb == method and path in url for verb, url in urls)
    assert _log(runs.good())["entries"] == []


def test_every_exchange_is_an_entry() -> None:
    """Entries come in the order of the exchanges with all that HAR 1.2 asks for."""
    log = _log(everything(runs.good()))
    assert log["version"] == "1.2"
    assert log["creator"].keys() >= {"name", "version"}
    assert len(log["entries"]) == len(runs.good().exchanges)
    for entry, exchange in zip(log["entries"], runs.good().exchanges, strict=True):
        assert entry.keys() >= ENTRY
        assert entry["request"].keys() >= REQUEST
        assert entry["response"].keys() >= RESPONSE
        assert entry["request"]["method"] == exchange.request.method
        assert entry["response"]["status"] == exchange.status
        assert sum(entry["timings"].values()) == entry["time"]


def test_instants_follow_each_other() -> None:
    """The first entry starts with the run, and none starts before the one ahead of it."""
    starts = [
        datetime.fromisoformat(e["startedDateTime"])
        for e in _log(everything(runs.good()))["entries"]
    ]
    assert starts[0] == datetime.fromisoformat(runs.BEGAN)
    assert starts == sorted(starts)


def test_urls_are_whole() -> None:
    """Every URL begins with the target, and its query is told pair by pair as well."""
    entries = _log(everything(runs.bad()))["entries"]
    urls = {entry["request"]["url"] for entry in entries}
    assert all(url.startswith("https://api.example.test/base/api/") for url in urls)
    asked = next(e for e in entries if "limit=1&" in e["request"]["url"] + "&")
    assert {"name": "limit", "value": "1"} in asked["request"]["queryString"]


def test_bodies_that_are_no_text_are_in_base64() -> None:
    """A reply that is no UTF-8 says that it is in base64, and comes back byte by byte."""
    contents = [
        entry["response"]["content"] for entry in _log(everything(runs.poisoned()))["entries"]
    ]
    coded = [content for content in contents if content.get("encoding") == "base64"]
    assert coded
    assert {b64decode(content["text"]) for content in coded} == {runs.POISON}
    sent = [e["request"].get("postData", {}) for e in _log(everything(runs.good()))["entries"]]
    assert any(b64decode(body["text"]) == b"\xff\xfe" for body in sent if "_encoding" in body)


def test_authorization_is_told_but_not_the_token() -> None:
    """Each request that carried the target's token says so without it."""
    entries = _log(everything(redact(runs.standing_in()[0], exchanges=True)))["entries"]
    sent = [
        header["value"]
        for entry in entries
        for header in entry["request"]["headers"]
        if header["name"].lower() == "authorization"
    ]
    assert "Bearer [redacted]" in sent
    assert not any(value.count(".") > 1 for value in sent), set(sent)
    assert "client_secret" in json.dumps(entries)
    given = [e["response"]["content"]["text"] for e in entries if e["comment"] == "token"]
    assert any('"access_token":"[redacted]"' in text for text in given), given


def _log(findings: Findings) -> Any:
    return json.loads(har.render(findings))["log"]
