// Does nothing: what the engine itself costs. The speed floors are ratios to this, measured in the same run.
#include "input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t*, std::size_t) { return 0; }
