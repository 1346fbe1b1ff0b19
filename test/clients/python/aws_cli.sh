#!/bin/bash
# The AWS CLI, as people type it: https://docs.aws.amazon.com/cli/latest/reference/kms/
set -euo pipefail
aws() { "$aws" "$@"; }
aws=$(dirname "$1")/aws
same() { [ "$1" = "$2" ] || { echo "not '$2' but '$1'"; exit 1; }; }
refused() { # CODE COMMAND…
  local code=$1; shift
  if "$@" >refused.txt 2>&1; then echo "was not refused: $*"; exit 1; fi
  grep -q "($code)" refused.txt || { cat refused.txt; exit 1; }
}
echo "version: $(aws --version 2>&1 | sed 's/\(aws-cli\)\/\([^ ]*\).*/\1 \2/')"

same "$(aws sts get-caller-identity --query Account --output text)" "$ACCOUNT"
key=$(aws kms create-key --description 'first key' --tags TagKey=team,TagValue=a --query KeyMetadata.KeyId --output text)
aws kms create-alias --alias-name alias/app --target-key-id "$key"
same "$(aws kms describe-key --key-id alias/app --query KeyMetadata.KeyId --output text)" "$key"
echo 'ok: says who calls, makes a key and an alias, describes it'

head -c 4096 /dev/urandom >plain.bin
aws kms encrypt --key-id alias/app --plaintext fileb://plain.bin --encryption-context purpose=cli,unit=ü \
  --query CiphertextBlob --output text | base64 -d >sealed.bin
aws kms decrypt --ciphertext-blob fileb://sealed.bin --encryption-context purpose=cli,unit=ü \
  --query Plaintext --output text | base64 -d | cmp - plain.bin
refused InvalidCiphertextException aws kms decrypt --ciphertext-blob fileb://sealed.bin
echo 'ok: encrypts a file of 4,096 bytes and decrypts it, and not without its context'

signer=$(aws kms create-key --key-spec RSA_2048 --key-usage SIGN_VERIFY --query KeyMetadata.KeyId --output text)
aws kms get-public-key --key-id "$signer" --query PublicKey --output text | base64 -d >public.der
aws kms sign --key-id "$signer" --message fileb://plain.bin --signing-algorithm RSASSA_PKCS1_V1_5_SHA_256 \
  --query Signature --output text | base64 -d >signature.bin
same "$(aws kms verify --key-id "$signer" --message fileb://plain.bin --signature fileb://signature.bin \
  --signing-algorithm RSASSA_PKCS1_V1_5_SHA_256 --query SignatureValid --output text)" True
if command -v openssl >/dev/null; then
  openssl dgst -sha256 -verify public.der -keyform DER -signature signature.bin plain.bin >openssl.txt
fi
echo 'ok: signs a file, as openssl verifies where it is here'

for index in 1 2 3 4 5; do aws kms create-alias --alias-name "alias/page-$index" --target-key-id "$key"; done
same "$(aws kms list-aliases --page-size 2 --key-id "$key" --query 'length(Aliases)' --output json)" 6
same "$(aws kms list-aliases --max-items 3 --key-id "$key" --query 'length(Aliases)' --output json)" 3
aws kms enable-key-rotation --key-id "$key" --rotation-period-in-days 365
aws kms get-key-policy --key-id "$key" --policy-name default --query Policy --output text >policy.json
aws kms put-key-policy --key-id "$key" --policy-name default --policy file://policy.json
echo 'ok: lists in pages, rotates, puts a key policy from a file'

aws iam create-user --user-name worker --query User.Arn --output text >user.txt
aws iam wait user-exists --user-name worker
aws iam put-user-policy --user-name worker --policy-name own --policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}'
read -r id secret < <(aws iam create-access-key --user-name worker --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)
aws iam create-role --role-name app --assume-role-policy-document \
  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"$(cat user.txt)\"},\"Action\":\"sts:AssumeRole\"}]}" >role.json
aws iam put-role-policy --role-name app --policy-name own --policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}'
export AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials
cat >config <<END
[profile worker]
[profile app]
role_arn = arn:aws:iam::$ACCOUNT:role/app
source_profile = worker
END
printf '[worker]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$id" "$secret" >credentials
as() { local profile=$1; shift; env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY "$aws" --profile "$profile" "$@"; }
refused AccessDeniedException as worker kms decrypt --ciphertext-blob fileb://sealed.bin --encryption-context purpose=cli,unit=ü
as app kms decrypt --ciphertext-blob fileb://sealed.bin --encryption-context purpose=cli,unit=ü \
  --query Plaintext --output text | base64 -d | cmp - plain.bin
refused AccessDeniedException as app kms encrypt --key-id "arn:aws:kms:us-east-1:$ACCOUNT:alias/app" --plaintext fileb://plain.bin
echo 'ok: makes a user and a role, and a profile with role_arn acts as the role'

aws kms schedule-key-deletion --key-id "$key" --pending-window-in-days 7 --query KeyState --output text >state.txt
same "$(cat state.txt)" PendingDeletion
refused KMSInvalidStateException aws kms encrypt --key-id alias/app --plaintext fileb://policy.json
refused NotFoundException aws kms describe-key --key-id alias/none
echo 'ok: schedules a deletion, and tells refusals by their codes'
