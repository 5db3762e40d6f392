#!/usr/bin/env bash
# What the engine calls; everything is in fuzz/build.sh.
set -euo pipefail
exec "$SRC/diconform/fuzz/build.sh"
