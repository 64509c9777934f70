#include "kernel/base/errno.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace signalbox::errno_test {

struct Row {
  Errno error;
  int number;
  std::string lower_name;
};

std::vector<Row> all_rows() {
  return {
#define ERRNO_ROW(name, number, text) Row{Errno::name, number, #name},
      SIGNALBOX_ERRNO_LIST(ERRNO_ROW)
#undef ERRNO_ROW
  };
}

// The host is Linux, whose numbers and texts we promise; glibc's strerrorname_np(3) knows both.
TEST(Errno, NumbersAreTheHosts) {
  for (const Row& row : all_rows()) {
    const char* host_name = strerrorname_np(row.number);
    ASSERT_NE(host_name, nullptr) << row.lower_name;
    EXPECT_EQ(errno_name(row.error), std::string(host_name));
  }
}

TEST(Errno, TextsAreTheHosts) {
  for (const Row& row : all_rows()) EXPECT_EQ(errno_text(row.error), strerrordesc_np(row.number)) << row.lower_name;
}

TEST(Errno, UnknownNumberStillHasAName) {
  EXPECT_EQ(errno_name(Errno{9999}), "E?");
  EXPECT_EQ(errno_text(Errno{9999}), "Unknown error");
}

}  // namespace signalbox::errno_test
