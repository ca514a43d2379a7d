"""Fills a served stand-in over HTTP: what each refund holds, how long the collector stops it."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measures import Measure
from tests.benchmarks.pauses import NOTED_MS, read_pauses
from tests.benchmarks.scenarios import EVERY_LIST, ROOT, Client, nth_refund
from tests.benchmarks.servers import HOST, Launch, Server, rss_mib, running
from tests.benchmarks.wrk import Call, Run, run

RECORDS = 100_000
PAGES = 2_000
TOKEN = "any"


def fill(second_line: str, cores: tuple[int, int]) -> list[Measure]:
    """Memory for each of 100,000 refunds, and the longest pause in the next 100,000 and pages."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "pauses"
        with running(_launch(notes), cores[0]) as server:
            before = rss_mib(server.pid)
            stored = _creates(server, second_line, 0, cores[1]).requests
            _list_all(server)
            each = (rss_mib(server.pid) - before) * 1024 / stored
            since = time.monotonic()
            creates = _creates(server, second_line, stored, cores[1])
            pages = run(Call("GET", _url(server) + "?limit=100", token=TOKEN), PAGES, cores[1])
        lengths = read_pauses(notes, since)
    slowest = f"slowest create {creates.max_ms:.0f} ms, page {pages.max_ms:.0f}"
    small_print = f"{len(lengths)} over {NOTED_MS} ms; {slowest}"
    return [
        Measure(f"memory_{RECORDS}", (each,), "resident, served, all indexes"),
        Measure("gc_pause", (max(lengths, default=0.0),), small_print),
    ]


def _creates(server: Server, second_line: str, first: int, cpu: int) -> Run:
    template = nth_refund(0, second_line) | {"refund_timestamp": "__AT__"}
    body = json.dumps(template | {"check_number": "CHK-__N__"})
    return run(Call("POST", _url(server), body, TOKEN, first=first), RECORDS, cpu)


def _list_all(server: Server) -> None:
    client = Client(server.port, TOKEN)
    for query in EVERY_LIST:
        client.ask("GET", f"{ROOT}?{query}")
    client.close()


def _url(server: Server) -> str:
    return f"http://{HOST}:{server.port}{ROOT}"


def _launch(notes: Path) -> Launch:
    serve = ("serve", "--port", "{port}", "--log-format", "json")
    command = (sys.executable, "-m", "tests.benchmarks.pauses", str(notes), *serve)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return Launch("mockserver, watched", command, f"{ROOT}?limit=1", {}, headers)
