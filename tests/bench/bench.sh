#!/usr/bin/env bash
# The figures that the project promises, measured on this machine: medians of several runs, every comparison in
# one run and side by side, so that a busy machine slows both. Exit 1 where a goal is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
diconform=$PWD/build/release/diconform
requests="python3 tests/bench/requests.py"
scratch=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$scratch"' EXIT
missed=0

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
micros() {  # of wall clock; what it says goes to a file, so that a command that fails is noticed
  local start=${EPOCHREALTIME/[.,]/}
  "$@" >"$scratch/said" 2>&1 || { cat "$scratch/said" >&2; exit 1; }
  echo $((${EPOCHREALTIME/[.,]/} - start))
}
times() { local n=$1; shift; for _ in $(seq "$n"); do micros "$@"; done; }
# goal TEXT FIGURE least|most GOAL
goal() {
  local verdict=reached
  awk -v a="$2" -v b="$4" -v how="$3" 'BEGIN { exit !(how == "least" ? a >= b : a <= b) }' || { verdict=MISSED; missed=1; }
  printf '%-78s %12s  (goal: %s %s, %s)\n' "$1" "$2" "$3" "$4" "$verdict"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
serve() {
  rm -f "$scratch/ready"
  "$diconform" serve "$@" >"$scratch/ready" & started+=($!)
  until [ -s "$scratch/ready" ]; do sleep 0.05; done
  read -r _ url _ world _ <"$scratch/ready"
}
wrk_rate() {  # URL SCRIPT CONNECTIONS: requests a second; any reply but 2xx ends the benchmark
  wrk -t1 -c"$3" -d2s -s "$2" "$1" >"$scratch/wrk"
  if grep -q 'Non-2xx' "$scratch/wrk"; then cat "$scratch/wrk" >&2; exit 1; fi
  awk '/Requests\/sec/ { print int($2) }' "$scratch/wrk"
}

start_up() { goal "start to --help, µs" "$(times 15 "$diconform" --help | median)" most 10000; }

in_process() {
  local trials us  # scenarios only: a probe is one trial of thousands of calls
  trials=$("$diconform" run --probes skip --seed 1 2>&1 | sed -n 's/.*as far as \([0-9]*\) of.*/\1/p')
  us=$(times 5 "$diconform" run --probes skip --seed 1 --jobs 1 | median)
  goal "in process, trials a second on one thread ($trials trials, start included)" $((trials * 1000000 / us)) least 15000
  serve --rate 0
  us=$(times 5 "$diconform" run --probes skip --seed 1 --endpoint "$url" --world "$world" --rate-trials skip | median)
  goal "over loopback, trials a second, the endpoint on the same two cores" $((trials * 1000000 / us)) least 5000
  local rate
  rate=$("$diconform" faults --jobs 1 'dry-run-*' | tail -1 | sed 's/.*, \([0-9]*\) a second.*/\1/')
  goal "the fault matrix, trials a second on one thread" "$rate" least 15000
}

servers() {
  mkdir -p "$scratch/nginx"
  local nginx_port
  nginx_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >"$scratch/nginx/nginx.conf" <<CONF
worker_processes 2; daemon off; pid $scratch/nginx/pid; error_log $scratch/nginx/error.log;
events { worker_connections 256; }
http {
  access_log off; keepalive_requests 1000000000; client_body_temp_path $scratch/nginx/body; proxy_temp_path $scratch/nginx/proxy;
  fastcgi_temp_path $scratch/nginx/f; uwsgi_temp_path $scratch/nginx/u; scgi_temp_path $scratch/nginx/s;
  server { listen 127.0.0.1:$nginx_port; location / { default_type application/json;
    return 200 '{"Response":{"RequestId":"b5b41468-520d-4192-b42f-595cc34b6c1c"}}'; } }
}
CONF
  PATH=$PATH:/usr/sbin nginx -c "$scratch/nginx/nginx.conf" -p "$scratch/nginx" & started+=($!)
  build/release/tests/fixed_reply >"$scratch/fixed" & started+=($!)
  serve --rate 0
  until [ -s "$scratch/fixed" ] && [ -s "$scratch/nginx/pid" ]; do sleep 0.05; done
  $requests world "$world"
  $requests wrk "$url" >"$scratch/call.lua"
  local ours=() nginx=() httplib=()
  for _ in 1 2 3 4 5; do  # by turns: what disturbs one disturbs the others
    ours+=("$(wrk_rate "$url/" "$scratch/call.lua" 8)")
    nginx+=("$(wrk_rate "http://127.0.0.1:$nginx_port/" "$scratch/call.lua" 8)")
    httplib+=("$(wrk_rate "http://127.0.0.1:$(cat "$scratch/fixed")/" "$scratch/call.lua" 8)")
  done
  local a b c
  a=$(printf '%s\n' "${ours[@]}" | median) b=$(printf '%s\n' "${nginx[@]}" | median) c=$(printf '%s\n' "${httplib[@]}" | median)
  echo "wrk, 8 connections, calls a second: reference endpoint $a, nginx return 200 $b, cpp-httplib's fixed reply $c"
  goal "the reference endpoint (signed DryRun of an image that is there) : nginx" "$(ratio "$a" "$b")" least 0.5
  goal "the reference endpoint : cpp-httplib" "$(ratio "$a" "$c")" least 1
}

against_newman() {
  local newman=${NEWMAN:-$scratch/npm/node_modules/.bin/newman}
  if [ ! -x "$newman" ]; then
    npm install --silent --no-audit --no-fund --prefix "$scratch/npm" newman@6 >"$scratch/npm.log" 2>&1 || {
      echo "newman could not be installed: $(tail -1 "$scratch/npm.log")" >&2
      missed=1
      return
    }
  fi
  serve --rate 0
  $requests world "$world"
  $requests suite 500 >"$scratch/bench.json"
  $requests newman "$url" 500 >"$scratch/collection.json"
  export DICONFORM_SECRET_KEY=bench-secret-of-nobody
  local ours=("$diconform" run "$scratch/bench.json" --endpoint "$url" --secret-id AKIDdiconformbench01 --min-verified 500)
  local theirs=() mine=()
  for _ in 1 2 3; do
    theirs+=("$(micros "$newman" run "$scratch/collection.json" --reporters cli)")
    grep -qE 'assertions .* 500 .* 0 ' "$scratch/said" || { tail -20 "$scratch/said" >&2; exit 1; }
    mine+=("$(times 3 "${ours[@]}" | median)")
  done
  local a b
  a=$(printf '%s\n' "${mine[@]}" | median) b=$(printf '%s\n' "${theirs[@]}" | median)
  echo "500 asserted POSTs, start included: diconform $a µs, newman $b µs"
  goal "newman : diconform" "$(ratio "$b" "$a")" least 75
  goal "memory of those 500, KB" "$(command time -f %M "${ours[@]}" 2>&1 >"$scratch/said" | tail -1)" most 20480
  unset DICONFORM_SECRET_KEY
}

libraries() {
  for benchmark in wire reference; do
    "build/release/tests/benchmark_$benchmark" --benchmark_repetitions=5 --benchmark_report_aggregates_only=true \
      >"$scratch/$benchmark" 2>/dev/null
    grep -E 'median|^Benchmark' "$scratch/$benchmark"
  done
  local nanoseconds
  nanoseconds=$(awk '/^verify_tc3\/1_median/ { print $4 }' "$scratch/wire")
  goal "verifications of a signature, a second on one core" "$(awk -v n="$nanoseconds" 'BEGIN { print int(1e9 / n) }')" least 300000
}

for part in ${*:-start_up in_process servers against_newman libraries}; do $part; done
exit $missed
