#include "tools/commands/claimed_outputs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/command_run.hpp"
#include "tests/support/error_of.hpp"

namespace signalbox::claimed_outputs_test {

using ::testing::EndsWith;
using Names = std::vector<std::string>;

std::string error_in(const Names& outputs, const Names& inputs = {}) {
  return error_of([&] { const ClaimedOutputs claim(outputs, inputs); });
}

TEST(ClaimedOutputs, StayWhenKept) {
  const TestFolder folder;
  {
    ClaimedOutputs claim({folder.path("a"), "", "-"}, {});
    folder.write("a", "whole");
    claim.keep();
  }
  EXPECT_EQ(folder.read("a"), "whole");
}

TEST(ClaimedOutputs, AreTakenAwayWhenNotKept) {
  const TestFolder folder;
  {
    const ClaimedOutputs claim({folder.path("a"), folder.path("b")}, {});
    folder.write("a", "a torso");
  }
  EXPECT_EQ(folder.files(), Names());
}

TEST(ClaimedOutputs, WhatCannotBeWrittenIsRefusedBeforeAnythingChanges) {
  const TestFolder folder;
  folder.write("old", "precious");
  EXPECT_EQ(error_in({folder.path("old"), folder.path("new"), "/nonexistent/x"}),
            "/nonexistent/x: error: cannot be written (No such file or directory); expected a path at which a file can "
            "be made");
  EXPECT_EQ(folder.files(), Names{"old"});
  EXPECT_EQ(folder.read("old"), "precious");
  EXPECT_THAT(error_in({folder.path(".")}), EndsWith("expected a path at which a file can be made"));
}

TEST(ClaimedOutputs, AnInputIsNotOverwritten) {
  const TestFolder folder;
  const std::string input = folder.write("scenario.json", "{}");
  EXPECT_EQ(
      error_in({folder.path("./scenario.json")}, {"laptop", input}),
      folder.path("./scenario.json") + ": error: would be overwritten, and is read; expected another file to write to");
  EXPECT_EQ(folder.read("scenario.json"), "{}");
}

TEST(ClaimedOutputs, OneFileIsForOneOutput) {
  const TestFolder folder;
  EXPECT_THAT(error_in({folder.path("a.json"),
                        folder.path("../" + std::filesystem::path(folder.path("")).parent_path().filename().string() +
                                    "/a.json")}),
              EndsWith(": error: would be written twice; expected a file for each output"));
  EXPECT_EQ(folder.files(), Names());
}

TEST(ClaimedOutputs, NoOutputIsAFileThatOthersKeep) {
  const TestFolder folder;
  const std::string path = folder.path("a");
  for (const bool is_there : {false, true}) {
    if (is_there) folder.write("a", "rows");
    EXPECT_THAT(error_of([&] { ClaimedOutputs({path}, {}, {path}); }),
                EndsWith(": error: would be written twice; expected a file for each output"));
  }
  EXPECT_EQ(folder.read("a"), "rows");
  {
    const ClaimedOutputs claimed({folder.path("b")}, {}, {path, ""});
  }
  EXPECT_EQ(folder.files(), Names{"a"}) << "what others keep is not taken away";
}

TEST(ClaimedOutputs, DevicesAndPipesAreLeftAlone) {
  const TestFolder folder;
  ASSERT_EQ(mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_in({"/dev/null", "/dev/null", folder.path("pipe")}), "no error");
  EXPECT_EQ(folder.files(), Names{"pipe"});
  EXPECT_TRUE(std::filesystem::exists("/dev/null"));
}

}  // namespace signalbox::claimed_outputs_test
