"""Records as an .http file for the REST Client of Visual Studio Code, and for Visual Studio.

Requests are divided by `###` and named by `# @name`; variables are `{{name}}`, set by `@name = …`.
What a step answered is read by the name of its request. Expectations are comments.
"""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote_to_bytes

from contracts.payloads.placeholders import PLACEHOLDER, is_respelled, places
from contracts.payloads.record import Record, Sent
from mockserver.spec.facts import LOCAL_URL, TOKEN_CONTENT_TYPES

_, _FORM = TOKEN_CONTENT_TYPES
_HEAD = f"""# Payloads that probe the refunds API.
# Send the request `token` first; each payload tells the answer it should get. What is made stays,
# so that lists need another `run` in each round.
@base = {LOCAL_URL}
@run = http-file

###
# @name token
POST {{{{base}}}}/api/auth/v2/token
content-type: application/json

{{"client_id": "payloads", "client_secret": "any-secret"}}

"""
_TOKEN = "{{token.response.body.$.access_token}}"


def cannot(record: Record) -> str | None:
    """Why an .http file for these editors cannot hold a record, or None."""
    sent = record.request
    if any(is_respelled(name) for name in places(sent.path, sent.query, repr(sent.headers))):
        return "editors cannot spell what was saved otherwise"
    return unfit(record)


def unfit(record: Record) -> str | None:
    """Why no .http file can hold a record, or None."""
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
    return _HEAD + "".join(_block(number, record) for number, record in enumerate(records, 1))


def _block(number: int, record: Record) -> str:
    parts, names = [], {"token": _TOKEN}
    for at, step in enumerate(record.setup, 1):
        name = f"step_{number}_{at}"
        head = f"### before {record.id}\n# expect {step.status}\n# @name {name}\n"
        parts.append(head + written(step.request, names))
        for key, pointer in step.save.items():
            names[key] = f"{{{{{name}.response.body.$.{pointer[1:]}}}}}"
    right = (f"{a.status or 'none'} {a.error_name or ''}".strip() for a in record.answers)
    head = f"### {record.id}\n# {on_a_line(record.why)}\n# expect {' or '.join(right)}\n"
    parts.append(f"{head}# @name payload_{number}\n{written(record.request, names)}")
    return "".join(parts)


def written(sent: Sent, names: Mapping[str, str]) -> str:
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


def on_a_line(text: str) -> str:
    """A text without line ends and what else does not print."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
