"""Records as a shell script of curl calls, one readable line a payload.

It needs curl and any shell of POSIX: dash, bash 3 and later, the shells of macOS and of BusyBox.
"""

import shlex
from collections.abc import Sequence

from contracts.payloads.formats import effect_of, first_reason, names_in, on_a_line, profile_of
from contracts.payloads.placeholders import PLACEHOLDER, is_respelled
from contracts.payloads.record import Record, Sent, Step
from mockserver.spec.facts import LOCAL_URL

_HEAD = f"""#!/bin/sh
# Payloads that probe the refunds API; every expectation is of the profile PROFILE.
#   BASE={LOCAL_URL} TOKEN=any sh payloads.sh
# Each payload prints its id, the statuses that are right, and the status that came.
# ONLY=ID sends one of them.
BASE=${{BASE:-{LOCAL_URL}}}
TOKEN=${{TOKEN:-any}}
ONLY=${{ONLY:-}}
run=${{RUN:-r$(date +%s)$$}}
found=
wants() {{ [ -z "$ONLY" ] || [ "$ONLY" = "$1" ]; }}
payload() {{ wants "$1" && found=1 && printf '%s: expected %s, received ' "$1" "$2"; }}
"""
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
    call = _call(record.request, "-o /dev/null -w '%{http_code}\\n'")
    lines = [f"payload {name} {shlex.quote(right)} && {call}"]
    if record.setup:
        steps = [line for step in record.setup for line in _step(step, used)]
        lines = [f"if wants {name}; then", *(f"  {line}" for line in (*steps, *lines)), "fi"]
    about = [f"\n# {on_a_line(record.why)[:200]}", f"# {effect_of(record)}"]
    return "\n".join([*about, *lines, ""])


def _step(step: Step, used: set[str]) -> list[str]:
    """The line of a step; what is used of its answer goes into variables, one text field each."""
    if used & step.save.keys():
        reads = [
            f'{name}=$(printf %s "$answer" | sed -n '
            f'\'s/.*"{pointer[1:]}": *"\\([^"]*\\)".*/\\1/p\')'
            for name, pointer in step.save.items()
            if name in used
        ]
        return [f"answer=$({_call(step.request)})", *reads]
    call = _call(step.request, "-o /dev/null")
    return [call if step.times == 1 else f"for _ in $(seq {step.times}); do {call}; done"]


def _call(sent: Sent, *options: str) -> str:
    words = ["curl -sS -g --path-as-is", *options, f"-X {sent.method}"]
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
            piped = "".join(_ESCAPES[byte] for byte in sent.body)
            words = [f"printf '{piped}' |", *words, "-H 'expect:'", "--data-binary @-"]
    return " ".join([*words, f'"$BASE"{_quoted(sent.url)}'])


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
