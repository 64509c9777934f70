#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::ipc_explain_test {

using ::testing::HasSubstr;

TEST(IpcExplain, ShowsTheRuleItsStateAndTheProgram) {
  const CommandRun run = command({"ipc", "explain", "fd-05"});
  EXPECT_EQ(run.status, 0);
  for (const char* part : {"FD-05: dup2(f,f) returns f and does", "source    dup(2)", "state     holds",
                           "tests/conformance/rules/FD/FD-05.c", "int main(void) {"}) {
    EXPECT_THAT(run.out, HasSubstr(part));
  }
  const auto json = command({"ipc", "explain", "FD-05", "--json", "-"}).json();
  EXPECT_EQ(json["id"], "FD-05");
  EXPECT_THAT(json["program"].get<std::string>(), HasSubstr("int main(void)"));
}

TEST(IpcExplain, RefusesWhatIsNoRule) {
  const CommandRun run = command({"ipc", "explain", "PIPE-99"});
  EXPECT_TRUE(run.is_refused()) << run.err;
  EXPECT_THAT(run.err, HasSubstr("no rule is called \"PIPE-99\""));
}

}  // namespace signalbox::ipc_explain_test
