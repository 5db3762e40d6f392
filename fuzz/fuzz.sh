#!/usr/bin/env bash
# What ./dev fuzz, ./dev soak and ./dev bench do with the targets.
set -euo pipefail
cd "$(dirname "$0")/.."
work=build/fuzz
out=$PWD/$work/out
# Stacks of allocations cost a tenth of the speed: the one input that crashes is run again with them. With less than
# two frames LeakSanitizer finds nothing. Memory that was given back stays poisoned for the next megabyte, many times
# what an input gives back; four do not fit into a cache, and cost a tenth. To find a use after return costs another
# fifth. A longer memory and that are the soak's.
export ASAN_OPTIONS=${ASAN_OPTIONS:-symbolize=1:malloc_context_size=2:quarantine_size_mb=1:thread_local_quarantine_size_kb=64:detect_stack_use_after_return=0}
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-/usr/lib/llvm-19/bin/llvm-symbolizer}
names=$(cut -d' ' -f1 fuzz/targets.txt)
for name in empty $names; do mkdir -p "$work/crashes/$name"; done

say() { printf '\n== %s\n' "$*" >&2; }
longest() { awk -v name="$1" '$1 == name { print $2 }' fuzz/targets.txt; }
is_target() { grep -q "^$1 " fuzz/targets.txt || { echo "no such target: $1; there are" $names >&2; exit 2; }; }

# Our code is instrumented, the distribution's libraries are not: every edge that is counted is ours. Compared values
# are not traced: that costs a quarter of the speed, and what it guesses stands in the dictionary and the mutators.
build() {  # [TARGET…]
  FUZZ_TARGETS=$* CC=clang-19 CXX=clang++-19 SANITIZER=address OUT=$out WORK=$PWD/$work LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
    CXXFLAGS='-O2 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=all' \
    MORE_TARGETS="fuzz_empty ${MORE_TARGETS:-}" fuzz/build.sh >&2
  cp "$work/fuzz/fuzz_empty" "$out/empty"  # no target: what the engine itself costs
}

# run TARGET SECONDS: fuzzes on what is committed and what earlier runs have grown; a crash is shown and named.
run() {
  local name=$1 grown=$work/grown/$1 crashes=$work/crashes/$1/
  mkdir -p "$grown" "$crashes"
  say "$name, $2 s"
  "$out/$name" -max_total_time="$2" -max_len="$(longest "$name")" -timeout=30 -rss_limit_mb=2048 -detect_leaks=1 \
    -dict=fuzz/diconform.dict -print_final_stats=1 -artifact_prefix="$crashes" "$grown" "fuzz/corpus/$name" "fuzz/regressions/$name" \
    >"$work/$name.log" 2>&1 && { grep -E '^(Done|stat::(number|average|peak))' "$work/$name.log"; return 0; }
  tail -15 "$work/$name.log"
  local crash=$(ls -t "$crashes"* 2>/dev/null | head -1)
  [ -n "$crash" ] || return 1
  ASAN_OPTIONS=malloc_context_size=30 "$out/$name" -timeout=30 "$crash" 2>&1 | tail -40 || true
  echo "then: ./dev fuzz promote $name $crash"
  return 1
}

# promote TARGET FILE: a crash becomes the smallest crash, and that a regression which every test run replays.
promote() {
  is_target "$1"
  local small digest place
  small=$(mktemp)
  cp "$2" "$small"
  if "$out/$1" "$small" >/dev/null 2>&1; then
    echo "it does not fail here: kept as it is" >&2
  else
    "$out/$1" -minimize_crash=1 -max_total_time="${MINIMISE_SECONDS:-30}" -exact_artifact_path="$small.less" "$small" >/dev/null 2>&1 || true
    [ -s "$small.less" ] && mv "$small.less" "$small"
  fi
  digest=$(sha256sum "$small" | cut -c1-12)
  place=fuzz/regressions/$1/${3:-$digest}
  mv "$small" "$place"
  chmod 644 "$place"
  echo "$place: $(stat -c %s "$place") bytes (of $(stat -c %s "$2"))"
}

# seeds TARGET: a list of its seeds for -seed_inputs. (A folder that is given by its name the engine would write to.)
seeds() {
  local corpus=fuzz/corpus/$1
  [ "$1" = empty ] && corpus=fuzz/corpus/image_id
  find "$corpus" -type f | sort | paste -sd, >"$work/$1.seeds"
  echo "@$work/$1.seeds"
}

