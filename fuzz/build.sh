#!/usr/bin/env bash
# Builds every target as OSS-Fuzz and ClusterFuzzLite want it, and as ./dev fuzz does, too: with $CC, $CXX, $CFLAGS,
# $CXXFLAGS, $LIB_FUZZING_ENGINE and $SANITIZER into $OUT, in $WORK. There is then for each target NAME the binary,
# NAME_seed_corpus.zip, NAME.dict and NAME.options. FUZZ_TARGETS: these alone.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${CXX:?}" "${OUT:?}" "${WORK:?}" "${LIB_FUZZING_ENGINE:?}" "${SANITIZER:=address}"
mkdir -p "$OUT" "$WORK"
names=${FUZZ_TARGETS:-$(cut -d' ' -f1 fuzz/targets.txt)}
CXXFLAGS="${CXXFLAGS:-} -ffunction-sections"
if [[ $CXXFLAGS = *-stdlib=libc++* ]]; then
  echo "-stdlib=libc++ is left out: the distribution's RE2 and fmt, which the targets link, speak libstdc++" >&2
  CXXFLAGS=${CXXFLAGS//-stdlib=libc++/}
fi
# What the standard library decides tells the engine nothing about us, and each counter costs time after every input.
[[ $CXXFLAGS != *fuzzer-no-link* ]] || CXXFLAGS+=" -fsanitize-coverage-ignorelist=$PWD/fuzz/uncovered"
# Where the targets run nothing is installed: what they need of the distribution goes along. What a target cannot reach
# is left out: the engine looks at every counter after every input.
CXX=$CXX CC=${CC:-cc} CFLAGS=${CFLAGS:-} CXXFLAGS=$CXXFLAGS cmake -S . -B "$WORK" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="$CXXFLAGS" \
  -DFUZZING_ENGINE="$LIB_FUZZING_ENGINE" -DCMAKE_EXE_LINKER_FLAGS='-Wl,--gc-sections -Wl,-z,start-stop-gc -Wl,-rpath,$ORIGIN/lib -Wl,--disable-new-dtags' >/dev/null
cmake --build "$WORK" --target $(printf 'fuzz_%s ' $names) ${MORE_TARGETS:-}

for name in $names; do
  longest=$(awk -v name="$name" '$1 == name { print $2 }' fuzz/targets.txt)
  cp "$WORK/fuzz/fuzz_$name" "$OUT/$name"
  rm -f "$OUT/${name}_seed_corpus.zip"
  python3 -W ignore -m zipfile -c "$OUT/${name}_seed_corpus.zip" "fuzz/corpus/$name/" "fuzz/regressions/$name/"
  cp fuzz/diconform.dict "$OUT/$name.dict"
  printf '[libfuzzer]\nmax_len = %s\n' "$longest" >"$OUT/$name.options"
done
mkdir -p "$OUT/lib"
# All but glibc, which every machine has, in the version that its loader is of.
for name in $names; do ldd "$OUT/$name"; done | awk '/=> \// { print $3 }' | grep -vE '/lib(c|m|dl|rt|pthread|resolv)\.so' | sort -u |
  xargs -r -I{} cp -L {} "$OUT/lib/"
echo "built $(wc -w <<<"$names") targets with $SANITIZER into $OUT" >&2
