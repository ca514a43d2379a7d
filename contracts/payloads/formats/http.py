"""Records as an .http file with tests, for the HTTP client of JetBrains' editors and for httpyac.

Requests are divided by `###` and named by `# @name`; variables are `{{name}}`. Scripts between
`> {%` and `%}` keep what a step answered and test what a payload is answered.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote_to_bytes

from contracts.model import REFUNDS
from contracts.payloads.baseline import NIL_ID
from contracts.payloads.formats import (
    effect_of,
    first_reason,
    is_utf8,
    may_create,
    names_in,
    on_a_line,
)
from contracts.payloads.placeholders import PLACEHOLDER
from contracts.payloads.record import Record, Sent, Step
from contracts.safety.hosts import PRODUCTION
from mockserver.spec.facts import LOCAL_URL, TOKEN_CONTENT_TYPES

_, _FORM = TOKEN_CONTENT_TYPES
_HEAD = f"""# Payloads that probe the refunds API, with tests of the answers they should get.
# Run all of them, or the request `get_token` first and those of the clean-up, at the end, last.
@base = {LOCAL_URL}
@client_id = payloads
@client_secret = any-secret
@production = no

### token
< {{%
const base = request.variables.get("base");
const name = base.toLowerCase().replace(/^[a-z]+:\\/\\//, "").replace(/^[^\\/]*@/, "");
const host = name.split(/[:\\/?#]/)[0];
const refused = host.replace(/\\.$/, "") === "{PRODUCTION}"
  && request.variables.get("production") !== "i-mean-it";
client.global.set("host", refused ? "http://refused.invalid" : base);
%}}
# @name get_token
POST {{{{host}}}}/api/auth/v2/token
content-type: application/json

{{"client_id": "{{{{client_id}}}}", "client_secret": "{{{{client_secret}}}}"}}

> {{%
const digit = () => Math.floor(Math.random() * 16).toString(16);
client.global.set("run", "r" + Array.from({{ length: 12 }}, digit).join(""));
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
    sent = record.request
    body, values = sent.body or b"", [value for _, value in sent.headers]
    text, form = body.decode(errors="replace"), any(v.lower().startswith(_FORM) for v in values)
    plain = text == text.strip() and all(sign.isprintable() or sign == "\t" for sign in text)
    return first_reason(
        {
            "editors set the length of a body themselves": sent.framing != "length",
            "editors do not know the method": sent.method in {"PURGE", "QUERY"},
            "what is percent-encoded is not UTF-8": not is_utf8(unquote_to_bytes(sent.url)),
            "a header is not printable": any("\\" in v or not v.isprintable() for v in values),
            "editors write the body of a form anew": form and b"{" in body,
            "editors send a request once": any(step.times > 1 for step in record.setup),
            "the body is not UTF-8": not is_utf8(body),
            "the body has line ends, control characters or blanks round it": not plain,
        }
    )


def render(records: Sequence[Record]) -> str:
    """The file."""
    kept = [_set(f"token_{word}" if word else "token", word, "token") for word in _OF_TOKENS]
    creates = [
        name for number, record in enumerate(records, 1) for name in _creates(number, record)
    ]
    unset = [f'client.global.set("made_{name}", "{NIL_ID}");' for name in creates]
    blocks = "".join(_block(number, record) for number, record in enumerate(records, 1))
    head = "\n".join([*kept, *unset])
    return f"{_HEAD}{head}\n%}}\n\n{blocks}{''.join(map(_deleting, reversed(creates)))}"


def _creates(number: int, record: Record) -> list[str]:
    """A name for each request of a record that may make a refund."""
    sent = [(f"{number}_{at}", step.request) for at, step in enumerate(record.setup, 1)]
    return [name for name, request in (*sent, (str(number), record.request)) if may_create(request)]


def _noting(name: str) -> Iterator[str]:
    """Lines that keep the id of a refund that a create made, whatever the status of its answer.

    An answer that refuses, and shows no mark of the run, may name somebody else's refund.
    """
    yield 'const text = typeof response.body === "string" ? response.body'
    yield '  : JSON.stringify(response.body) || "";'
    yield f"const found = {_MADE}.exec(text);"
    yield 'const own = response.status < 300 || text.includes(client.global.get("run"));'
    yield f'if (found && own) client.global.set("made_{name}", found[1]);'
    yield "if (found && !own) client.test(`left behind: ${found[1]}`, () =>"
    yield '  client.assert(false, "the answer that named it shows no mark"));'


_MADE = r'/"non_insurance_payer_refund_id"\s*:\s*"([0-9a-fA-F-]{36})"/'


def _deleting(name: str) -> str:
    """A request of the clean-up; where nothing was made, it names an id that no refund has."""
    lines = [
        f'const id = client.global.get("made_{name}");',
        "const gone = [200, 204, 404].includes(response.status);",
        "const what = (gone ? 'deleted ' : 'left behind: ') + id;",
        f'if (id !== "{NIL_ID}") client.test(what, () => client.assert(gone,',
        "  `its DELETE was answered ${response.status}; it carries the mark `",
        '  + client.global.get("run")));',
    ]
    sent = Sent("DELETE", f"{REFUNDS}/{{{{made_{name}}}}}")
    head = f"### clean up {name}\n# @name clean_up_{name}\n"
    return head + _written(sent, {}) + _script(lines)


_OF_TOKENS = ("", "cut", "altered")


def _set(name: str, spelling: str, value: str) -> str:
    code = _SPELLINGS[spelling].replace("text", value)
    return f'client.global.set("{name}", {code});'


def _block(number: int, record: Record) -> str:
    sent = record.request
    used = names_in(sent, *(step.request for step in record.setup))
    parts, names = [], dict[str, str]()
    for at, step in enumerate(record.setup, 1):
        head = f"### before {record.id}\n# @name step_{number}_{at}\n"
        body = _written(step.request, names)
        noting = _noting(f"{number}_{at}") if may_create(step.request) else ()
        parts.append(f"{head}{body}{_script((*_keeping(number, step, used), *noting))}")
        names |= {name: f"{{{{{name}_{number}}}}}" for name in used - {"run", "token"}}
    about = f"# {on_a_line(record.why)}\n# {effect_of(record)}\n"
    head = f"### {record.id}\n{about}# @name payload_{number}\n"
    noting = _noting(str(number)) if may_create(sent) else ()
    own = {name: text for name, text in names.items() if not name.startswith("token")}
    parts.append(head + _written(sent, own) + _script((*_testing(record), *noting)))
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


def _script(lines: Iterable[str]) -> str:
    return "> {%\n" + "\n".join(lines) + "\n%}\n\n"


def _written(sent: Sent, names: Mapping[str, str]) -> str:
    """A request with what stands for each name in its place."""
    lines = [f"{sent.method} {{{{host}}}}{sent.url}"]
    if sent.authorized:
        lines.append("authorization: Bearer {{token}}")
    lines += [f"{name}: {value}" for name, value in sent.headers]
    text = "\n".join(lines) + "\n\n"
    if sent.body:
        text += f"{sent.body.decode()}\n\n"
    return PLACEHOLDER.sub(lambda place: names.get(place[1], place[0]), text)
