#include "workloads/posix/program_world.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_folder.hpp"

namespace signalbox::program_world_test {

TEST(ProgramWorld, FindsProgramsBesideTheFirstOneByTheirLastName) {
  const TestFolder folder;
  const std::string path = folder.write("child", "x");
  const ProgramWorld world(folder.path(""));
  EXPECT_EQ(std::filesystem::path(world.find("/bin/child")).filename(), "child");
  EXPECT_EQ(world.find("child"), world.find("./child"));
  EXPECT_EQ(world.find("nobody"), "");
  EXPECT_EQ(world.find(""), "");
  EXPECT_EQ(world.find(".."), "");
}

}  // namespace signalbox::program_world_test
