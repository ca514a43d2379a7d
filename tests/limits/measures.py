"""What is measured, by the name of its row in docs/limits.md; each answers a short text."""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from gzip import compress
from pathlib import Path
from typing import NamedTuple

from mockserver.fixtures.generate import generate
from mockserver.fixtures.writing import dumps
from mockserver.spec.facts import REFUNDS_PATH, TOKEN_PATH
from tests.limits.mixed import REFUND, unexpected
from tests.limits.server import Server, read, request

__all__ = ["MEASURES", "Size"]

KIB_60 = 60_000
MIB = 1_048_576
FORM = "Content-Type: application/x-www-form-urlencoded"


class Size(NamedTuple):
    """How much is sent: `quick` shows that the script works, `full` is what the page has."""

    requests: int
    connections: int
    refunds: int
    repeats: int


FULL = Size(1_000_000, 2_000, 100_000, 20)
QUICK = Size(500, 20, 200, 1)


def long_head(server: Server, size: Size) -> str:
    """A URL and headers just within the limit, and a header that never ends."""
    headers = [f"X-{number}: y" for number in range(3_000)]
    _, url_ms = server.send(request("GET", "/_mock/health?" + "a" * 32_000), size.repeats)
    _, head_ms = server.send(request("GET", "/_mock/health", b"", *headers), size.repeats)
    with server.connect() as connection:
        sent = connection.send(b"GET / HTTP/1.1\r\nx: ")
        try:
            while sent < 100 * MIB:
                sent += connection.send(b"a" * 16_384)
        except ConnectionError:
            pass
    told = f"{cpu(url_ms)} for a URL of 32 KB, {cpu(head_ms)} for 3,000 headers"
    return f"{told}; {mb(sent)} sent of an endless one"


def many_parameters(server: Server, size: Size) -> str:
    """As many filters as a list may have."""
    query = "&".join(f"check_number={number}" for number in range(2_000))
    statuses, spent = server.send(request("GET", f"{REFUNDS_PATH}?{query}"), size.repeats)
    return f"{cpu(spent)} for 2,000 check numbers ({statuses[-1]})"


