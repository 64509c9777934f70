#include "tools/compiler/host_command.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::host_command_test {

TEST(HostCommand, AnswersStatusAndOutput) {
  EXPECT_EQ(run_host_command({"sh", "-c", "exit 5"}).status, 5);
  const CommandResult said = run_host_command({"sh", "-c", "echo one; echo two; kill -9 $$"}, CommandOutput::captured);
  EXPECT_EQ(said.output, "one\ntwo\n");
  EXPECT_EQ(said.status, 137);
}

TEST(HostCommand, AProgramThatIsNotThereIsAnInputError) {
  EXPECT_NE(error_of([] { run_host_command({"no-such-compiler"}); }).find("no-such-compiler"), std::string::npos);
}

}  // namespace signalbox::host_command_test
