#include "tools/commands/memory_report.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::memory_report_test {
namespace {

TEST(MemoryReport, FormatsHaveNames) {
  EXPECT_EQ(&read_format("x86-32"), &x86_32_format());
  EXPECT_EQ(read_formats("all").size(), 3);
  EXPECT_EQ(error_of([] { read_format("x86-63"); }),
            "--format:1:1: error: there is no page format \"x86-63\"; expected one of x86-64, x86-32, flat (did you "
            "mean x86-64?)");
}

}  // namespace
}  // namespace signalbox::memory_report_test
