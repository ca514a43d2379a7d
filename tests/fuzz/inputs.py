"""What is sent: requests and files with one place that is filled by repeating something."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple
from zlib import compressobj

from mockserver.cli.refusing import LONGEST_URL
from mockserver.spec.facts import PAGE_EXAMPLE_ID, REFUNDS_PATH, TOKEN_PATH

__all__ = ["Recipe", "Template", "drawn", "mutated"]

LARGEST = 65_536
"""How many bytes an input has at most."""

HOLE = b"\x01hole\x01"
"""Stands in a template for what is repeated."""


class Template(NamedTuple):
    """A whole request, or a fixture's file, with a hole; `suffix` is that of a file."""

    name: str
    head: bytes
    body: bytes = b""
    suffix: str = ""
    coding: str = ""


def request(
    name: str,
    line: str,
    *headers: str,
    body: str = "",
    media_type: str = "",
    coding: str = "",
) -> Template:
    """A request whose body's length is announced when the hole is filled."""
    named = {header.partition(":")[0].lower() for header in headers}
    lines = [f"{line} HTTP/1.1", *headers]
    if "host" not in named:
        lines.append("Host: localhost")
    if "authorization" not in named:
        lines.append("Authorization: Bearer any")
    if body and "content-type" not in named:
        lines.append(f"Content-Type: {media_type or 'application/json'}")
    if coding:
        lines.append(f"Content-Encoding: {coding}")
    head = "\r\n".join(lines).encode()
    return Template(name, head, body.encode(), coding=coding)


H = HOLE.decode()
ALLOCATION = '{"amount_cents":1,"target":{"type":"unattributed"}}'
PAYER = f'"non_insurance_payer_id":"{PAGE_EXAMPLE_ID}"'
REFUND = f'{{{PAYER},"amount_cents":1,"allocations":[{ALLOCATION}]'
ITEM = f"{REFUNDS_PATH}/{PAGE_EXAMPLE_ID}"
QUERIES = (
    "limit", "sort", "sort_direction", "page_token", "check_number", "invoice_id",
    "non_insurance_payer_id",
)  # fmt: skip
HEADERS = (
    "Authorization", "Content-Type", "Content-Encoding", "Content-Length", "Accept", "Prefer",
    "Origin", "Host", "Connection", "Upgrade", "Transfer-Encoding", "Sec-Fetch-Site", "Expect",
    "Access-Control-Request-Headers", "Access-Control-Request-Method", "X-Odd", "Cookie",
)  # fmt: skip
FORM = "application/x-www-form-urlencoded"
CONTROL = "/_mock/worlds/fuzz"

PATHS = [
    request(f"{method} {path}".replace(H, "..."), f"{method} {path}")
    for method, path in (
        ("GET", f"/{H}"),
        ("GET", f"{REFUNDS_PATH}/{H}"),
        ("DELETE", f"{REFUNDS_PATH}/{H}"),
        ("GET", f"/_mock/{H}"),
        ("GET", f"/_mock/w/{H}"),
        ("GET", f"/_mock/w/{H}{REFUNDS_PATH}"),
        ("GET", f"/_mock/worlds/{H}"),
        ("GET", f"http://x/{H}"),
        ("GET", f"/api/{H}/v1"),
        ("POST", f"{CONTROL}/snapshots/{H}/restore"),
        ("GET", f"{CONTROL}/faults/{H}"),
        ("GET", f"{CONTROL}/journal?{H}"),
        ("GET", f"{CONTROL}/journal?operation={H}"),
        ("GET", f"{CONTROL}/journal?path={H}"),
        ("GET", f"{CONTROL}/journal?format={H}"),
        ("GET", f"{REFUNDS_PATH}?{H}"),
        (f"X{H}", "/"),
    )
] + [request(f"query {name}", f"GET {REFUNDS_PATH}?{name}={H}") for name in QUERIES]

HEADS = [
    request(f"{method} {path} {name}", f"{method} {path}", f"{name}: {H}")
    for name in HEADERS
    for method, path in (("GET", REFUNDS_PATH), ("POST", TOKEN_PATH), ("OPTIONS", "/_mock/worlds"))
] + [
    request("bearer", f"GET {REFUNDS_PATH}", f"Authorization: Bearer ey{H}"),
    request("prefer", f"GET {REFUNDS_PATH}", f"Prefer: code=200{H}"),
    request("headers", f"GET {REFUNDS_PATH}", f"X: y\r\n{H}"),
    request("trailers", f"POST {TOKEN_PATH}", "Transfer-Encoding: chunked\r\n\r\n0\r\n" + H),
    request("chunks", f"POST {TOKEN_PATH}", "Transfer-Encoding: chunked\r\n\r\n" + H),
]

