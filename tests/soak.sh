#!/usr/bin/env bash
# What is too long for CI: every fault of the second endpoint, then the whole catalogue again and again, other seeds,
# against the served endpoint.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-50}
DICONFORM=build/release/diconform python3 tests/second/check_catalogue.py --all
build/release/diconform serve >/tmp/diconform-soak.$$ &
server=$!
trap 'kill $server; rm -f /tmp/diconform-soak.$$' EXIT
until [ -s /tmp/diconform-soak.$$ ]; do sleep 0.05; done
read -r _ url _ world _ </tmp/diconform-soak.$$
for round in $(seq "$rounds"); do
  build/release/diconform run --seed "$round" --endpoint "$url" --world "$world" --rate-trials skip >/dev/null 2>&1 || { echo "round $round failed: --seed $round"; exit 1; }
done
echo "$rounds rounds without a finding"
