#!/bin/sh
# Performs the token call and every refund operation with curl, which offers HTTP/2 each time.
set -eu
base=$1 refunds=$2
payer=d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32

send() {
    method=$1 path=$2
    shift 2
    curl --http2 -sS -X "$method" -H 'Authorization: Bearer any' -H 'Content-Type: application/json' \
        -w '\n%{http_code}' "$@" "$base$path"
}
status() { printf '%s\n' "$1" | tail -n 1; }

echo "token $(status "$(send POST /api/auth/v2/token -d '{"client_id": "curl", "client_secret": "any"}')")"
echo "list $(status "$(send GET "$refunds")")"
made=$(send POST "$refunds" -d "{\"non_insurance_payer_id\": \"$payer\", \"amount_cents\": 5,
    \"allocations\": [{\"amount_cents\": 5, \"target\": {\"type\": \"unattributed\"}}]}")
echo "create $(status "$made")"
item=$refunds/$(printf '%s' "$made" | sed -n 's/.*"non_insurance_payer_refund_id": *"\([^"]*\)".*/\1/p')
echo "get $(status "$(send GET "$item")")"
changed=$(send PATCH "$item" -d '{"refund_note": {"type": "set", "value": "changed"}}')
echo "update $(status "$changed") $(printf '%s' "$changed" | grep -o '"changed"' | tr -d '"')"
echo "delete $(status "$(send DELETE "$item")")"
echo "get $(status "$(send GET "$item")")"
