#!/bin/sh
# Starts AWS's own DynamoDB Local, in memory: scripts/dynamodb-local.sh [port, 8000 by default].
# It listens on every address of this machine, and knows no other: it is for tests, behind a firewall.
# Its jar comes inside the npm package amplify-dynamodb-simulator and needs Java 17; both the package
# and the data are in a temporary folder, gone when this ends (Ctrl-C).
set -eu

port="${1:-8000}"
package='amplify-dynamodb-simulator@2.9.30'

case "$port" in
  '' | *[!0-9]*) echo "usage: $0 [port]" >&2; exit 2 ;;
esac

version="$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)" || version=''
if [ "${version:-0}" -lt 17 ]; then
  echo 'DynamoDB Local needs Java 17 or newer on the PATH.' >&2
  exit 1
fi

folder="$(mktemp -d)"
server=''
stop() {
  trap - EXIT INT TERM
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM

(cd "$folder" && npm pack --silent "$package" >/dev/null)
tar -xzf "$folder"/*.tgz -C "$folder"
cd "$folder/package/emulator"

java -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar \
  -inMemory -sharedDb -port "$port" >"$folder/log" 2>&1 &
server=$!

# any HTTP answer, also the refusal of an unsigned request, says that it listens
tries=0
until node -e "fetch('http://127.0.0.1:$port/').catch(() => process.exit(1))"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ] || ! kill -0 "$server" 2>/dev/null; then
    echo 'DynamoDB Local did not start:' >&2
    cat "$folder/log" >&2
    exit 1
  fi
  sleep 0.5
done

echo "DynamoDB Local listens on port $port. Run the store's tests against it with:"
echo "  TENKEY_TEST_DYNAMODB_ENDPOINT=http://127.0.0.1:$port npx vitest run test/store/store.test.ts"
wait "$server"
