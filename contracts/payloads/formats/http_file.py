"""Records as an .http file, as the HTTP clients of the common editors read it.

Requests are divided by `###` and named by `# @name`; variables are `{{name}}`, set by `@name = …`.
What a step answered is read by the name of its request, as the REST Client of Visual Studio Code
does. Expectations are comments.
"""

from collections.abc import Sequence

from contracts.payloads.places import PLACEHOLDER, is_respelled, places
from contracts.payloads.record import Record, Sent
from mockserver.spec.facts import LOCAL_URL

_HEAD = f"""# Payloads that probe the refunds API.
# Send the request `token` first; each payload tells the answer it should get.
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
    """Why an .http file cannot hold a record, or None."""
    sent = record.request
    if sent.framing != "length":
        return "editors set the length of a body themselves"
    if any("\\" in value or not value.isprintable() for _, value in sent.headers):
        return "a header is not printable"
    if any(step.times > 1 for step in record.setup):
        return "editors send a request once"
    if any(is_respelled(name) for name in places(sent.path, sent.query, repr(sent.headers))):
        return "editors cannot spell what was saved otherwise"
    return _unfit(sent.body)


def _unfit(body: bytes | None) -> str | None:
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
        parts.append(f"### before {record.id}\n# @name {name}\n{_request(step.request, names)}")
        for key, pointer in step.save.items():
            names[key] = f"{{{{{name}.response.body.$.{pointer[1:]}}}}}"
    right = (f"{a.status or 'none'} {a.error_name or ''}".strip() for a in record.answers)
    head = f"### {record.id}\n# {_line(record.why)}\n# expect {' or '.join(right)}\n"
    parts.append(f"{head}# @name payload_{number}\n{_request(record.request, names)}")
    return "".join(parts)


def _request(sent: Sent, names: dict[str, str]) -> str:
    query = f"?{sent.query}" if sent.query else ""
    lines = [f"{sent.method} {{{{base}}}}{sent.path}{query}"]
    if sent.authorized:
        lines.append("authorization: Bearer {{token}}")
    lines += [f"{name}: {value}" for name, value in sent.headers]
    text = "\n".join(lines) + "\n\n"
    if sent.body:
        text += f"{sent.body.decode()}\n\n"
    return PLACEHOLDER.sub(lambda place: names.get(place[1], place[0]), text)


def _line(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
