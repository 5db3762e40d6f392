#include "target/exec_provider.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/file.h"
#include "target/provider_check.h"
#include "worlds.h"

namespace diconform::target {
namespace {

constexpr const char* kId = "AKIDEXAMPLE1";

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "no " << part << " in: " << text;
}

// A folder with the command of somebody who keeps worlds as files.
class KeptInFiles : public testing::Test {
 protected:
  KeptInFiles() {
    char name[] = "/tmp/diconform_exec_XXXXXX";
    folder_ = mkdtemp(name);
    EXPECT_TRUE(write_file(folder_ + "/worlds.sh", R"sh(
cd "$(dirname "$0")" || exit 1
case "$1" in
  hello) echo '{"protocol":"world/1","states":["NORMAL","USING"],"facets":["SnapshotSet","SharedTo"]}' ;;
  put) cat > new; grep -q IMPORTING new && { echo "no state IMPORTING" >&2; exit 5; }; mv new "$2.world" ;;
  get) test -f "$2.world" || exit 4; cat "$2.world" ;;
  drop) test -f "$2.world" || exit 4; rm "$2.world" ;;
  advance) exit 3 ;;
esac
)sh"));
    command = "sh " + folder_ + "/worlds.sh";
  }
  ~KeptInFiles() override { EXPECT_EQ(system(("rm -r " + folder_).c_str()), 0); }

  std::string command;

 private:
  std::string folder_;
};

TEST_F(KeptInFiles, WorldsArePutShownAndDropped) {
  ExecProvider provider(command);
  const Account account = account_with(kId, {image("img-1a2b3c4d", "USING", {"snap-1"})});
  ASSERT_EQ(message_of(provider.put(account)), "no error at all");
  auto world = provider.get(kId);
  ASSERT_TRUE(world) << message_of(world);
  EXPECT_EQ(api::difference(account.world, *world, {}), std::vector<std::string>{});
  EXPECT_EQ(message_of(provider.drop(kId)), "no error at all");
  expect_in(message_of(provider.get(kId)), "does not know this account");
  EXPECT_EQ(message_of(provider.drop(kId)), "no error at all");
}

TEST_F(KeptInFiles, WorldsPassTheSelfCheck) {
  ExecProvider provider(command);
  auto hello = provider.hello();
  ASSERT_TRUE(hello) << message_of(hello);
  EXPECT_EQ(message_of(check_provider(provider, *hello, {})), "no error at all");
}

TEST_F(KeptInFiles, AWorldThatCannotBeMadeHasItsReason) {
  ExecProvider provider(command);
  EXPECT_EQ(message_of(provider.put(account_with(kId, {image("img-1", "IMPORTING")}))),
            "cannot make: no state IMPORTING");
}

TEST_F(KeptInFiles, AnotherExitCodeIsAnError) {
  expect_in(message_of(ExecProvider(command).advance(kId, 5)),
            "advance AKIDEXAMPLE1 5: ended with exit code 3, expected 0");
}

TEST(ExecProvider, RunsTheCommandInAShellWithItsOperation) {
  ExecProvider provider(R"(f() { echo "$@" >&2; return 9; }; f "a  b")");
  expect_in(
      message_of(provider.get(kId)),
      R"(exit code 9, expected 0, or 4 where it does not know the account; on standard error: "a  b get AKIDEXAMPLE1")");
}

TEST(ExecProvider, QuotesWhatIsNoHello) {
  expect_in(message_of(ExecProvider("echo hi there; true").hello()), R"("hi there\n")");
  expect_in(message_of(ExecProvider("true").hello()), "not JSON");
  expect_in(message_of(ExecProvider("echo '{}' #").hello()), "protocol");
}

TEST(ExecProvider, NamesACommandThatIsNotThere) {
  expect_in(message_of(ExecProvider("/nowhere/to/be-found").hello()), "exit code 127");
  expect_in(message_of(ExecProvider("/nowhere/to/be-found").hello()), "/nowhere/to/be-found");
}

TEST(ExecProvider, TellsTheSignal) {
  expect_in(message_of(ExecProvider("kill -TERM $$;").hello()), "signal 15 (Terminated)");
}

TEST(ExecProvider, KillsACommandThatTakesTooLong) {
  expect_in(message_of(ExecProvider("echo waiting >&2; sleep 600;", 1'500'000).hello()),
            R"(did not end within 1500 ms, and was killed; on standard error: "waiting")");
}

TEST(ExecProvider, PutsNothingOfASecretIdOnACommandLineThatDoesNotBelongThere) {
  ExecProvider provider("false");
  for (const char* id : {"; rm -r x", "$(date)", "a b", ""}) {
    expect_in(message_of(provider.get(id)), "letters and digits");
    expect_in(message_of(provider.put(account_with(id, {}))), "letters and digits");
    expect_in(message_of(provider.drop(id)), "letters and digits");
    expect_in(message_of(provider.advance(id, 1)), "letters and digits");
  }
}

}  // namespace
}  // namespace diconform::target
