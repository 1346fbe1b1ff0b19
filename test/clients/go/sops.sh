#!/bin/bash
# SOPS, with keys of tenkey: https://getsops.io/docs/#kms-aws-profiles
set -euo pipefail
sops=$1
same() { [ "$1" = "$2" ] || { echo "not '$2' but '$1'"; exit 1; }; }
# one call of the REST API's face for AWS's clients, signed by curl, since SOPS makes no keys
kms() {
  curl -sS --fail-with-body --aws-sigv4 "aws:amz:$AWS_REGION:kms" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
    -H 'Content-Type: application/x-amz-json-1.1' -H "X-Amz-Target: TrentService.$1" -d "$2" "$AWS_ENDPOINT_URL_KMS/"
}
arn() { sed -E 's/.*"Arn":"([^"]*)".*/\1/'; }
echo "version: SOPS $(sed -n 's/.*getsops\/sops\/v3 \([^ ]*\).*/\1/p' "$2")"

first=$(kms CreateKey '{}' | arn)
second=$(kms CreateKey '{}' | arn)
printf 'db:\n    password: päss wörd\n    port: 5432\n' >plain.yaml
"$sops" encrypt --kms "$first" --encryption-context app:web plain.yaml >sealed.yaml
if grep -q päss sealed.yaml; then echo 'the secret is in the file'; exit 1; fi
grep -q "arn: $first" sealed.yaml
"$sops" decrypt sealed.yaml | cmp - plain.yaml
same "$("$sops" decrypt --extract '["db"]["password"]' sealed.yaml)" 'päss wörd'
echo 'ok: encrypts a YAML file under a key and an encryption context, and decrypts it whole or in part'

sed 's/app: web/app: other/' sealed.yaml >moved.yaml
if "$sops" decrypt moved.yaml >refused.txt 2>&1; then echo 'opened under another context'; exit 1; fi
grep -q InvalidCiphertextException refused.txt
echo 'ok: does not decrypt under another encryption context'

"$sops" rotate --in-place --encryption-context app:web --add-kms "$second" sealed.yaml
kms DisableKey "{\"KeyId\":\"$first\"}" >disabled.txt
"$sops" decrypt sealed.yaml | cmp - plain.yaml
kms EnableKey "{\"KeyId\":\"$first\"}" >enabled.txt
"$sops" rotate --in-place --encryption-context app:web --rm-kms "$first" sealed.yaml
if grep -q "$first" sealed.yaml; then echo 'the key is still named'; exit 1; fi
"$sops" decrypt sealed.yaml | cmp - plain.yaml
echo 'ok: rotates the data key, adds a second key that opens while the first is disabled, removes the first'

printf 'creation_rules:\n  - path_regex: .*\\.json$\n    kms: "%s"\n' "$second" >.sops.yaml
printf '{"token": "secret"}' >config.json
"$sops" encrypt --in-place config.json
same "$("$sops" exec-env config.json 'printf %s "$token"')" secret
"$sops" set config.json '["token"]' '"other"'
same "$("$sops" decrypt --extract '["token"]' config.json)" other
echo 'ok: takes its key from .sops.yaml, hands secrets to a program, sets a value'
