"""A departure as a shell script: it creates what it needs, shows the difference, and cleans up.

It needs curl, jq and any shell of POSIX, such as dash.
"""

import json
import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote_plus

from contracts.kernel.departure import Departure
from contracts.kernel.exchange import Exchange
from contracts.kernel.findings import Findings
from contracts.kernel.setup import made_by, tokens_of
from contracts.kernel.terms import CARRIERS
from contracts.model import ID, REFUNDS
from contracts.model.match import Absent, Moment, Open, Perhaps
from contracts.reports.groups import Group
from contracts.reports.shell import Names, body_word, word
from contracts.reports.texts import shown
from contracts.reports.verdict import base
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import JSON_HEADERS
from mockserver.spec.facts import LOCAL_URL

_MOST_LINES = 60
_MOST_IDS, _LONG = 20, 200
_SHORTEST = 8
"""A shorter id or token may stand in a text by chance."""

_OWN_TOKEN = f"""W=script-$$
TOKEN=${{TOKEN:-$(curl -sS "$BASE{TOKEN_PATH}" -H 'Content-Type: application/json' \\
  -d '{{"client_id":"'$W'","client_secret":"any"}}' | jq -r .access_token)}}"""
_GIVEN_TOKEN = ": ${TOKEN:?set TOKEN to a bearer token}"
_HEAD = f"""\
P={REFUNDS} A="Authorization: Bearer $TOKEN" J='Content-Type: application/json' T=$(mktemp) made=
call() {{
  m=$1 u=$2; shift 2; for sent do :; done
  code=$(curl -sSg --path-as-is -o "$T" -w '%{{http_code}}' -X "$m" "$@" "$BASE$u")
  id=; [ "$m" != POST ] || id=$(jq -r '.{ID}? // empty' "$T" 2>/dev/null)
  case "$m $u $code$id" in
    "POST $P "2??) echo "left behind: a refund whose id is unknown" >&2;;
  esac
KEEP}}
end() {{
  for id in $made; do curl -sS -o /dev/null -X DELETE -H "$A" "$BASE$P/$id"; done
FORGET  rm -f "$T" "$T.in"
}}
trap end EXIT
"""
_KEEP = '  made="$made $id"\n'
_FORGET = '  curl -sS -o /dev/null -X DELETE "$BASE/_mock/worlds/$W"\n'
_KEEP_OURS = """\
  [ -z "$id" ] || curl -sS -H "$A" "$BASE$P/$id" | jq -e --argjson s "$sent" 'OURS' >/dev/null ||
    { echo "stopped: refund $id does not hold what was sent, so it is not deleted" >&2; exit 1; }
  made="$made $id"
"""
_OURS = " or ".join(f"(.{name}? // 0) == $s.{name}" for name in CARRIERS)


def script_of(group: Group, findings: Findings) -> str:
    """The script; empty where no request shows the departure, or too many are needed.

    Among others' data it deletes a refund only if a GET shows the text that marks what it sent.
    """
    departure, breach = group.departure, group.shown.breach
    if departure.exchange is None or breach is None:
        return ""
    steps = breach.sequence[: departure.exchange + 1]
    names = _names(steps, departure)
    lines = list(_folded(_step(exchange, names) for exchange in steps))
    if len(lines) > _MOST_LINES:
        return ""
    url = base(findings) if findings.target.startswith("http") else LOCAL_URL
    shared = findings.genuine or "/_mock/w/" in url
    token = _GIVEN_TOKEN if findings.genuine else _OWN_TOKEN
    keep = _KEEP_OURS.replace("OURS", _OURS) if shared else _KEEP
    head = _HEAD.replace("KEEP", keep).replace("FORGET", "" if shared else _FORGET)
    head = f"BASE=${{BASE:-{url}}}\n{token}\n{head}"
    return head + "\n".join((*lines, *_comparison(departure, steps[-1], names))) + "\n"


def _names(steps: Sequence[Exchange], departure: Departure) -> dict[str, str]:
    """The ids and tokens that later lines use, each with the variable that holds it."""
    given: dict[str, tuple[int, str]] = {}
    for at, exchange in enumerate(steps, 1):
        tokens = {token: f"{name[0]}{at}" for name, token in tokens_of(exchange).items()}
        for value, variable in {made_by(exchange): f"r{at}", **tokens}.items():
            if len(value) >= _SHORTEST:
                given.setdefault(value, (at, variable))
    later = [(at, _text_of(exchange)) for at, exchange in enumerate(steps, 1)]
    due = departure.expected
    if isinstance(due, str) or (isinstance(due, list) and len(due) <= _MOST_IDS):
        later.append((len(steps) + 1, json.dumps(due, default=repr)))
    names: dict[str, str] = {}
    for value, (at, variable) in given.items():
        rest = " ".join(text for place, text in later if place > at)
        capitals = value.upper()
        if capitals != value and capitals in rest:
            names |= {value: variable, capitals: variable.upper()}
        elif value in rest or quote_plus(value) in rest:
            names[value] = variable
    return names


