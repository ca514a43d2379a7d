"""One line a request: what it says, where it is left out, and that no request waits for it."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import re
import socket

import httpx
import pytest

from mockserver.cli.lines import MOST_WAITING, RequestLines, line
from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from mockserver.steering.showing import Shown
from tests.conftest import Serve

GOOD = Shown("GET", REFUNDS_PATH, "", 200, "", "me", 0.00123)
NOTE_ONLY = {"refund_note": "x"}


def test_each_call_has_its_line(serve: Serve) -> None:
    """Method, path, query, status, what came of it, world and duration; a call of the control plane
    has none.
    """
    served = serve("--log-format", "text")
    lines = []
    url = re.findall(r"http://[\d.:]+", served.ready)[0]
    for _ in range(3):
        served.out.next()
    with httpx.Client(base_url=url, headers={"authorization": "Bearer any"}) as client:

        def shown(method: str, path: str, **options: object) -> str:
            client.request(method, path, **options)  # type: ignore[arg-type]
            lines.append(served.out.next())
            return re.sub(r"[\d.]+ ms", "... ms", lines[-1])

        assert shown("GET", f"{REFUNDS_PATH}?limit=2") == (
            f"GET {REFUNDS_PATH}?limit=2 200 (world default, ... ms)"
        )
        assert shown("POST", f"/_mock/w/a%2Fb%1B{REFUNDS_PATH}", json=NOTE_ONLY) == (
            f"POST {REFUNDS_PATH} 422 body-shape (world a/b\\x1b, ... ms)"
        )
        token = {"client_id": "me", "client_secret": "x", "extra": 1}
        assert shown("POST", TOKEN_PATH, json=token) == (
            f"POST {TOKEN_PATH} 200 warn unknown-field (world me, ... ms)"
        )
        assert shown("GET", f"{REFUNDS_PATH}s/%0A") == (
            f"GET {REFUNDS_PATH}s/\\n 404 unknown path; the nearest is "
            f"{REFUNDS_PATH}/{{non_insurance_payer_refund_id}} (world default, ... ms)"
        )
        assert shown("GET", REFUNDS_PATH, headers={"authorization": ""}) == (
            f"GET {REFUNDS_PATH} 401 the Authorization header is missing; send `Authorization: "
            "Bearer TOKEN` (world default, ... ms)"
        )
        for moment, told in (("before", "503 fault f1"), ("after", "200 fault f2")):
            fault = {"operation": "*.get_multi", "first": 1, "moment": moment}
            effect = {"answer": 503} if moment == "before" else {"evolve": "extra-field"}
            client.post("/_mock/worlds/default/faults", json={**fault, **effect})
            assert (
                shown("GET", REFUNDS_PATH) == f"GET {REFUNDS_PATH} {told} (world default, ... ms)"
            )
        lost = {"operation": "*.get_multi", "break": "reset"}
        client.post("/_mock/worlds/lossy/faults", json=lost)
        with pytest.raises(httpx.ReadError):
            client.get(f"/_mock/w/lossy{REFUNDS_PATH}")
        assert served.out.next().startswith(f"GET {REFUNDS_PATH} no answer fault f1 (world lossy, ")
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("flags", [("--log-format", "json"), ("--log-format", "text", "--quiet")])
def test_lines_can_be_left_out(serve: Serve, flags: tuple[str, ...]) -> None:
    """With --quiet, and as JSON, nothing follows what is printed at the start."""
    served = serve(*flags)
    url = re.findall(r"http://[\d.:]+", served.ready)[0]
    assert httpx.get(f"{url}{REFUNDS_PATH}", headers={"authorization": "Bearer x"}).is_success
    served.end()
    assert [line for line in served.out.rest() if "GET" in line] == []


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal shows the status in colour, unless NO_COLOR is set; nothing else has colours."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    main, terminal = pty.openpty()
    with os.fdopen(main, "rb"), os.fdopen(terminal, "w") as stream:
        assert RequestLines(stream).is_coloured
        monkeypatch.setenv("NO_COLOR", "1")
        assert not RequestLines(stream).is_coloured
    assert not RequestLines(io.StringIO()).is_coloured
    for status, colour in ((200, 32), (404, 33), (500, 31), (0, 31)):
        coloured = line(GOOD._replace(status=status), is_coloured=True)
        assert f"\x1b[{colour}m\x1b[1m{status or 'no answer'}\x1b[0m" in coloured
        assert "\x1b" not in line(GOOD._replace(status=status), is_coloured=False)


def test_long_values_are_cut() -> None:
    """A path, a reason and a world of any length leave one line of a readable length."""
    long = "x" * 70_000
    told = line(GOOD._replace(path=f"/{long}", why=long, world=long), is_coloured=False)
    assert len(told) < 600
    assert told.count("xxx...") == 3


def taken(read_end: int) -> str:
    """What a pipe holds."""
    try:
        return os.read(read_end, 1_000_000).decode()
    except BlockingIOError:
        return ""


def test_a_reader_that_stops_reading_holds_up_nothing() -> None:
    """Beyond what the pipe and the memory for it take, lines are counted; none is lost silently."""
    read_end, write_end = os.pipe()
    count = 5 * MOST_WAITING
    with os.fdopen(read_end), os.fdopen(write_end, "w") as stream:
        lines = RequestLines(stream)

        async def serve() -> None:
            for number in range(count):
                lines.show(GOOD._replace(query=f"n={number}"))
                if number % 100 == 0:
                    lines.write()

        asyncio.run(serve())
        assert lines.left_out > 0
        os.set_blocking(read_end, False)
        told = ""
        while lines.waiting or lines.left_out:
            told += taken(read_end)
            lines.write()
        told += taken(read_end)
    *shown, last = told.splitlines()
    found = re.fullmatch(r"\.\.\. (\d+) more, while nobody read this", last)
    assert found is not None, last
    assert len(shown) + int(found[1]) == count
    numbers = [int(re.findall(r"n=(\d+)", each)[0]) for each in shown]
    assert numbers == list(range(len(shown)))


def test_lines_that_wait_are_written_once_they_can_be() -> None:
    """A reader that goes on reading gets the lines that wait, without a further request."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end), os.fdopen(write_end, "w") as stream:
        lines = RequestLines(stream)

        async def serve() -> str:
            for _ in range(MOST_WAITING):
                lines.show(GOOD._replace(query="x" * 200))
            lines.write()
            assert lines.waiting
            os.set_blocking(read_end, False)
            told = ""
            while lines.waiting:
                told += taken(read_end)
                await asyncio.sleep(0)
            return told + taken(read_end)

        assert asyncio.run(serve()).count("\n") == MOST_WAITING


def test_a_closed_reader_ends_the_lines(caplog: pytest.LogCaptureFixture) -> None:
    """A pipe that is closed, as by `| head`, is told of once, and requests go on."""
    ours, theirs = socket.socketpair()
    theirs.close()
    stream = ours.makefile("w", encoding="utf-8")
    lines = RequestLines(stream)

    async def serve() -> None:
        for _ in range(3):
            lines.show(GOOD)
            lines.write()

    asyncio.run(serve())
    assert [text for text in caplog.messages if "no longer shown" in text] == [
        "requests are no longer shown: Broken pipe"
    ]
    with pytest.raises(BrokenPipeError):
        stream.close()
    ours.close()


def test_letters_that_the_output_lacks_are_escaped() -> None:
    """A world's name shows on a terminal of any encoding."""
    raw = io.BytesIO()
    lines = RequestLines(io.TextIOWrapper(raw, encoding="cp1252"))

    async def serve() -> None:
        lines.show(GOOD._replace(world="ä☃"))
        lines.write()

    asyncio.run(serve())
    assert "(world ä\\u2603, 1.2 ms)" in raw.getvalue().decode("cp1252")
