#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace signalbox {

// A file for an exporter to write, gone at the end of the test.
class TraceFile {
 public:
  TraceFile()
      : path_(testing::TempDir() + "signalbox_export_" + std::to_string(getpid()) + "_" + std::to_string(++made)) {}
  ~TraceFile() { std::remove(path_.c_str()); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  const std::string& path() const { return path_; }
  std::string text() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  static inline int made = 0;
  std::string path_;
};

}  // namespace signalbox