def _text_of(exchange: Exchange) -> str:
    request = exchange.request
    body = (request.body or b"").decode("utf-8", "replace")
    return f"{request.path}?{request.query_text} {body}"


def _step(exchange: Exchange, names: Names) -> str:
    """One request, and what later lines need of its answer."""
    request = exchange.request
    query = f"?{request.query_text}" if request.query_text else ""
    path = request.path
    url = f"$P{path.removeprefix(REFUNDS)}" if path.startswith(REFUNDS) else path
    words = ["call", request.method, word(url + query, names, "P")]
    if request.authorized and request.header("authorization") is None:
        words.append('-H "$A"')
    for name, value in request.headers:
        is_json = (name.lower(), value) == JSON_HEADERS[0]
        header = f"{name}: {value}" if value else f"{name};"
        words += ["-H", '"$J"' if is_json else word(header, names, "TOKEN")]
    words += ["-I"] if request.method == "HEAD" else []
    lines = list[str]()
    if request.body is not None:
        data, lines = body_word(request.body, names)
        words += ["--data-binary", data]
    return "\n".join([*lines, " ".join(words), *_kept(exchange, names)])


def _kept(exchange: Exchange, names: Names) -> Iterator[str]:
    """What goes from an answer into variables."""
    made = made_by(exchange)
    if made in names:
        yield f'{names[made]}=$(jq -r .{ID} "$T")'
    if made.upper() in names:
        yield f'{names[made.upper()]}=$(printf %s "${names[made]}" | tr a-f A-F)'
    for name, token in tokens_of(exchange).items():
        if token in names:
            yield f"{names[token]}=$(jq -r '.{name}|@uri' \"$T\")"


def _folded(steps: Iterator[str]) -> Iterator[str]:
    """The steps, the same one several times in a row as a loop."""
    for line, same in groupby(steps):
        count = len(list(same))
        if count == 1:
            yield from line.split("\n")
        else:
            again = line.replace("\n", "; ")
            yield f"i=0; while [ $i -lt {count} ]; do i=$((i+1)); {again}; done"


def _comparison(departure: Departure, exchange: Exchange, names: Names) -> Iterator[str]:
    due, at = departure.expected, departure.at
    if at == "status":
        statuses = " or ".join(dict.fromkeys(str(outcome.status) for outcome in due))
        yield _printed("status", shlex.quote(statuses), "$code")
    elif at == "/items" and isinstance(due, list):
        if len(due) <= _MOST_IDS:
            yield f'got=$(jq -r \'[.items[].{ID}] | join(" ")\' "$T")'
            yield _printed("ids", word(" ".join(map(str, due)), names), "$got")
        else:
            yield "got=$(jq '.items | length' \"$T\")"
            yield _printed("rows", str(len(due)), "$got")
    elif departure.place.startswith("/") and not departure.is_own:
        getter, literal = _getter(departure.place), _literal(due)
        if isinstance(due, str) and len(due) > _LONG:
            getter, literal = _piece(getter, due, departure.received)
        yield f'got=$(jq -c {shlex.quote(getter)} "$T")'
        yield _printed(departure.place, word(literal, names), "$got")
    else:
        text = shown(due) if isinstance(due, str) else _literal(due)
        yield 'got="$code $(head -c 2000 "$T")"'
        yield _printed("", word(" ".join(text.split()), names), "$got")


def _printed(what: str, due: str, got: str) -> str:
    label = f"{what} ".lstrip().replace("%", "%%").replace("\\", "\\\\")
    words = shlex.quote(f"{label}expected: %s\n{label}received: %s\n".replace("\n", "\\n"))
    return f'printf {words} {due} "{got}"'


def _piece(getter: str, due: str, came: Any) -> tuple[str, str]:
    """Of a long text its length, and what is round the first place that differs."""
    pairs = enumerate(zip(due, came if isinstance(came, str) else "", strict=False))
    at = next((at for at, (a, b) in pairs if a != b), 0)
    start, end = max(0, at - 8), at + 24
    literal = json.dumps([len(due), due[start:end]], separators=(",", ":"), ensure_ascii=False)
    return f"{getter} | [length, .[{start}:{end}]?]", literal


def _getter(pointer: str) -> str:
    """A jq filter that gives the value at a pointer, or the word absent."""
    steps: list[Any] = [int(s) if s.isdecimal() else s for s in pointer.split("/")[1:]]
    last = json.dumps(steps[-1])
    inside = f"getpath({json.dumps(steps[:-1])}) | " if steps[:-1] else ""
    return f'try ({inside}if has({last}) then .[{last}] else "absent" end) catch "absent"'


def _literal(value: Any) -> str:
    """A value as jq prints it, what is open in words."""
    if isinstance(value, Absent):
        return '"absent"'
    if isinstance(value, Perhaps):
        return _literal(value.expected)
    if isinstance(value, Open):
        return repr(value)
    return json.dumps(
        value.text if isinstance(value, Moment) else value,
        separators=(",", ":"),
        ensure_ascii=False,
        default=lambda one: one.text if isinstance(one, Moment) else repr(one),
    )
