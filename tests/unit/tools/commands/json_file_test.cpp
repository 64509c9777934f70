#include "tools/commands/json_file.hpp"

#include <gtest/gtest.h>

#include "tests/support/trace_file.hpp"
#include "tools/export/export_error.hpp"

namespace signalbox::json_file_test {

std::string error_of_writing(const std::string& path) {
  try {
    JsonFile file(path);
    file.write("{}\n");
    file.close();
  } catch (const ExportError& error) {
    return error.what();
  }
  return "no error";
}

TEST(JsonFile, HoldsWhatWasWritten) {
  const TraceFile at;
  JsonFile file(at.path());
  file.write("{\"a\":");
  file.write("1}\n");
  file.close();
  EXPECT_EQ(at.text(), "{\"a\":1}\n");
}

TEST(JsonFile, DashIsStandardOutputAndStaysOpen) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(error_of_writing("-"), "no error");
  EXPECT_EQ(error_of_writing("-"), "no error");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "{}\n{}\n");
}

TEST(JsonFile, SaysWhatTheHostSaid) {
  EXPECT_EQ(error_of_writing("/nonexistent/x"), "/nonexistent/x: error: cannot write: No such file or directory");
  EXPECT_EQ(error_of_writing("/dev/full"), "/dev/full: error: cannot write: No space left on device");
}

}  // namespace signalbox::json_file_test
