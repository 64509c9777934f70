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

TEST(ProgramWorld, TheUsersOwnProgramsComeBeforeThoseThatShip) {
  const TestFolder own;
  const TestFolder shipped;
  const std::string shell = shipped.write("sh", "x");
  const ProgramWorld world(own.path(""), {}, shipped.path(""));
  EXPECT_TRUE(std::filesystem::equivalent(world.find("/bin/sh"), shell));
  const std::string another = own.write("sh", "x");
  EXPECT_TRUE(std::filesystem::equivalent(world.find("/bin/sh"), another));
}

}  // namespace signalbox::program_world_test
