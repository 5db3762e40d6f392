#!/usr/bin/env bash
# The figures that the project promises, measured on this machine: medians of several runs, every comparison in one run.
set -euo pipefail
cd "$(dirname "$0")/../.."
diconform=build/release/diconform
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$scratch"' EXIT

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
seconds() { local start end; start=$(date +%s%N); "$@" >/dev/null 2>&1 || true; end=$(date +%s%N); echo $(((end - start) / 1000)); }
serve() { "$diconform" serve "$@" >"$scratch/ready" & until [ -s "$scratch/ready" ]; do sleep 0.05; done; read -r _ url _ world _ <"$scratch/ready"; }

echo "start to --help: $(for _ in 1 2 3 4 5 6 7 8 9; do seconds $diconform --help; done | median) µs (goal: under 10000)"

trials=$($diconform list | tail -1 | sed 's/.* cases, \([0-9]*\) trials.*/\1/')
one=$(for _ in 1 2 3 4 5; do seconds $diconform run --seed 1 --jobs 1; done | median)
echo "in process, one thread: $trials trials in $one µs, $((trials * 1000000 / one)) a second (goal: 15000)"

serve --rate 0
both=$(for _ in 1 2 3 4 5; do seconds $diconform run --seed 1 --endpoint "$url" --world "$world" --rate-trials skip; done | median)
echo "over loopback, endpoint included, 2 cores: $((trials * 1000000 / both)) trials a second (goal: 5000)"

for benchmark in wire reference; do
  cmake --build build/release --target "benchmark_$benchmark" >/dev/null
  "build/release/tests/benchmark_$benchmark" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true 2>/dev/null | grep -E 'median|^Benchmark'
done
