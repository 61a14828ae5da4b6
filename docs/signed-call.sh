#!/bin/sh
#
# One signed call to a node (docs/signatures.md), with openssl and curl.
#
#     NODE=own-id PEER=node-id KEY=sign.key CERT=tls.crt TLSKEY=tls.key
#     CA=network.crt signed-call.sh METHOD URL [BODY-FILE]
#
# An SM2 key signs with SM3, any other with SHA-256.

set -eu

method=$1
url=$2
body=${3:-/dev/null}

target=/${url#*://*/}
nonce=$(openssl rand -hex 16)
time=$(date +%s)000
digest=$(openssl dgst -sha256 -r "$body" | cut -d' ' -f1)

text=$(mktemp)
trap 'rm -f "$text"' EXIT

printf '%s\n%s\n%s\n%s\n%s\n%s\n%s' "$method" "$target" "$NODE" "$PEER" \
    "$nonce" "$time" "$digest" > "$text"

if openssl pkey -in "$KEY" -noout -text 2>/dev/null | grep -qi 'OID: SM2'; then
    sign=$(openssl pkeyutl -sign -rawin -digest sm3 -inkey "$KEY" \
        -pkeyopt distid:1234567812345678 -in "$text" | base64 -w0)
else
    sign=$(openssl dgst -sha256 -sign "$KEY" "$text" | base64 -w0)
fi

if [ "$body" = /dev/null ]; then
    set --
else
    set -- --data-binary "@$body" -H 'Content-Type: application/json'
fi

curl -sS --cacert "$CA" --cert "$CERT" --key "$TLSKEY" -X "$method" "$@" \
    -H "x-source-node-id: $NODE" -H "x-target-node-id: $PEER" \
    -H "x-nonce: $nonce" -H "x-timestamp: $time" -H "x-auth-sign: $sign" \
    "$url"
