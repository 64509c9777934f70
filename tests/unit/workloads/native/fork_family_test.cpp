#include <gtest/gtest.h>

#include "tests/support/native_run.hpp"

namespace signalbox::fork_family_test {

TEST(ForkFamily, CopiesWhatIsWrittenAndOnlyThat) {
  for (const unsigned written : {0U, 25U, 100U}) {
    NativeRun run("fork_family", {{"children", "3"}, {"pages", "40"}, {"written", std::to_string(written)}});
    EXPECT_EQ(run.status(), WaitStatus::exited(0));
    EXPECT_EQ(run->machine->memory()->main().events().copies, 3 * 40 * written / 100) << written;
  }
}

}  // namespace signalbox::fork_family_test