# The CPU seconds of a command that must succeed, the better of two.
cpu() {
  local times=() one
  for _ in 1 2; do
    one=$( { TIMEFORMAT='%U %S'; time "$@" >"$work/speed.log" 2>&1; } 2>&1) || { tail -30 "$work/speed.log" >&2; return 1; }
    times+=("$one")
  done
  printf '%s\n' "${times[@]}" | awk '{ print $1 + $2 }' | sort -n | head -1
}

# speed TARGET RUNS: executions in a second of one core, in RUNS inputs after as many others: starting, and the
# burst in which a corpus grows from nothing but the seeds, are no part of it.
speed() {
  local before both longest=$(longest "$1")
  local options=(-seed=1 -artifact_prefix="$work/crashes/$1/" -max_len="${longest:-64}" -detect_leaks=0 -seed_inputs="$(seeds "$1")")
  before=$(cpu "$out/$1" "${options[@]}" -runs="$2")
  both=$(cpu "$out/$1" "${options[@]}" -runs=$((2 * $2)))
  awk -v runs="$2" -v both="$both" -v before="$before" 'BEGIN { t = both - before; if (t < 0.001) t = 0.001; printf "%d\n", runs / t }'
}

# edges TARGET: how many a fixed number of inputs from the seeds covers.
edges() {
  "$out/$1" -seed=1 -runs=4000 -artifact_prefix="$work/crashes/$1/" -max_len="$(longest "$1")" -seed_inputs="$(seeds "$1")" >"$work/$1.log" 2>&1 || { tail -30 "$work/$1.log" >&2; return 1; }
  grep -oE 'cov: [0-9]+' "$work/$1.log" | tail -1 | cut -d' ' -f2
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.5f", a / b }'; }

# The floors in fuzz/floors: edges, and the speed compared to that of an empty target in the same run.
check_floors() {
  local failed=0 empty name least_edges least_ratio runs covered got
  empty=$(speed empty 400000)
  echo "empty: $empty/s"
  for name in $names; do grep -q "^$name " fuzz/floors || { echo "no floor for $name"; failed=1; }; done
  while read -r name least_edges least_ratio runs; do
    [[ $name = \#* || -z $name ]] && continue
    covered=$(edges "$name") && got=$(speed "$name" "$runs") || { echo "FAILED: $name"; failed=1; continue; }
    got=$(ratio "$got" "$empty")
    printf '%-16s %6s edges (floor %s), %s of the empty target'"'"'s speed (floor %s)\n' "$name" "$covered" "$least_edges" "$got" "$least_ratio"
    [ "$covered" -ge "$least_edges" ] && awk -v a="$got" -v b="$least_ratio" 'BEGIN { exit !(a >= b) }' || { echo "BELOW ITS FLOOR: $name"; failed=1; }
  done <fuzz/floors
  return $failed
}

# Writes them: 95 % of the edges, 30 % of the speed, since what else a machine does shows in it.
write_floors() {
  local empty name runs covered got
  empty=$(speed empty 400000)
  {
    echo "# Made by ./dev fuzz floors: target, edges after 4000 inputs, speed by the empty target's, inputs to time it with."
    for name in $names; do
      case $name in  # half a second or so
        image_id | limiter) runs=60000 ;;
        http_message | guard | history) runs=15000 ;;
        case_file | judge) runs=2500 ;;
        automaton) runs=400 ;;
        *) runs=5000 ;;
      esac
      covered=$(edges "$name")  # each on a line of its own: what fails ends it, and no floor becomes 0
      got=$(speed "$name" "$runs")
      awk -v n="$name" -v e="$covered" -v s="$got" -v b="$empty" -v r="$runs" \
        'BEGIN { printf "%s %d %.5f %d\n", n, e * 0.95, s / b * 0.3, r }'
    done
  } >"$work/floors"
  mv "$work/floors" fuzz/floors
  cat fuzz/floors
}

# What build.sh has promised of $OUT.
check_out() {
  local name
  for name in $names; do
    [ -x "$out/$name" ] && [ -s "$out/$name.dict" ] && grep -q '^max_len = [0-9]' "$out/$name.options" || { echo "$name is not whole in $out"; return 1; }
    [ "$(python3 -m zipfile -l "$out/${name}_seed_corpus.zip" | wc -l)" -gt 2 ] || { echo "$name has no seeds"; return 1; }
  done
}

