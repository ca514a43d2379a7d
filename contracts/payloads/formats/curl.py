"""Records as a shell script of curl calls, one readable line a payload.

It needs curl and any shell of POSIX: dash, bash 3 and later, the shells of macOS and of BusyBox.
"""

import re
import shlex
from collections.abc import Sequence

from contracts.model import REFUNDS
from contracts.payloads.formats import (
    effect_of,
    first_reason,
    may_create,
    names_in,
    on_a_line,
    part,
    profile_of,
)
from contracts.payloads.placeholders import PLACEHOLDER, is_respelled
from contracts.payloads.record import Record, Sent, Step
from contracts.safety.hosts import PRODUCTION
from mockserver.spec.facts import LOCAL_URL

_HEAD = part("head.sh")
for _name, _text in (
    ("LOCAL_URL", LOCAL_URL),
    ("PRODUCTION_HOST", PRODUCTION),
    ("/REFUNDS_PATH", REFUNDS),
):
    _HEAD = _HEAD.replace(_name, _text)
_END = """
if [ -n "$ONLY" ] && [ -z "$found" ]; then
  printf 'no payload here has the name %s\\n' "$ONLY" >&2
  exit 2
fi
"""


def cannot(record: Record) -> str | None:
    """Why one line of curl cannot send a record, or None."""
    sent = record.request
    respelled = any(map(is_respelled, names_in(sent)))
    return first_reason(
        {
            "curl sets the length of a body itself": sent.framing in {"short", "long"},
            "one line cannot spell otherwise what was saved": respelled,
        }
    )


def render(records: Sequence[Record]) -> str:
    """The script."""
    return _HEAD.replace("PROFILE", profile_of(records)) + "".join(map(_block, records)) + _END


def _block(record: Record) -> str:
    right = " or ".join(str(status) for status in record.statuses if status is not None)
    name = shlex.quote(record.id)
    used = names_in(record.request, *(step.request for step in record.setup))
    call = _call(record.request, "show")
    lines = [f"payload {name} {shlex.quote(right)} && {call}"]
    if record.setup:
        steps = [line for step in record.setup for line in _step(step, used)]
        lines = [f"if wants {name}; then", *(f"  {line}" for line in (*steps, *lines)), "fi"]
    about = [f"\n# {on_a_line(record.why)[:200]}", f"# {effect_of(record)}"]
    return "\n".join([*about, *lines, ""])


def _step(step: Step, used: set[str]) -> list[str]:
    """The line of a step; what is used of its answer goes into variables, one text field each."""
    call = _call(step.request, "quietly")
    call = call if step.times == 1 else f"for _ in $(seq {step.times}); do {call}; done"
    reads = [f"{name}=$(text_of {pointer[1:]})" for name, pointer in step.save.items()]
    return [call, *(read for read in reads if read.partition("=")[0] in used)]


def _call(sent: Sent, how: str) -> str:
    """The line that sends a request by a function of `head.sh`, which ends in curl."""
    words = [how, *(["create"] if may_create(sent) else []), "curl", f"-X {sent.method}"]
    if sent.authorized:
        words.append('-H "authorization: Bearer $TOKEN"')
    if sent.framing == "chunked":
        words.append("-H 'transfer-encoding: chunked'")
    if sent.body is not None and "content-type" not in {name.lower() for name, _ in sent.headers}:
        words.append("-H 'content-type:'")
    words += [_header(name, value) for name, value in sent.headers]
    if sent.body is not None:
        plain = all(32 <= byte < 127 for byte in sent.body)
        if plain and len(sent.body) < _LONGEST_WORD and not sent.body.startswith(b"@"):
            words += ["--data-binary", _quoted(sent.body.decode())]
        else:
            words = [f"{_printed(sent.body)} |", *words, "-H 'expect:'", "--data-binary @-"]
    return " ".join([*words, f'"$BASE"{_quoted(sent.url)}'])


def _printed(body: bytes) -> str:
    """A printf that writes any bytes, with its placeholders as arguments."""
    written, *rest = re.split(rb"\{\{([a-z_0-9]+)\}\}", body)
    text, variables = "".join(_ESCAPES[byte] for byte in written), list[str]()
    for name, more in zip(rest[::2], rest[1::2], strict=True):
        variables.append(f'"${name.decode()}"')
        text += "%s" + "".join(_ESCAPES[byte] for byte in more)
    return " ".join([f"printf '{text}'", *variables])


_LONGEST_WORD = 100_000
"""In bytes: a system takes no longer word on a command line, but a shell's own printf does."""

_ESCAPES = tuple(
    "%%"
    if byte == 37
    else chr(byte)
    if 32 <= byte < 127 and byte not in b"\\'"
    else f"\\{byte:03o}"
    for byte in range(256)
)


def _header(name: str, value: str) -> str:
    return f"-H {_quoted(f'{name}: {value}' if value.strip() else f'{name};')}"


def _quoted(text: str) -> str:
    """Text in single quotes, but for its placeholders, which become variables."""
    quoted = "'" + text.replace("'", "'\\''") + "'"
    return PLACEHOLDER.sub(lambda place: f"'\"${_VARIABLES.get(place[1], place[1])}\"'", quoted)


_VARIABLES = {"token": "TOKEN"}
