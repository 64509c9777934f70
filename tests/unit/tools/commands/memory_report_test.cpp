#include "tools/commands/memory_report.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/host_text.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::memory_report_test {
namespace {

TEST(MemoryReport, PrintsTextOrJsonOrBoth) {
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

TEST(MemoryReport, OverwritesNoInput) {
  const TestFolder folder;
  const std::string input = folder.write("map", "400000-401000:r--\n");
  GlobalOptions global;
  global.json = input;
  EXPECT_THROW(give_report(global, {input}, "text\n", "{}\n"), InputError);
  EXPECT_EQ(host_file(input), "400000-401000:r--\n");
}

TEST(MemoryReport, FormatsHaveNames) {
  EXPECT_EQ(&read_format("x86-32"), &x86_32_format());
  EXPECT_EQ(read_formats("all").size(), 3);
  EXPECT_EQ(error_of([] { read_format("x86-63"); }),
            "--format:1:1: error: there is no page format \"x86-63\"; expected one of x86-64, x86-32, flat (did you "
            "mean x86-64?)");
}

}  // namespace
}  // namespace signalbox::memory_report_test
