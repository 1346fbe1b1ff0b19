#!/bin/bash
# Whether the AWS provider is to be had: from its registry, or from the folder TERRAFORM_PLUGIN_DIR, laid out
# as `terraform providers mirror` does it, unpacked.
set -euo pipefail
program=$1 module=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$module"/*.tf "$folder"
export CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null
"$program" -chdir="$folder" init -input=false -no-color ${TERRAFORM_PLUGIN_DIR:+-plugin-dir="$TERRAFORM_PLUGIN_DIR"} >"$folder/log.txt" 2>&1 && exit
tr -d '\n' <"$folder/log.txt" | sed 's/.*Error: /Error: /' | cut -c1-300
exit 1
