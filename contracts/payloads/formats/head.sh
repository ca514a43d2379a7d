#!/bin/sh
# Payloads that probe the refunds API; every expectation is of the profile PROFILE.
#   BASE=LOCAL_URL TOKEN=any sh payloads.sh
# Each payload prints its id, the statuses that are right, and the status that came.
# ONLY=ID sends one of them. At the end the script deletes what it created.
BASE=${BASE:-LOCAL_URL}
TOKEN=${TOKEN:-any}
ONLY=${ONLY:-}
run=${RUN:-r$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')}
found=
case "$(printf %s "$BASE" | tr '[:upper:]' '[:lower:]')/" in
  *PRODUCTION_HOST[.:/]*)
    if [ "${PRODUCTION:-}" != i-mean-it ]; then
      echo 'PRODUCTION_HOST is the production host, where refunds are real money;' >&2
      echo 'give BASE the address of staging, or set PRODUCTION=i-mean-it' >&2
      exit 2
    fi ;;
esac
work=$(mktemp -d) || exit 2
: >"$work/made"
wants() { [ -z "$ONLY" ] || [ "$ONLY" = "$1" ]; }
payload() { wants "$1" && found=1 && printf '%s: expected %s, received ' "$1" "$2"; }
curl() {
  command curl -sS -g --path-as-is -o "$work/answer" -w '%{http_code}' "$@" >"$work/status"
}
create() {
  : >"$work/answer"
  "$@"
  made=$(text_of non_insurance_payer_refund_id)
  case "$(cat "$work/status")/$made" in
    2??/?*) echo "$made" >>"$work/made" ;;
    */?*)
      if grep -q "$run" "$work/answer"; then echo "$made" >>"$work/made"
      else echo "$made (the answer that named it shows no mark)" >>"$work/left"; fi ;;
  esac
}
show() { "$@"; printf '%s\n' "$(cat "$work/status")"; }
quietly() { "$@"; }
text_of() { sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" "$work/answer" | head -n 1; }
clean_up() {
  code=$?
  trap - EXIT HUP INT TERM
  sed '1!G;h;$!d' "$work/made" >"$work/newest-first"
  while read -r id; do
    curl -X DELETE -H "authorization: Bearer $TOKEN" "$BASE/REFUNDS_PATH/$id"
    status=$(cat "$work/status")
    case $status in
      200 | 204 | 404) ;;
      *) echo "$id (its DELETE was answered $status)" >>"$work/left" ;;
    esac
  done <"$work/newest-first"
  if [ -s "$work/left" ]; then
    sed 's/^/left behind: /' "$work/left" >&2
    echo "what this run created carries the mark $run" >&2
    [ "$code" -ne 0 ] || code=1
  fi
  rm -rf "$work"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM
