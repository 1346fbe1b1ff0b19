#!/bin/bash
# Ansible's collection amazon.aws: runs playbook.yaml until nothing is left to change, changes what it may, removes
# all, and wants a second run after each to change nothing.
set -euo pipefail
bin=$(dirname "$1") playbook=$2
# what it keeps stays in this folder; its modules run under the Python beside it
export ANSIBLE_HOME=$PWD/home ANSIBLE_LOCALHOST_WARNING=False ANSIBLE_INVENTORY_UNPARSED_WARNING=False ANSIBLE_NOCOLOR=1
: >ansible.cfg
export ANSIBLE_CONFIG=$PWD/ansible.cfg LC_ALL=C.UTF-8
"$bin/ansible" --version | sed -nE 's/^ansible \[core (.*)\]$/version: ansible-core \1/p'
"$bin/ansible-galaxy" collection list amazon.aws 2>/dev/null | sed -nE 's/^amazon\.aws +([0-9.]+) *$/version: amazon.aws \1/p' | head -1

play() { # $1: whether it must change something or nothing
  local wanted=$1
  shift
  "$bin/ansible-playbook" "$playbook" -e ansible_python_interpreter="$bin/python" "$@" >log.txt 2>&1 || {
    grep -vE '^(ok|skipping|changed): ' log.txt | tail -15
    exit 1
  }
  local changed
  changed=$(sed -nE 's/.* changed=([0-9]+) .*/\1/p' log.txt)
  case $wanted in
    something) [ "$changed" -gt 0 ] || { echo 'changed nothing'; exit 1; } ;;
    nothing) [ "$changed" = 0 ] || { grep -B3 '^changed: ' log.txt | tail -15; exit 1; } ;;
  esac
}

play something
play nothing
echo 'ok: says who calls, and makes kms_key of 9 kinds (symmetric, RSA, ECC, multi-Region) with aliases, tags, a policy and a grant, iam_managed_policy, _role, _user, _group, _policy, _instance_profile; a second run changes nothing'
play something -e round=second
play nothing -e round=second
echo 'ok: changes descriptions, tags, states, rotation, policies and a grant, as kms_key_info and iam_*_info show, and then nothing'
play something -e gone=yes
play nothing -e gone=yes
echo 'ok: removes all of it, and then nothing'
