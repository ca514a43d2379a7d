"""Records as an .http file with tests, for the HTTP client of JetBrains' editors and for httpyac.

Requests are divided by `###` and named by `# @name`; variables are `{{name}}`. Scripts between
`> {%` and `%}` keep what a step answered and test what a payload is answered.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote_to_bytes

from contracts.payloads.placeholders import PLACEHOLDER, placeholders
from contracts.payloads.record import Record, Sent, Step
from mockserver.spec.facts import LOCAL_URL, TOKEN_CONTENT_TYPES

_, _FORM = TOKEN_CONTENT_TYPES
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
    reasons = (reason for lacks, reason in _LIMITS if lacks(record))
    return next(reasons, None) or _unfit_body(record.request.body)


def _is_form(sent: Sent) -> bool:
    return any(value.lower().startswith(_FORM) for _, value in sent.headers)


_LIMITS: tuple[tuple[Callable[[Record], object], str], ...] = (
    (lambda r: r.request.framing != "length", "editors set the length of a body themselves"),
    (lambda r: r.request.method in {"PURGE", "QUERY"}, "editors do not know the method"),
    (
        lambda r: not _is_utf8(f"{r.request.path}?{r.request.query}"),
        "what is percent-encoded is not UTF-8",
    ),
    (
        lambda r: any("\\" in v or not v.isprintable() for _, v in r.request.headers),
        "a header is not printable",
    ),
    (
        lambda r: _is_form(r.request) and b"{" in (r.request.body or b""),
        "editors write the body of a form anew",
    ),
    (lambda r: any(step.times > 1 for step in r.setup), "editors send a request once"),
)


def _is_utf8(text: str) -> bool:
    try:
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return False
    return True


def _unfit_body(body: bytes | None) -> str | None:
    try:
        text = (body or b"").decode()
    except UnicodeDecodeError:
        return "the body is not UTF-8"
    plain = text == text.strip() and all(sign.isprintable() or sign == "\t" for sign in text)
    return None if plain else "the body has line ends, control characters or blanks round it"


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
    used = set(placeholders(sent.path, sent.query, repr(sent.headers), repr(sent.body)))
    for step in record.setup:
        used |= set(placeholders(step.request.path, step.request.query))
    parts, names = [], dict[str, str]()
    for at, step in enumerate(record.setup, 1):
        head = f"### before {record.id}\n# @name step_{number}_{at}\n"
        body = _written(step.request, names)
        parts.append(f"{head}{body}{_script(_keeping(number, step, used))}")
        names |= {name: f"{{{{{name}_{number}}}}}" for name in used - {"run", "token"}}
    head = f"### {record.id}\n# {_on_a_line(record.why)}\n# @name payload_{number}\n"
    own = {name: text for name, text in names.items() if not name.startswith("token")}
    parts.append(head + _written(sent, own) + _script(_testing(record)))
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


def _written(sent: Sent, names: Mapping[str, str]) -> str:
    """A request with what stands for each name in its place."""
    query = f"?{sent.query}" if sent.query else ""
    lines = [f"{sent.method} {{{{base}}}}{sent.path}{query}"]
    if sent.authorized:
        lines.append("authorization: Bearer {{token}}")
    lines += [f"{name}: {value}" for name, value in sent.headers]
    text = "\n".join(lines) + "\n\n"
    if sent.body:
        text += f"{sent.body.decode()}\n\n"
    return PLACEHOLDER.sub(lambda place: names.get(place[1], place[0]), text)


def _on_a_line(text: str) -> str:
    """A text without line ends and what else does not print."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