JSON = {
    f"POST {REFUNDS_PATH}": (
        f"{REFUND},{H}}}",
        f'{REFUND},"refund_note":"{H}"}}',
        f'{REFUND},"check_number":"{H}"}}',
        f'{REFUND},"refund_timestamp":"2024-01-01T00:00:00{H}"}}',
        f'{REFUND},"refund_timestamp":"{H}"}}',
        f'{REFUND},"invoice_id":"{H}"}}',
        f'{REFUND},"odd":{H}}}',
        REFUND.replace(":1,", f":{H},", 1) + "}",
        REFUND.replace(ALLOCATION, H) + "}",
        REFUND.replace(ALLOCATION, f"{ALLOCATION},{H}") + "}",
        REFUND.replace('"unattributed"', f'"claim_by_encounter_external_id","value":"{H}"') + "}",
        REFUND.replace("unattributed", H) + "}",
        H,
        f"[{H}]",
        f"{{{H}}}",
    ),
    f"PATCH {ITEM}": (
        f'{{"refund_note":{{"type":"set","value":"{H}"}}}}',
        f'{{"refund_note":{H}}}',
        f'{{"refund_timestamp":"{H}"}}',
        f"{{{H}}}",
    ),
    f"POST {TOKEN_PATH}": (
        f'{{"client_id":"{H}","client_secret":"x"}}',
        f'{{"client_id":"x","client_secret":"{H}"}}',
        f'{{"client_id":"x","client_secret":"x",{H}}}',
    ),
    "POST /_mock/worlds": (
        f'{{"name":"{H}"}}',
        f'{{"name":"a","fixture":"{H}"}}',
        f'{{"name":"a","fixture":"/{H}.json"}}',
        f'{{"name":"a","snapshot":{{"world":"{H}","name":"{H}"}}}}',
        f"{{{H}}}",
    ),
    f"POST {CONTROL}/faults": (
        f'{{"operation":"{H}","answer":503}}',
        f'{{"path":"{H}","answer":503}}',
        f'{{"method":"{H}","answer":503}}',
        f'{{"operation":"*.create","body":{{"pointer":"{H}"}},"answer":503}}',
        f'{{"operation":"*.create","body":{{"pointer":"/a","value":{H}}},"answer":503}}',
        f'{{"operation":"*.create","header":{{"name":"a","value":"{H}"}},"answer":503}}',
        f'{{"operation":"*.create","answer":"{H}"}}',
        f'{{"operation":"*.create","break":"{H}"}}',
        f'{{"operation":"*.create","evolve":"{H}"}}',
        f'{{"operation":"*.create","answer":{{"status":200,"headers":{{{H}}},"body":"{H}"}}}}',
        f'{{"operation":"*.create","answer":503,{H}}}',
    ),
    f"POST {CONTROL}/journal/verify": (
        f'{{"calls":[{H}]}}',
        f'{{"calls":[{{"operation":"{H}"}}]}}',
        f'{{"calls":[{{"path":"{H}"}}]}}',
        f"{{{H}}}",
    ),
    f"POST {CONTROL}/clock": (f'{{"mode":"{H}"}}', f'{{"advance_seconds":{H}}}', f"{{{H}}}"),
    f"POST {CONTROL}/limits": (f'{{"requests":"{H}"}}', f'{{"headers":"{H}"}}', f"{{{H}}}"),
    f"POST {CONTROL}/snapshots": (f'{{"name":"{H}"}}', f"{{{H}}}"),
}

BODIES = [
    request(f"body {line} {coding} {body.replace(H, '...')}", line, body=body, coding=coding)
    for line, bodies in JSON.items()
    for body in bodies
    for coding in ("", *(("gzip",) if body.startswith(("{", "[")) else ()))
] + [
    request(f"form {body.replace(H, '...')}", f"POST {TOKEN_PATH}", body=body, media_type=FORM)
    for body in (f"client_id={H}&client_secret=x", H)
]

FILE = '{"format":1,"non_insurance_payers":[],'
FILES = [
    Template(f"file {suffix} {text}".replace(H, "..."), b"", text.encode(), suffix)
    for suffix, texts in {
        ".json": (
            f"{FILE}{H}}}",
            f'{FILE}"refunds":[{H}]}}',
            f'{FILE}"settings":{{"rules":{{{H}}}}}}}',
            f'{{"description":"{H}"}}',
            H,
        ),
        ".yaml": (
            f"format: 1\nrefunds: [{H}]\n",
            f"description: {H}\n",
            f"{H}: 1\n",
            H,
            f"{{{H}}}",
            f"a: &a [1,2]\n{H}\nz: *a\n",
        ),
    }.items()
    for text in texts
]

TEMPLATES = (*PATHS, *HEADS, *BODIES, *FILES)

