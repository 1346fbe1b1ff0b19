#!/bin/bash
# Terraform or OpenTofu with the AWS provider: makes, changes, imports and destroys what the module has, and
# wants an empty plan after each, as docs/guides/terraform.md says.
set -euo pipefail
program=$1 module=$2
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null
cp "$module"/*.tf .
tf() { "$program" "$@" -no-color; }
quietly() { "$@" >log.txt 2>&1 || { grep -A12 'Error:' log.txt || tail -20 log.txt; exit 1; }; }
settled() { # an empty plan: exit code 0, where 2 is one with changes
  tf plan -input=false -detailed-exitcode "$@" >plan.txt 2>&1 || { tail -60 plan.txt; exit 1; }
}

quietly tf init -input=false ${TERRAFORM_PLUGIN_DIR:+-plugin-dir="$TERRAFORM_PLUGIN_DIR"}
"$program" version | sed -nE 's/^(Terraform|OpenTofu) v/version: \1 /p; s/^\+ provider [^ ]*\/aws v/version: AWS provider /p'

quietly tf apply -input=false -auto-approve
[ "$("$program" output -raw password)" = 'päss wörd' ] || { echo 'another secret came back'; exit 1; }
[ "$("$program" output -raw same_key)" = true ] || { echo 'another key is behind the alias'; exit 1; }
found='of first use worker'
[ "$("$program" output -raw found)" = "$found" ] || { echo 'other users, roles or policies were found'; exit 1; }
echo "ok: makes $("$program" state list | grep -vc '^data\.') resources: aws_kms_key of 12 specs (symmetric, RSA, ECC, HMAC; all that the provider knows outside China) and every usage, _alias, _grant, _key_policy, _external_key, _replica_key, _replica_external_key, _ciphertext, _custom_key_store, aws_iam_user, _role, _policy, _group, _access_key, _instance_profile, _openid_connect_provider and what attaches them"
settled
echo 'ok: reads them again and plans nothing'

quietly tf apply -input=false -auto-approve -var round=second
settled -var round=second
echo 'ok: changes descriptions, tags, states, rotation, policies, an alias and a grant, and then plans nothing'

key=$("$program" output -raw key_id)
quietly tf state rm aws_kms_key.app aws_kms_alias.app aws_iam_role.app aws_iam_policy.use
quietly tf import -input=false -var round=second aws_iam_role.app app
quietly tf import -input=false -var round=second aws_iam_policy.use "arn:aws:iam::$ACCOUNT:policy/use"
quietly tf import -input=false -var round=second aws_kms_key.app "$key"
quietly tf import -input=false -var round=second aws_kms_alias.app alias/app
# what only the state knows (how many days a deletion waits) is written to it, and nothing else
quietly tf apply -input=false -auto-approve -var round=second
settled -var round=second
echo 'ok: imports a key, an alias, a role and a policy'

quietly tf destroy -input=false -auto-approve -var round=second
[ -z "$("$program" state list)" ] || { echo 'not all is destroyed'; exit 1; }
echo 'ok: destroys all of it'
