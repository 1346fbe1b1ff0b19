#!/usr/bin/env bash
# Imports key material of your own into a key, as the AWS KMS Developer Guide shows it ("Importing key
# material"), with openssl and the AWS CLI. Needs the settings that the server prints when it starts:
#   AWS_ENDPOINT_URL_KMS, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION
set -euo pipefail
umask 077
export AWS_PAGER=''

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo '1. A key without key material'
key=$(aws kms create-key --origin EXTERNAL --query KeyMetadata.KeyId --output text)
aws kms describe-key --key-id "$key" --query KeyMetadata.KeyState --output text

echo '2. A wrapping key and an import token, good for 24 hours'
aws kms get-parameters-for-import --key-id "$key" \
  --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_3072 \
  --query '[PublicKey, ImportToken]' --output text >"$work/parameters"
cut -f 1 "$work/parameters" | openssl base64 -d -A -out "$work/wrapping-key.der"
cut -f 2 "$work/parameters" | openssl base64 -d -A -out "$work/import-token"

echo '3. 256 bits of key material, wrapped under the wrapping key'
openssl rand -out "$work/key-material" 32
openssl pkeyutl -encrypt -in "$work/key-material" -out "$work/wrapped" \
  -inkey "$work/wrapping-key.der" -keyform DER -pubin \
  -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256

echo '4. The import'
import() {
  aws kms import-key-material --key-id "$key" \
    --encrypted-key-material "fileb://$work/wrapped" --import-token "fileb://$work/import-token" \
    --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE --query KeyMaterialId --output text
}
import
aws kms describe-key --key-id "$key" --query KeyMetadata.KeyState --output text

echo '5. What was encrypted decrypts again after the material was deleted and the same imported anew'
printf 'written under my own key' >"$work/plaintext"
aws kms encrypt --key-id "$key" --plaintext "fileb://$work/plaintext" \
  --query CiphertextBlob --output text | openssl base64 -d -A -out "$work/ciphertext"
aws kms delete-imported-key-material --key-id "$key" >/dev/null
aws kms describe-key --key-id "$key" --query KeyMetadata.KeyState --output text
import
aws kms decrypt --ciphertext-blob "fileb://$work/ciphertext" \
  --query Plaintext --output text | openssl base64 -d -A
echo
