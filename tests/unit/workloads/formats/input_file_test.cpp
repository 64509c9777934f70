#include "workloads/formats/input_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/error_of.hpp"

namespace signalbox::input_file_test {

// A folder of its own for each test, as tests run beside each other.
class InputFile : public testing::Test {
 protected:
  InputFile()
      : folder_(testing::TempDir() + "input_file_" + testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(folder_);
  }
  ~InputFile() override { std::filesystem::remove_all(folder_); }

  std::string written(std::string_view text) const {
    const std::string path = folder_ + "/file";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string error_in(const std::string& path, std::size_t largest = largest_input_file) {
    return error_of([&] { read_input_file(path, largest); });
  }

  std::string folder_;
};

TEST_F(InputFile, IsReadWhole) {
  const std::string text = std::string(3'000'000, 'x') + "\r\nend\n";
  EXPECT_EQ(read_input_file(written(text)), text);
}

TEST_F(InputFile, MissingFileIsAnError) {
  const std::string path = folder_ + "/none";
  EXPECT_EQ(error_in(path), path + ": error: there is no such file; expected a readable text file");
}

TEST_F(InputFile, FolderIsAnError) {
  EXPECT_EQ(error_in(folder_), folder_ + ": error: is a directory; expected a readable text file");
}

TEST_F(InputFile, PathThroughAFileIsAnError) {
  const std::string path = written("x") + "/more";
  EXPECT_EQ(error_in(path).find(path + ": error: "), 0U);
}

TEST_F(InputFile, EmptyFileIsAnError) {
  const std::string path = written("");
  EXPECT_EQ(error_in(path), path + ":1:1: error: the file is empty; expected a readable text file");
}

TEST_F(InputFile, LargestFilePassesAndOneByteMoreDoesNot) {
  EXPECT_EQ(read_input_file(written("12345"), 5), "12345");
  const std::string path = written("123456");
  EXPECT_EQ(error_in(path, 5), path + ": error: is larger than 5 bytes; expected a readable text file");
}

TEST_F(InputFile, ZeroByteIsPlaced) {
  const std::string path =
      written(std::string_view("\xef\xbb\xbf"
                               "ab\nc\0d",
                               9));
  EXPECT_EQ(error_in(path), path + ":2:2: error: a zero byte: this is not text; expected a readable text file");
}

}  // namespace signalbox::input_file_test
