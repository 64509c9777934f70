#include "tools/experiment/policy_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/machine_fixture.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::policy_files_test {

using ::testing::StartsWith;

std::string error_in(const std::string& policy) {
  return error_of([&] {
    PolicyChoice choice = policy_of(policy);
    read_policy_files(choice);
  });
}

TEST(PolicyFiles, TextIsReadIntoTheOption) {
  const TestFolder folder;
  const std::string path = folder.write("order.txt", "2 for 1ms\n1\n");
  PolicyChoice choice = policy_of("manual:file=" + path);
  read_policy_files(choice);
  EXPECT_EQ(choice.options.get<OptionFile>("file").text, "2 for 1ms\n1\n");
  EXPECT_EQ(choice.spelled(), "manual:file=" + path);
  EXPECT_EQ(policy_files(choice), std::vector<std::string>{path});
}

TEST(PolicyFiles, PolicyWithoutOneIsLeftAlone) {
  for (const char* const text : {"manual", "round_robin:quantum=2ms"}) {
    PolicyChoice choice = policy_of(text);
    read_policy_files(choice);
    EXPECT_EQ(choice.options.all(), policy_of(text).options.all());
    EXPECT_TRUE(policy_files(choice).empty());
  }
}

TEST(PolicyFiles, ErrorNamesThePlaceInTheFile) {
  const TestFolder folder;
  const std::string path = folder.write("order.txt", "1\n2 fro 1ms\n");
  EXPECT_EQ(error_in("manual:file=" + path),
            path + ":2:3: error: unknown word 'fro'; expected one of at, cpu, for (did you mean for?)");
}

TEST(PolicyFiles, MissingFileIsSaid) {
  const TestFolder folder;
  const std::string path = folder.path("none.txt");
  EXPECT_THAT(error_in("manual:file=" + path), StartsWith(path + ": error: there is no such file"));
}

}  // namespace signalbox::policy_files_test
