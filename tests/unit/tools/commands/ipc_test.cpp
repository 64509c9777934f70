#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::ipc_test {

TEST(IpcCommand, WantsACommandOfItsOwn) {
  EXPECT_TRUE(command({"ipc"}).is_refused());
  EXPECT_TRUE(command({"ipc", "forget"}).is_refused());
  EXPECT_THAT(command({"ipc", "--help"}).out, testing::HasSubstr("explain"));
}

}  // namespace signalbox::ipc_test
