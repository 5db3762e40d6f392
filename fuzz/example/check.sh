#!/usr/bin/env bash
# check.sh BINARIES DATA: every planted defect of adapter.cpp is found within the runs given here, and without a defect
# nothing is. The engine is whatever the binaries were linked with; the one defect behind three conditions needs a
# guided one (five seeds, median under 10,000 executions, from a single plain body).
set -uo pipefail
binaries=$(realpath "$1") data=$(realpath "$2") scratch=$(mktemp -d) failed=0
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export ASAN_OPTIONS=detect_leaks=0:symbolize=0

hunt() {  # TARGET DEFECT RUNS: whether it is found
  rm -rf "$scratch/grown" && mkdir "$scratch/grown"  # what an engine finds it writes to the first folder
  EXAMPLE_DEFECT=$2 "$binaries/example_$1" -runs="$3" -seed=1 -artifact_prefix="$scratch/" "$scratch/grown" "$data/corpus/$1" >log 2>&1 && return 1
  grep -q 'FUZZ_CHECK failed' log
}
expect() {  # TARGET DEFECT; an ID takes a microsecond, a body fifty
  local runs=60000
  [ "$1" = image_id ] && runs=400000
  if hunt "$1" "$2" $runs; then echo "found: $2 ($1)"; else echo "NOT FOUND: $2 ($1)"; failed=1; fi
}

for target in image_id body_json form_query; do
  if hunt "$target" none 20000 || ! grep -qE 'nothing found|Done [0-9]+ runs' log; then
    echo "FALSE ALARM: $target"; tail -5 log; failed=1
  fi
done
for defect in quoted-true-is-false cut-text-is-completed invents-a-code takes-an-empty-list order-of-members-counts escapes-hide-names; do
  expect body_json "$defect"
done
for defect in plus-is-a-plus indices-sort-as-text form-ignores-dry-run; do expect form_query "$defect"; done
for defect in id-before-a-line-feed id-of-seven id-with-a-capital; do expect image_id "$defect"; done

if grep -qa 'libFuzzer: ' "$binaries/example_body_json"; then
  mkdir one && printf '{"ImageIds":["img-1a2b3c4d"]}' >one/seed
  for seed in 1 2 3 4 5; do
    rm -rf grown && mkdir grown
    EXAMPLE_DEFECT=three-conditions "$binaries/example_body_json" -runs=20000 -max_len=512 -seed=$seed \
      -print_final_stats=1 -artifact_prefix="$scratch/" grown one >log 2>&1
    grep -q 'FUZZ_CHECK failed' log && awk '/number_of_executed_units/ { print $2 }' log || echo 99999
  done | sort -n >executions
  median=$(sed -n 3p executions)
  echo "three conditions: executions $(tr '\n' ' ' <executions), median $median (goal: under 10000)"
  [ "$median" -lt 10000 ] || failed=1
fi
exit $failed