def large_body(server: Server, size: Size) -> str:
    """Bodies of a mebibyte: a note, and wrong allocations."""
    note = json.dumps({**REFUND, "refund_note": "n" * (MIB - 400)}).encode()
    wrong = json.dumps({**REFUND, "allocations": [0] * (MIB // 4)}).encode()
    _, note_ms = server.send(request("POST", REFUNDS_PATH, note), size.repeats)
    statuses, wrong_ms = server.send(request("POST", REFUNDS_PATH, wrong), size.repeats)
    told = f"{cpu(note_ms)} for a note of 1 MiB"
    return f"{told}, {cpu(wrong_ms)} for 260,000 misfits ({statuses[-1]})"


def packed_body(server: Server, size: Size) -> str:
    """A small body that unpacks to 100 MB."""
    body = compress(b" " * 100_000_000)
    packed = request("POST", REFUNDS_PATH, body, "Content-Encoding: gzip")
    statuses, spent = server.send(packed, size.repeats)
    return f"{cpu(spent)} for {mb(len(body))} that hold 100 MB ({statuses[-1]})"


def nested_body(server: Server, size: Size) -> str:
    """Brackets without an end."""
    body = b'{"a":' * 100_000
    statuses, spent = server.send(request("POST", REFUNDS_PATH, body), size.repeats)
    return f"{cpu(spent)} for 100,000 levels ({statuses[-1]})"


def form_fields(server: Server, size: Size) -> str:
    """A form of a mebibyte."""
    body = b"a&" * (MIB // 2)
    statuses, spent = server.send(request("POST", TOKEN_PATH, body, FORM), size.repeats)
    return f"{cpu(spent)} for 524,289 fields ({statuses[-1]})"


def long_path(server: Server, size: Size) -> str:
    """An unknown path of different characters."""
    path = "/" + "".join(chr(33 + number % 90) for number in range(32_000)).replace("?", "/")
    statuses, spent = server.send(request("GET", path.replace("#", "/")), size.repeats)
    return f"{cpu(spent)} for 32 KB ({statuses[-1]})"


def longest_page(server: Server, size: Size) -> str:
    """A page of 999 refunds."""
    path = "/_mock/w/page" + REFUNDS_PATH
    create = request("POST", path, json.dumps(REFUND).encode())
    with server.connect() as connection:
        for _ in range(min(size.refunds, 1_000)):
            connection.sendall(create)
            read(connection, 1)
    _, spent = server.send(request("GET", f"{path}?limit=999"), size.repeats)
    return f"{cpu(spent)} for 999 refunds"


def many_worlds(server: Server, size: Size) -> str:
    """Worlds with a refund each."""
    before = server.memory_mb()
    body = json.dumps(REFUND).encode()
    with server.connect() as connection:
        for number in range(size.connections):
            connection.sendall(request("POST", f"/_mock/w/w{number}{REFUNDS_PATH}", body))
            read(connection, 1)
    grown = 1_000 * (server.memory_mb() - before) / size.connections
    return f"{grown:.0f} KB a world with one refund, for {size.connections:,} worlds"


def many_connections(server: Server, size: Size) -> str:
    """Connections that stay open and send nothing more."""
    before = server.memory_mb()
    with ExitStack() as stack:
        for _ in range(size.connections):
            connection = stack.enter_context(server.connect())
            connection.sendall(request("GET", "/_mock/health"))
            read(connection, 1)
        grown = server.memory_mb() - before
        statuses, _ = server.send(request("GET", "/_mock/health"))
    return f"{grown:.0f} MB for {size.connections:,} open connections ({statuses[-1]} beside them)"


def kept_tokens(server: Server, size: Size) -> str:
    """Bearer tokens that begin as a JWT does, each another one, short and of 60 KB."""
    before = server.memory_mb()
    with server.connect() as connection:
        for number in range(250 * size.repeats):
            length = 30_000 if number % 5 == 0 else 2_000
            token = "Authorization: Bearer ey" + secrets.token_hex(length)
            connection.sendall(request("GET", f"{REFUNDS_PATH}?limit=1", b"", token))
            read(connection, 1)
    return f"{server.memory_mb() - before:.0f} MB more after {250 * size.repeats:,} other tokens"


def kept_queries(server: Server, size: Size) -> str:
    """Lists with 2,000 parameters each, all different."""
    before = server.memory_mb()
    with server.connect() as connection:
        for number in range(26 * size.repeats):
            query = "&".join(f"p{number}x{place}=1" for place in range(2_000))
            connection.sendall(request("GET", f"{REFUNDS_PATH}?{query}"))
            read(connection, 1)
    return f"{server.memory_mb() - before:.0f} MB more after {26 * size.repeats:,} queries of 24 KB"


def journal(server: Server, size: Size) -> str:
    """Creates with notes of 100 KB in one world: the journal keeps the last of them."""
    body = json.dumps({**REFUND, "amount_cents": 0, "refund_note": "n" * 100_000}).encode()
    before = server.memory_mb()
    with server.connect() as connection:
        for _ in range(50 * size.repeats):
            connection.sendall(request("POST", f"/_mock/w/journal{REFUNDS_PATH}", body))
            read(connection, 1)
    return f"{server.memory_mb() - before:.0f} MB more after {50 * size.repeats:,} bodies of 100 KB"


def verification(server: Server, size: Size) -> str:
    """As many expected calls as may be, none of which was seen, over a full journal."""
    with server.connect() as connection:
        for _ in range(50 * size.repeats):
            connection.sendall(request("GET", f"/_mock/w/verify{REFUNDS_PATH}?limit=1"))
            read(connection, 1)
    calls = {"calls": [{"path": f"*x{number}*"} for number in range(100)]}
    asked = request("POST", "/_mock/worlds/verify/journal/verify", json.dumps(calls).encode())
    with server.watched() as slowest:
        statuses, spent = server.send(asked)
    return f"{cpu(spent)} for 100 calls ({statuses[-1]}); {meanwhile(server, slowest())}"


def large_fixture(server: Server, size: Size) -> str:
    """A fixture that is named over HTTP, and its export."""
    folder = Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile("w", suffix=".json", dir=folder) as file:
        file.write(dumps(generate(size.refunds, 10, 0)))
        file.flush()
        bytes_ = Path(file.name).stat().st_size
        name = f"large-{size.refunds}"
        asked = json.dumps({"name": name, "fixture": file.name}).encode()
        before = server.memory_mb()
        with server.watched() as slowest:
            statuses, spent = server.send(request("POST", "/_mock/worlds", asked))
        grown = 1_000 * (server.memory_mb() - before) / size.refunds
    told = f"{spent / 1_000:.1f} s of CPU for {mb(bytes_)} ({statuses[-1]})"
    return f"{told}, {grown:.1f} KB a refund; {meanwhile(server, slowest())}"


def large_export(server: Server, size: Size) -> str:
    """The export of that world."""
    asked = request("GET", f"/_mock/worlds/large-{size.refunds}/export")
    with server.watched() as slowest:
        statuses, spent = server.send(asked)
    told = f"{spent / 1_000:.1f} s of CPU for {size.refunds:,} refunds ({statuses[-1]})"
    return f"{told}; {meanwhile(server, slowest())}"


def mixed_requests(server: Server, size: Size) -> str:
    """Requests of all kinds."""
    unexpected(server, min(size.requests, 20_000), seed=1)
    before, began = server.memory_mb(), server.cpu_ms()
    wrong = unexpected(server, size.requests)
    spent = 1_000 * (server.cpu_ms() - began) / size.requests
    told = f"{size.requests:,} requests of all kinds: {wrong} unexpected statuses"
    told += f", {spent:.0f} \N{MICRO SIGN}s of CPU each"
    return f"{told}, {before:.0f} MB before and {server.memory_mb():.0f} MB after"


def meanwhile(server: Server, slowest_ms: float) -> str:
    """The slowest answer to /_mock/health meanwhile, and in a calm second afterwards."""
    with server.watched() as slowest:
        time.sleep(1)
    return f"health within {slowest_ms:.0f} ms meanwhile, {slowest():.0f} ms when calm"


def cpu(milliseconds: float) -> str:
    """CPU time, in milliseconds."""
    return f"{milliseconds:.1f} ms of CPU"


def mb(count: float) -> str:
    """Bytes as megabytes."""
    return f"{count / 1e6:.1f} MB"


MEASURES: dict[str, Callable[[Server, Size], str]] = {
    "worlds": many_worlds,
    "requests": mixed_requests,
    "connections": many_connections,
    "URL and headers": long_head,
    "parameters of a query": many_parameters,
    "a body": large_body,
    "a packed body": packed_body,
    "nesting of a body": nested_body,
    "fields of a form": form_fields,
    "an unknown path": long_path,
    "a page": longest_page,
    "tokens that are kept as read": kept_tokens,
    "queries that are kept as read": kept_queries,
    "the journal of a world": journal,
    "calls of a verification": verification,
    "a fixture named over HTTP": large_fixture,
    "an export": large_export,
}
"""Each by the name of its row, in the order in which they run."""
