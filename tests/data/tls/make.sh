#!/bin/sh
# Makes the certificates of the TLS tests anew, in this folder: a server's for 127.0.0.1, the authority that
# signed it, and another authority that did not. The authorities' keys are thrown away.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for authority in authority stranger; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -sha256 \
        -subj "/CN=Ringfence test $authority" -keyout "$work/$authority.key" -out "$authority.crt" \
        -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign'
done
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -subj '/CN=127.0.0.1' \
    -keyout server.key -out "$work/server.csr"
printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' >"$work/server.ext"
openssl x509 -req -in "$work/server.csr" -CA authority.crt -CAkey "$work/authority.key" -CAcreateserial \
    -CAserial "$work/serial" -days 36500 -sha256 -extfile "$work/server.ext" -out server.crt
