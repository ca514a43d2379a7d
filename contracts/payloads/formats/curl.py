"""Records as a bash script of curl calls that checks each status and errorName; needs no jq."""

from collections.abc import Sequence

from contracts.payloads.placeholders import places
from contracts.payloads.record import Record, Sent

_HEAD = r"""#!/usr/bin/env bash
# Payloads that probe the refunds API; every expectation is of the profile PROFILE.
#   BASE_URL=http://127.0.0.1:5050 bash payloads.sh
# A token is asked for with CLIENT_ID and CLIENT_SECRET, unless TOKEN is given. ONLY is a pattern
# of ids, such as 'create.*'. Exits with 1 where an answer is not the expected one.
# What is written in single quotes is sent as it stands.
# shellcheck disable=SC2016
set -u
base=${BASE_URL:-http://127.0.0.1:5050}
only=${ONLY:-*}
run="r$(date +%s)$$"
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
status=0 sent=0 failed=0 refused='' name=''
declare -A saved=([run]="$run")

# filled TEXT: the text with {{name}} replaced by what was saved under that name.
filled() {
  local text=$1 key
  for key in "${!saved[@]}"; do text=${text//"{{$key}}"/${saved[$key]}}; done
  printf '%s' "$text"
}

# send METHOD TARGET BODY [CURL OPTION...]: BODY is escaped for printf %b, or - for none.
send() {
  local method=$1 target body=$3
  local -a options=()
  target=$(filled "$2")
  shift 3
  for option in "$@"; do options+=("$(filled "$option")"); done
  if [[ $body == - ]]; then
    status=$(curl -sS -g --path-as-is -o "$answer" -w '%{http_code}' -X "$method" \
      "${options[@]}" "$base$target")
  else
    [[ $body == *'{{'* ]] && body=$(filled "$body")
    status=$(printf '%b' "$body" | curl -sS -g --path-as-is -o "$answer" -w '%{http_code}' \
      -X "$method" -H 'Expect:' --data-binary @- "${options[@]}" "$base$target")
  fi
}

# save NAME FIELD: keeps a text field of the last answer, in capitals under the name in capitals.
save() {
  local value
  value=$(sed -n "s/.*\"$2\": *\"\([^\"]*\)\".*/\1/p" "$answer" | head -n 1)
  saved[$1]=$value
  saved[${1^^}]=${value^^}
}

# derive NAME: other spellings of what was saved: cut, with a letter altered, percent-encoded.
derive() {
  local value=${saved[$1]} letter=A middle
  middle=$((${#value} / 2))
  [[ ${value:middle:1} == A ]] && letter=B
  saved[${1}_cut]=${value%?}
  saved[${1}_altered]=${value:0:middle}$letter${value:middle+1}
  saved[${1}_encoded]=$(printf '%s' "$value" | od -An -v -tx1 | tr -d '\n' | tr ' a-f' '%A-F')
}

# payload ID: begins a payload; false where ONLY leaves it out.
payload() {
  name=$1 refused=''
  # shellcheck disable=SC2254  # ONLY is a pattern.
  case $name in $only) return 0 ;; *) return 1 ;; esac
}

# first STATUS: a step that sets the scene was sent, and this is its right answer.
first() {
  [[ $status == "$1" ]] || refused=" (a step before it was answered $status)"
}

# expect STATUS:ERRORNAME...: the answers that are right, an empty errorName for none;
# 000 is no answer at all.
expect() {
  local right
  sent=$((sent + 1))
  for right in "$@"; do
    if [[ -z $refused && $status == "${right%%:*}" ]] &&
      { [[ -z ${right#*:} ]] || grep -q "\"errorName\": *\"${right#*:}\"" "$answer"; }; then
      printf 'ok      %s %s\n' "$status" "$name"
      return
    fi
  done
  failed=$((failed + 1))
  printf 'not ok  %s %s: expected %s%s\n' "$status" "$name" "$*" "$refused"
  head -c 400 "$answer"
  echo
}

if [[ -z ${TOKEN:-} ]]; then
  credentials="{\"client_id\":\"${CLIENT_ID:-payloads-$run}\",\"client_secret\":\"${CLIENT_SECRET:-any-secret}\"}"
  send POST /api/auth/v2/token "$credentials" -H 'content-type: application/json'
  save token access_token
else
  saved[token]=$TOKEN
fi
derive token
"""
_FOOT = """
printf '%d payloads, %d not as expected\\n' "$sent" "$failed"
[[ $failed == 0 ]]
"""


def cannot(record: Record) -> str | None:
    """Why curl cannot send a record, or None."""
    wrong = record.request.framing in {"short", "long"}
    return "curl sets the length of a body itself" if wrong else None


def render(records: Sequence[Record]) -> str:
    """The script."""
    profile = records[0].profile if records else "default"
    blocks = [_block(record) for record in records]
    return _HEAD.replace("PROFILE", profile) + "".join(blocks) + _FOOT


def _block(record: Record) -> str:
    lines = [f"\n# {_comment(record.why)}", f"if payload {_quoted(record.id)}; then"]
    for step in record.setup:
        one = [_send(step.request), f"first {step.status}"]
        if step.times > 1:
            one = [f"for _ in {{1..{step.times}}}; do", *(f"  {word}" for word in one), "done"]
        one += [f"save {name} {pointer[1:]}" for name, pointer in step.save.items()]
        one += [f"derive {name}" for name in step.save if _respells(record, name)]
        lines += [f"  {word}" for word in one]
    right = [f"{a.status or '000'}:{a.error_name or ''}" for a in record.answers]
    lines += [f"  {_send(record.request)}", f"  expect {' '.join(dict.fromkeys(right))}", "fi\n"]
    return "\n".join(lines)


def _respells(record: Record, name: str) -> bool:
    """Whether the request has another spelling of what is saved under a name."""
    sent = record.request
    return any(place.startswith(f"{name}_") for place in places(sent.path, sent.query))


def _send(sent: Sent) -> str:
    target = sent.path + (f"?{sent.query}" if sent.query else "")
    body = "-" if sent.body is None else escaped(sent.body)
    words = ["send", sent.method, _quoted(target), _quoted(body)]
    names = {name.lower() for name, _ in sent.headers}
    if sent.authorized:
        words += ["-H", "'authorization: Bearer {{token}}'"]
    if sent.body is not None and "content-type" not in names:
        words += ["-H", "'content-type:'"]
    if sent.framing == "chunked":
        words += ["-H", "'transfer-encoding: chunked'"]
    for name, value in sent.headers:
        words += ["-H", _quoted(f"{name}: {value}" if value.strip() else f"{name};")]
    return " ".join(words)


def escaped(body: bytes) -> str:
    """Bytes for printf's %b: what is not plain ASCII in octal."""
    return "".join(_ESCAPES[byte] for byte in body)


_ESCAPES = tuple(
    chr(byte) if 32 <= byte < 127 and chr(byte) not in "\\'" else f"\\0{byte:03o}"
    for byte in range(256)
)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _comment(text: str) -> str:
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "?" for sign in line)[:200]