case ${1:-all} in
  build) build ;;
  seeds)
    cmake --build build/release --target fuzz_seeds >&2
    rm -rf fuzz/corpus
    build/release/fuzz/fuzz_seeds fuzz/corpus tests/wire/captures
    ;;
  promote) shift; promote "$@" ;;
  check)  # of CI
    MORE_TARGETS='example_body_json example_form_query example_image_id' build
    check_out
    fuzz/no_sockets.sh "$work/fuzz"
    fuzz/example/check.sh "$work/fuzz/example" fuzz
    check_floors
    fuzz/oss_fuzz.sh image_id  # a third of the tree, twice; `./dev fuzz oss-fuzz` builds all of it
    ;;
  oss-fuzz) shift; fuzz/oss_fuzz.sh "$@" ;;  # every target, or those named
  floors) build; write_floors ;;
  bench)
    build
    empty=$(speed empty 1000000)
    echo "fuzz empty: $empty/s on one core with ASan and UBSan; the ratios below are to it"
    while read -r name goal runs; do
      speed=$(speed "$name" "$runs")
      awk -v n="$name" -v s="$speed" -v g="$goal" -v e="$empty" 'BEGIN {
        printf "fuzz %s: %d/s (goal: %d, %s by %.2f), ratio %.4f\n", n, s, g, s < g ? "MISSED" : "reached", s / g, s / e }'
    done <<'TABLE'
image_id 500000 400000
limiter 300000 200000
model_sequence 60000 40000
body_json 30000 30000
sign 30000 30000
http_message 60000 60000
TABLE
    ;;
  soak)
    ASAN_OPTIONS+=:detect_stack_use_after_return=1:quarantine_size_mb=64
    build
    failed=0
    for name in $names; do run "$name" "${2:-600}" || failed=1; done
    exit $failed
    ;;
  --coverage)  # [TARGET…]: what the corpora reach of our code
    folder=build/fuzz-coverage
    shift
    for name in "$@"; do is_target "$name"; done
    [ $# -eq 0 ] || names=$*
    cmake -S . -B $folder -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER=clang++-19 \
      -DCMAKE_CXX_FLAGS='-O1 -g1 -fprofile-instr-generate -fcoverage-mapping' >/dev/null
    cmake --build $folder --target $(printf 'fuzz_%s ' $names) >&2
    rm -f $folder/*.profraw
    objects=()
    for name in $names; do
      LLVM_PROFILE_FILE=$folder/$name.profraw $folder/fuzz/fuzz_$name -runs=2000 fuzz/corpus/$name fuzz/regressions/$name $(ls -d $work/grown/$name 2>/dev/null) >$folder/log 2>&1 ||
        { tail -20 $folder/log; exit 1; }
      objects+=(-object $folder/fuzz/fuzz_$name)
    done
    /usr/lib/llvm-19/bin/llvm-profdata merge -o $folder/all.profdata $folder/*.profraw
    cov() { /usr/lib/llvm-19/bin/llvm-cov "$1" "${objects[@]}" -instr-profile $folder/all.profdata -ignore-filename-regex '/usr/|/fuzz/' "${@:2}"; }
    cov show -format html -output-dir $folder/html
    cov report | tee $folder/report.txt
    echo "$folder/html/index.html"
    ;;
  afl)  # afl TARGET SECONDS: the same target under AFL++
    is_target "$2"
    CC=clang-19 CXX=clang++-19 SANITIZER=none OUT=$PWD/build/afl/out WORK=$PWD/build/afl CXXFLAGS='-O2 -g1 -fsanitize-coverage=trace-pc-guard' \
      FUZZ_TARGETS=$2 LIB_FUZZING_ENGINE='/usr/lib/afl/libAFLDriver.a /usr/lib/afl/afl-compiler-rt.o' fuzz/build.sh >&2
    rm -rf "build/afl/found/$2"
    mkdir -p build/afl/found
    env -u ASAN_OPTIONS AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_AUTORESUME=0 afl-fuzz -V "${3:-30}" \
      -i "fuzz/corpus/$2" -o "build/afl/found/$2" -x fuzz/diconform.dict -- "build/afl/out/$2" >build/afl/log 2>&1 || { tail -20 build/afl/log; exit 1; }
    grep -E 'execs_done|corpus_count|saved_crashes|edges_found|execs_per_sec' "build/afl/found/$2/default/fuzzer_stats"
    ;;
  all | [0-9]*)
    build
    failed=0
    seconds=$([[ ${1:-} = [0-9]* ]] && echo "$1" || echo "${2:-60}")
    for name in $names; do run "$name" "$seconds" || failed=1; done
    exit $failed
    ;;
  *)
    is_target "$1"
    build "$1"
    run "$1" "${2:-60}"
    ;;
esac
