#include "tools/export/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/trace_file.hpp"
#include "tools/export/export_error.hpp"

namespace signalbox::output_file_test {

using ::testing::HasSubstr;

TEST(OutputFile, WritesAllThatWasBuffered) {
  const TraceFile file;
  OutputFile out(file.path());
  std::string want;
  for (int index = 0; index < 60'000; ++index) {
    const std::string line = "line " + std::to_string(index) + "\n";
    out.buffer().append(line);
    want += line;
    out.spill();
    EXPECT_LT(out.buffer().size(), 270'000u);
  }
  out.close();
  EXPECT_EQ(file.text(), want);
}

TEST(OutputFile, AnUnwritablePathIsAnErrorWithThePath) {
  try {
    OutputFile("/no/such/folder/trace");
    FAIL() << "created a file in a folder that does not exist";
  } catch (const ExportError& error) {
    EXPECT_EQ(error.path(), "/no/such/folder/trace");
    EXPECT_THAT(error.what(), HasSubstr("No such file or directory"));
  }
}

TEST(OutputFile, AFullDiskIsAnError) {
  OutputFile out("/dev/full");
  out.buffer().append(std::string(300'000, 'x'));
  EXPECT_THROW(out.spill(), ExportError);
  out.buffer().append(std::string("more"));
  EXPECT_THROW(out.close(), ExportError);
}

TEST(OutputFile, AnAbandonedFileKeepsWhatItHas) {
  const TraceFile file;
  {
    OutputFile out(file.path());
    out.buffer().append(std::string("so far"));
  }
  EXPECT_EQ(file.text(), "so far");
}

}  // namespace signalbox::output_file_test
