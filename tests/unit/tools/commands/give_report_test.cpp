#include "tools/commands/give_report.hpp"

#include <gtest/gtest.h>

#include "tests/support/host_text.hpp"
#include "tests/support/test_folder.hpp"
#include "workloads/input_error.hpp"

namespace signalbox::give_report_test {

TEST(GiveReport, PrintsTextOrJsonOrBoth) {
  const TestFolder folder;
  const auto printed = [](const GlobalOptions& global) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(give_report(global, {}, "text\n", "{}\n"), status_done);
    return testing::internal::GetCapturedStdout();
  };
  GlobalOptions global;
  EXPECT_EQ(printed(global), "text\n");
  global.json = "-";
  EXPECT_EQ(printed(global), "{}\n");
  global.json = folder.path("out.json");
  EXPECT_EQ(printed(global), "text\n");
  global.is_quiet = true;
  EXPECT_EQ(printed(global), "");
  EXPECT_EQ(host_file(folder.path("out.json")), "{}\n");
}

TEST(GiveReport, OverwritesNoInput) {
  const TestFolder folder;
  const std::string input = folder.write("map", "400000-401000:r--\n");
  GlobalOptions global;
  global.json = input;
  EXPECT_THROW(give_report(global, {input}, "text\n", "{}\n"), InputError);
  EXPECT_EQ(host_file(input), "400000-401000:r--\n");
}

}  // namespace signalbox::give_report_test
