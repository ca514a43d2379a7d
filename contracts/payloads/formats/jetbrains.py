"""Records as an .http file for the HTTP client of JetBrains' editors and for httpyac, with tests.

As the other .http file, but what a step answered is kept, and an answer is tested, by scripts
between `> {%` and `%}`.
"""

import json
from collections.abc import Iterator, Sequence

from contracts.payloads.formats.http_file import on_a_line, unfit, written
from contracts.payloads.placeholders import places
from contracts.payloads.record import Record, Step
from mockserver.spec.facts import LOCAL_URL

_HEAD = f"""# Payloads that probe the refunds API, with tests of the answers they should get.
# Run all of them, or the request `get_token` first.
@base = {LOCAL_URL}

### token
# @name get_token
POST {{{{base}}}}/api/auth/v2/token
content-type: application/json

{{"client_id": "payloads", "client_secret": "any-secret"}}

> {{%
client.global.set("run", "r" + Date.now().toString(36));
const token = response.body.access_token;
"""
_SPELLINGS = {
    "": "text",
    "cut": "text.slice(0, -1)",
    "altered": (
        'text.slice(0, text.length >> 1) + (text[text.length >> 1] === "A" ? "B" : "A") + '
        "text.slice((text.length >> 1) + 1)"
    ),
    "encoded": (
        'text.split("").map((sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase()).join("")'
    ),
    "CAPITALS": "text.toUpperCase()",
}


def cannot(record: Record) -> str | None:
    """Why an .http file cannot hold a record, or None."""
    return unfit(record)


def render(records: Sequence[Record]) -> str:
    """The file."""
    kept = [_set(f"token_{word}" if word else "token", word, "token") for word in _OF_TOKENS]
    blocks = "".join(_block(number, record) for number, record in enumerate(records, 1))
    return f"{_HEAD}{chr(10).join(kept)}\n%}}\n\n{blocks}"


_OF_TOKENS = ("", "cut", "altered")


def _set(name: str, spelling: str, value: str) -> str:
    code = _SPELLINGS[spelling].replace("text", value)
    return f'client.global.set("{name}", {code});'


def _block(number: int, record: Record) -> str:
    sent = record.request
    used = set(places(sent.path, sent.query, repr(sent.headers), repr(sent.body)))
    for step in record.setup:
        used |= set(places(step.request.path, step.request.query))
    parts, names = [], dict[str, str]()
    for at, step in enumerate(record.setup, 1):
        head = f"### before {record.id}\n# @name step_{number}_{at}\n"
        body = written(step.request, names)
        parts.append(f"{head}{body}{_script(_keeping(number, step, used))}")
        names |= {name: f"{{{{{name}_{number}}}}}" for name in used - {"run", "token"}}
    head = f"### {record.id}\n# {on_a_line(record.why)}\n# @name payload_{number}\n"
    own = {name: text for name, text in names.items() if not name.startswith("token")}
    parts.append(head + written(sent, own) + _script(_testing(record)))
    return "".join(parts)


def _keeping(number: int, step: Step, used: set[str]) -> Iterator[str]:
    """Lines that test a step's status, and keep what the record uses of its answer."""
    assertion = f"client.assert(response.status === {step.status})"
    yield f'client.test("the scene is set", () => {assertion});'
    for name, pointer in step.save.items():
        value = f"response.body.{pointer[1:]}"
        for spelling in _SPELLINGS:
            place = name.upper() if spelling == "CAPITALS" else f"{name}_{spelling}".rstrip("_")
            if place in used:
                yield _set(f"{place}_{number}", spelling, value)


def _testing(record: Record) -> Iterator[str]:
    right = [[a.status, a.error_name] for a in record.answers if a.status is not None]
    yield f"const right = {json.dumps(right)};"
    yield f"client.test({json.dumps(record.id)}, () => client.assert(right.some(([status, name]) =>"
    yield "  status === response.status && (!name || response.body.errorName === name)),"
    yield '  JSON.stringify(right) + " expected, received " + response.status));'


def _script(lines: Iterator[str]) -> str:
    return "> {%\n" + "\n".join(lines) + "\n%}\n\n"
