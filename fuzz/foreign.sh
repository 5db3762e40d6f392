#!/usr/bin/env bash
# foreign.sh BUILD COMPILER: a project outside of this tree finds what `cmake --install` has put somewhere, builds our
# targets over an adapter of its own, and these run: nothing is found in the adapter that is right, and a planted
# defect is.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --install "$1" --prefix "$scratch/prefix" --component fuzz >/dev/null
mkdir "$scratch/project"
cp "$(dirname "$0")/example/adapter.cpp" "$scratch/project/"
cat >"$scratch/project/CMakeLists.txt" <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES CXX)
find_package(diconform REQUIRED)
find_package(nlohmann_json REQUIRED)
diconform_add_fuzz_targets(mine SOURCES adapter.cpp LIBRARIES nlohmann_json::nlohmann_json)
file(WRITE ${CMAKE_BINARY_DIR}/data ${DICONFORM_FUZZ_DATA})
TEXT
cmake -S "$scratch/project" -B "$scratch/build" -G Ninja -DCMAKE_CXX_COMPILER="$2" -DCMAKE_PREFIX_PATH="$scratch/prefix" >/dev/null
cmake --build "$scratch/build" | tail -1
data=$(cat "$scratch/build/data")
[[ $data = "$scratch/prefix/"* ]] || { echo "found another diconform: $data"; exit 1; }
cd "$scratch"
export ASAN_OPTIONS=detect_leaks=0
for target in image_id body_json form_query; do
  "build/mine_$target" -runs=2000 -seed=1 -seed_inputs="$(find "$data/corpus/$target" -type f | paste -sd,)" "$data/regressions/$target" >log 2>&1 ||
    { echo "FALSE ALARM: $target"; tail -20 log; exit 1; }
done
EXAMPLE_DEFECT=id-before-a-line-feed "build/mine_image_id" -runs=400000 -seed=1 "$data/corpus/image_id" >log 2>&1 &&
  { echo "the planted defect was not found"; exit 1; }
grep -q 'FUZZ_CHECK failed' log
echo "a foreign project found us, and we found its defect"
