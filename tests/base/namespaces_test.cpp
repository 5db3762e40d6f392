#include "base/namespaces.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/file.h"

namespace diconform {
namespace {

std::string scratch_file(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + "namespaces_" + std::to_string(getpid()) + "_" + name;
  EXPECT_TRUE(write_file(path, text));
  return path;
}

enum Seen { kYes = 0, kNo = 1, kNotAllowed = 77 };

// In a child that entered: whether `question` is answered with yes. What happens there stays there.
Seen ask_inside(std::span<const Overlay> overlays, const std::function<bool()>& question) {
  const pid_t child = fork();
  if (child == 0) _exit(!enter_namespaces(overlays) ? kNotAllowed : question() ? kYes : kNo);
  int status = 0;
  waitpid(child, &status, 0);
  return static_cast<Seen>(WEXITSTATUS(status));
}

#define EXPECT_YES(answer)                               \
  if (const Seen seen = answer; seen == kNotAllowed)     \
    GTEST_SKIP() << "this machine allows no namespaces"; \
  else                                                   \
    EXPECT_EQ(seen, kYes)

TEST(Namespaces, AFileShowsAnotherInsideAndItselfOutside) {
  const std::string real = scratch_file("real", "real"), other = scratch_file("other", "other");
  const Overlay overlays[] = {{other, real}};
  EXPECT_YES(ask_inside(overlays, [&] { return read_file(real) == "other"; }));
  EXPECT_EQ(read_file(real), "real");
}

TEST(Namespaces, AFileThatIsNotThereIsNotLaidOver) {
  const Overlay overlays[] = {{scratch_file("one", "one"), "/nowhere/at/all"}};
  EXPECT_YES(ask_inside(overlays, [] { return access("/nowhere", F_OK) != 0; }));
}

// 127.0.1.2:443 can be taken, whoever we are: another address of the loopback network, a port of the few.
TEST(Namespaces, EveryLoopbackAddressAndEveryPortIsOurs) {
  EXPECT_YES(ask_inside({}, [] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(443);
    inet_pton(AF_INET, "127.0.1.2", &address.sin_addr);
    const int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    const auto* name = reinterpret_cast<const sockaddr*>(&address);
    return bind(server, name, sizeof address) == 0 && listen(server, 1) == 0 &&
           connect(client, name, sizeof address) == 0;
  }));
}

// An address of the documents (RFC 5737); a datagram socket that connects sends nothing.
TEST(Namespaces, NoWayLeadsOut) {
  EXPECT_YES(ask_inside({}, [] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    inet_pton(AF_INET, "198.51.100.1", &address.sin_addr);
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    return connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
  }));
}

TEST(Namespaces, WhereAnOverlayCannotBeLaidNothingHasChanged) {
  const std::string real = scratch_file("kept", "kept");
  const Overlay overlays[] = {{scratch_file("fine", "fine"), real}, {"/nowhere/at/all", real}};
  const pid_t child = fork();
  if (child == 0) _exit(!enter_namespaces(overlays) && read_file(real) == "kept" ? kYes : kNo);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), kYes);
}

}  // namespace
}  // namespace diconform
