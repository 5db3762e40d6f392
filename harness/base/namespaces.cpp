#include "base/namespaces.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

namespace diconform {
namespace {

// What could not be done, and the machine's word for it. Empty: all went well.
using Problem = std::string;

Problem problem_of(std::string what) { return std::move(what) + ": " + strerror(errno); }

struct Socket {
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Socket() = default;
  Socket(const Socket&) = delete;
  ~Socket() { ::close(descriptor); }
};

bool write_line(const char* file, const std::string& line) {
  std::ofstream stream(file);
  stream << line << std::flush;
  return stream.good();
}

// Root makes namespaces at once; a user makes one of users first, in which the user is root.
Problem unshare_all() {
  constexpr int kOurs = CLONE_NEWNET | CLONE_NEWNS;
  if (unshare(kOurs) == 0) return {};
  const std::string user = std::to_string(geteuid()), group = std::to_string(getegid());
  if (errno != EPERM || unshare(CLONE_NEWUSER | kOurs) != 0) return problem_of("namespaces");
  if (!write_line("/proc/self/setgroups", "deny") || !write_line("/proc/self/uid_map", "0 " + user + " 1") ||
      !write_line("/proc/self/gid_map", "0 " + group + " 1"))
    return problem_of("a namespace of users");
  return {};
}

Problem raise_loopback() {
  const Socket socket;
  ifreq request{};
  strcpy(request.ifr_name, "lo");
  if (ioctl(socket.descriptor, SIOCGIFFLAGS, &request) != 0) return problem_of("the loopback interface");
  request.ifr_flags |= IFF_UP;
  if (ioctl(socket.descriptor, SIOCSIFFLAGS, &request) != 0) return problem_of("the loopback interface");
  return {};
}

// An address that documents use (RFC 5737). Connecting a datagram socket sends nothing, it asks for a route.
Problem see_no_way_out() {
  const Socket socket;
  sockaddr_in somewhere{};
  somewhere.sin_family = AF_INET;
  somewhere.sin_port = htons(9);
  inet_pton(AF_INET, "192.0.2.1", &somewhere.sin_addr);
  if (connect(socket.descriptor, reinterpret_cast<const sockaddr*>(&somewhere), sizeof somewhere) == 0)
    return "there is still a way out of the network";
  return errno == ENETUNREACH ? Problem() : problem_of("the network");
}

Problem lay(const Overlay& overlay) {
  const std::unique_ptr<char, decltype(&free)> over(realpath(overlay.over.c_str(), nullptr), free);
  if (!over) return {};
  if (mount(overlay.file.c_str(), over.get(), nullptr, MS_BIND, nullptr) != 0)
    return problem_of(overlay.file + " over " + overlay.over);
  return {};
}

Problem enter(std::span<const Overlay> overlays) {
  if (Problem problem = unshare_all(); !problem.empty()) return problem;
  // Or our mounts would be seen outside.
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return problem_of("mounts of our own");
  if (Problem problem = raise_loopback(); !problem.empty()) return problem;
  if (Problem problem = see_no_way_out(); !problem.empty()) return problem;
  for (const Overlay& overlay : overlays)
    if (Problem problem = lay(overlay); !problem.empty()) return problem;
  return {};
}

// In a child, which says over a pipe what came of it.
Problem rehearse(std::span<const Overlay> overlays) {
  int pipes[2];
  if (pipe(pipes) != 0) return problem_of("a pipe");
  const pid_t child = fork();
  if (child < 0) return problem_of("a process");
  if (child == 0) {
    const Problem problem = enter(overlays);
    const auto written = ::write(pipes[1], problem.data(), problem.size());
    _exit(problem.empty() && written == 0 ? 0 : 1);
  }
  ::close(pipes[1]);
  char text[512];
  const ssize_t length = ::read(pipes[0], text, sizeof text);
  ::close(pipes[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (length > 0) return {text, static_cast<std::size_t>(length)};
  return status == 0 ? "" : "a process of our own ended unexpectedly";
}

}  // namespace

Result<void> enter_namespaces(std::span<const Overlay> overlays) {
  Problem problem = rehearse(overlays);
  if (problem.empty()) problem = enter(overlays);
  if (problem.empty()) return {};
  return failure("an isolated place", std::move(problem), "it takes root, or user namespaces");
}

}  // namespace diconform
