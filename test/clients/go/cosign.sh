#!/bin/bash
# cosign, with a signing key of tenkey: https://docs.sigstore.dev/cosign/key_management/overview/
# Images are in a registry of this machine. What it would write to Sigstore's own services stays out: its files of
# services are empty.
set -euo pipefail
cosign=$1 crane=$3
export COSIGN_YES=true HOME=$PWD
quietly() { "$@" >log.txt 2>&1 || { cat log.txt; exit 1; }; }
refused() { # $1: the words that it must say
  local words=$1
  shift
  if "$@" >log.txt 2>&1; then echo "took what it must refuse: $words"; exit 1; fi
  grep -q "$words" log.txt || { cat log.txt; exit 1; }
}
echo "version: cosign $(sed -n 's/.*sigstore\/cosign\/v3 \([^ ]*\).*/\1/p' "$2")"

key=awskms:///alias/release
quietly "$cosign" generate-key-pair --kms "$key"
"$cosign" public-key --key "$key" >asked.pub 2>log.txt
cmp cosign.pub asked.pub
echo 'ok: makes a key and its alias, and says its public key'

quietly "$cosign" signing-config create --out services.json
quietly "$cosign" trusted-root create --out roots.json
signing=(--signing-config services.json --trusted-root roots.json)
# no log of signatures here, and none is looked at
verifying=(--trusted-root roots.json --insecure-ignore-tlog)
echo 'a release' >artifact
quietly "$cosign" sign-blob --key "$key" "${signing[@]}" --bundle bundle.json artifact
quietly "$cosign" verify-blob --key cosign.pub "${verifying[@]}" --bundle bundle.json artifact
quietly "$cosign" verify-blob --key "$key" "${verifying[@]}" --bundle bundle.json artifact
echo 'another' >other
refused 'failed to verify' "$cosign" verify-blob --key "$key" "${verifying[@]}" --bundle bundle.json other
echo 'ok: signs a file, and verifies it by the public key alone and by the key; not another file'

"$crane" registry serve --address 127.0.0.1:0 >registry.txt 2>&1 &
registry=$!
trap 'kill $registry' EXIT
until port=$(sed -n 's/.*serving on port //p' registry.txt) && [ -n "$port" ]; do
  kill -0 $registry || { cat registry.txt; exit 1; }
  sleep 0.1
done
tar cf layer.tar artifact
image=127.0.0.1:$port/app
quietly "$crane" append --insecure --new_layer layer.tar --new_tag "$image:1"
image=$image@$("$crane" digest --insecure "$image:1")
quietly "$cosign" sign --key "$key" "${signing[@]}" "$image"
quietly "$cosign" verify --key cosign.pub "${verifying[@]}" "$image"
quietly "$cosign" verify --key "$key" "${verifying[@]}" "$image"
printf '{"builder": "tenkey"}' >predicate.json
quietly "$cosign" attest --key "$key" "${signing[@]}" --type custom --predicate predicate.json "$image"
quietly "$cosign" verify-attestation --key "$key" "${verifying[@]}" --type custom "$image"
echo 'ok: signs an image and an attestation of it in a registry, and verifies both'

quietly "$cosign" generate-key-pair --kms awskms:///alias/other --output-key-prefix other
refused 'no matching signatures\|failed to verify\|invalid signature' "$cosign" verify --key other.pub "${verifying[@]}" "$image"
refused NotFoundException "$cosign" sign-blob --key awskms:///alias/none "${signing[@]}" --bundle none.json artifact
echo 'ok: does not verify by another key, and says which key is not there'
