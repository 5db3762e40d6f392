#!/usr/bin/env bash
# oss_fuzz.sh [TARGET…]: builds as OSS-Fuzz's base-builder would, with its flags and folders and each of its sanitizers,
# and checks what then lies in $OUT, from a place where nothing else is. Without names: every target.
set -euo pipefail
tree=$(cd "$(dirname "$0")/.." && pwd)
names=${*:-$(cut -d' ' -f1 "$tree/fuzz/targets.txt")}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The base-builder's image (infra/base-images/base-builder/Dockerfile of OSS-Fuzz).
flags='-O1 -fno-omit-frame-pointer -gline-tables-only -Wno-error=deprecated-declarations -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION'
undefined=bool,array-bounds,float-divide-by-zero,function,integer-divide-by-zero,return,shift,signed-integer-overflow,vla-bound,vptr
declare -A sanitizers=(
  [address]='-fsanitize=address -fsanitize-address-use-after-scope'
  [undefined]="-fsanitize=$undefined,unsigned-integer-overflow -fno-sanitize-recover=$undefined"
)
declare -A traces=([address]=__asan_init [undefined]=__ubsan_handle)
mkdir "$scratch/bin" "$scratch/src"
ln -s "$(command -v clang-19)" "$scratch/bin/clang"
ln -s "$(command -v clang++-19)" "$scratch/bin/clang++"
ln -s "$tree" "$scratch/src/diconform"
cp "$tree/.clusterfuzzlite/build.sh" "$scratch/src/build.sh"  # as its Dockerfile does

fail() { echo "oss_fuzz.sh: $*" >&2; exit 1; }

# whole NAME SANITIZER: the binary runs, knows its sanitizer, and has all that belongs to it.
whole() {
  local name=$1 here=$scratch/moved seeds
  [ -x "$here/$name" ] || fail "no $name in \$OUT"
  grep -qa "${traces[$2]}" "$here/$name" || fail "$name was built without the sanitizer $2"
  python3 -m zipfile -e "$here/${name}_seed_corpus.zip" "$scratch/seeds/$name"
  seeds=$(find "$scratch/seeds/$name" -type f | wc -l)
  [ "$seeds" -eq "$(find "$tree/fuzz/corpus/$name" "$tree/fuzz/regressions/$name" -type f | wc -l)" ] || fail "$name has $seeds seeds"
  grep -qx 'max_len = [1-9][0-9]*' "$here/$name.options" || fail "$name has no max_len"
  (cd "$here" && env -i PATH=/usr/bin:/bin UBSAN_OPTIONS=silence_unsigned_overflow=1 "./$name" -runs=300 -seed=1 -dict="$name.dict" "$scratch/seeds/$name" >"$scratch/log" 2>&1) ||
    { tail -20 "$scratch/log"; fail "$name does not run"; }
  grep -q 'INFO: Loaded 1 modules' "$scratch/log" && grep -q "Dictionary: [1-9]" "$scratch/log" || fail "$name has no coverage or no dictionary"
}

for sanitizer in address undefined; do
  rm -rf "$scratch/moved" "$scratch/seeds" "$scratch/work"
  mkdir -p "$scratch/out" "$scratch/work" "$scratch/seeds"
  (
    cd "$scratch/src"
    env -i PATH="$scratch/bin:$PATH" HOME="$HOME" SRC="$scratch/src" WORK="$scratch/work" OUT="$scratch/out" CC=clang CXX=clang++ \
      CFLAGS="$flags ${sanitizers[$sanitizer]} -fsanitize=fuzzer-no-link" \
      CXXFLAGS="$flags ${sanitizers[$sanitizer]} -fsanitize=fuzzer-no-link -stdlib=libc++" \
      LIB_FUZZING_ENGINE=-fsanitize=fuzzer FUZZING_ENGINE=libfuzzer SANITIZER=$sanitizer ARCHITECTURE=x86_64 FUZZ_TARGETS="$names" \
      ./build.sh >"$scratch/build.log" 2>&1
  ) || { tail -40 "$scratch/build.log"; fail "build.sh fails with $sanitizer"; }
  grep -q 'stdlib=libc++ is left out' "$scratch/build.log" || fail "build.sh says nothing of libc++"
  mv "$scratch/out" "$scratch/moved"
  # Whatever can be run there the service takes for a target.
  found=$(find "$scratch/moved" -maxdepth 1 -type f -executable -printf '%f\n' | sort | paste -sd' ')
  [ "$found" = "$(printf '%s\n' $names | sort | paste -sd' ')" ] || fail "\$OUT has other programs than the targets: $found"
  for name in $names; do whole "$name" "$sanitizer"; done
  echo "as OSS-Fuzz builds it, $sanitizer: $(wc -w <<<"$names") target(s) whole"
done
for file in Dockerfile build.sh project.yaml; do [ -s "$tree/.clusterfuzzlite/$file" ] || fail ".clusterfuzzlite lacks $file"; done
