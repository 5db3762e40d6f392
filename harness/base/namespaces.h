// A place of our own on this machine: a network that leads nowhere, and files that only we see.
//
// Linux namespaces do it, without a trace outside: the machine's files and network stay as they are. Needs
// root, or a kernel that lets users make namespaces.
#pragma once

#include <span>
#include <string>

#include "base/error.h"

namespace diconform {

// `over` shows what `file` holds; where there is no such file it is left out.
struct Overlay {
  std::string file, over;
};

// Moves this process, with all that it starts from now on, into a network that has the loopback interface
// alone, all of 127.0.0.0/8, and every port for whoever asks; and lays the overlays. To be called while the
// process has one thread. Errors: the machine does not allow it; nothing has changed then, for a child tries
// it first.
Result<void> enter_namespaces(std::span<const Overlay> overlays);

}  // namespace diconform