LETTERS = bytes(range(33, 127))
ATOMS = [
    *(b"%c" % letter for letter in b"a0Z9-+.,;:=&/?*\\\"'[]{}()<>~!#@|^`$% \t\n_"),
    *b"\\u0000 \\ud83d %00 %2F %C3%A9 1e9 0.1 null true {} [] {}, [[ a. A1 -- ** &a *a /v1".split(),
    *(b"\r\n", b"\xc3\xa9", b"\xff", b"\0", b"x{n}: y\r\n", b"1\r\na\r\n"),
    *(b'"k{n}":0,', b'"k":0,', b'"k{n}":"off",', b"k{n}=1&", b"check_number={n}&", b"{n},"),
    *(b"page_token={n}&", b'"{n}",', b'{"operation":"*"},', b'{"path":"*{n}"},'),
    *(b"&a{n} [*a{m},*a{m}],", b"a{n}: &a{n} [*a{m},*a{m}]\n", b"- &b{n} [*b{m},*b{m},*b{m}]\n"),
    *(b"2024-01-01T00:00:00Z", b"9" * 21, b"code=503, wait=1,", PAGE_EXAMPLE_ID.encode()),
    b'{"amount_cents":{n},"target":{"type":"claim_by_id","value":"x"}}',
    ALLOCATION.encode(),
    REFUND.encode(),
    LETTERS.replace(b'"', b"").replace(b"\\", b""),
]
JOINTS = (b"", b"", b"", b",", b"&", b"/", b" ", b"\r\n", b"\n")


@dataclass(frozen=True)
class Recipe:
    """A template and what fills its hole; as text it can be given to `--input`."""

    template: int
    unit: bytes
    joint: bytes
    size: int = LARGEST

    @property
    def source(self) -> Template:
        """The template."""
        return TEMPLATES[self.template]

    def __str__(self) -> str:
        parts = self.source.name, self.unit.decode("latin-1"), self.joint.decode("latin-1")
        return json.dumps([*parts, self.size])

    @classmethod
    def read(cls, text: str) -> Recipe:
        """The recipe that a text stands for."""
        name, unit, joint, size = json.loads(text)
        index = [template.name for template in TEMPLATES].index(name)
        return cls(index, unit.encode("latin-1"), joint.encode("latin-1"), size)

    def data(self) -> bytes:
        """The bytes, at most `size` of them, unpacked, but for the announced length.

        A URL is no longer than the stand-in reads.
        """
        source = self.source
        is_url = HOLE in source.head.partition(b"\r\n")[0]
        size = min(self.size, LONGEST_URL) if is_url else self.size
        room = size - len(source.head) - len(source.body)
        filling = _repeated(self.unit, self.joint, max(room, 1))
        head, body = source.head.replace(HOLE, filling, 1), source.body.replace(HOLE, filling, 1)
        head, body = head.replace(HOLE, b"x"), body.replace(HOLE, b"x")
        if source.suffix:
            return body
        if source.coding:
            packer = compressobj(wbits=31)
            body = (packer.compress(body) + packer.flush())[:LARGEST]
        length = b"\r\nContent-Length: %d" % len(body) if body else b""
        return head + length + b"\r\n\r\n" + body


def _repeated(unit: bytes, joint: bytes, room: int) -> bytes:
    if b"{n}" not in unit:
        whole = unit + joint
        return (whole * (room // len(whole) + 1))[:room].removesuffix(joint or b"\0")
    pieces, used, number = list[bytes](), 0, 0
    while used < room:
        piece = unit.replace(b"{n}", b"%d" % number).replace(b"{m}", b"%d" % max(number - 1, 0))
        pieces.append(piece + joint)
        used += len(pieces[-1])
        number += 1
    return b"".join(pieces)[:room].removesuffix(joint or b"\0")


def drawn(random: Random) -> Recipe:
    """Any recipe."""
    template, joint = _template(random), random.choice(JOINTS)
    return Recipe(template, _unit(random), joint, random.choice((LARGEST, LARGEST, 8_192)))


def _template(random: Random) -> int:
    """Any template; each kind of place as often as the others, however many it has."""
    return TEMPLATES.index(random.choice(random.choice((PATHS, HEADS, BODIES, FILES))))


def mutated(recipe: Recipe, random: Random) -> Recipe:
    """The recipe with something changed."""
    change = random.randrange(4)
    if change == 0:
        return replace(recipe, unit=_unit(random))
    if change == 1:
        return replace(recipe, joint=random.choice(JOINTS))
    if change == 2:
        return replace(recipe, template=_template(random))
    return replace(recipe, unit=recipe.unit + random.choice(ATOMS), size=LARGEST)


def _unit(random: Random) -> bytes:
    return b"".join(random.choices(ATOMS, k=random.choice((1, 1, 1, 2, 3))))
