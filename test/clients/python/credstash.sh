#!/bin/bash
# credstash, with its secrets in a local DynamoDB table and its key in tenkey.
set -euo pipefail
bin=$(dirname "$1")
same() { [ "$1" = "$2" ] || { echo "not '$2' but '$1'"; exit 1; }; }
echo "version: credstash $("$bin/pip" show credstash | sed -n 's/^Version: //p')"

key=$("$bin/aws" kms create-key --description credstash --query KeyMetadata.KeyId --output text)
"$bin/aws" kms create-alias --alias-name alias/credstash --target-key-id "$key"
"$bin/credstash" setup >setup.txt
"$bin/credstash" put db.password 'päss wörd' app=web >put.txt
same "$("$bin/credstash" get db.password app=web)" 'päss wörd'
if "$bin/credstash" get db.password app=other >refused.txt 2>&1; then echo 'opened under another context'; exit 1; fi
grep -q 'KMS ERROR' refused.txt
echo 'ok: puts a secret under a key and an encryption context, gets it, and not under another context'

"$bin/credstash" put -a db.password second app=web >put.txt
same "$("$bin/credstash" get db.password app=web)" second
same "$("$bin/credstash" get -v 0000000000000000001 db.password app=web)" 'päss wörd'
"$bin/credstash" list >list.txt
grep -q db.password list.txt
same "$("$bin/credstash" getall app=web)" "$(printf '{\n    "db.password": "second"\n}')"
echo 'ok: versions secrets, lists and gets all of them'

"$bin/aws" kms disable-key --key-id "$key"
if "$bin/credstash" get db.password app=web >refused.txt 2>&1; then echo 'opened under a disabled key'; exit 1; fi
"$bin/aws" kms enable-key --key-id "$key"
"$bin/credstash" delete db.password >deleted.txt
if "$bin/credstash" get db.password app=web >refused.txt 2>&1; then echo 'got what was deleted'; exit 1; fi
echo 'ok: is refused while its key is disabled, and deletes'
