#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>

namespace signalbox {

// A file that exporters format into: text collects in `buffer` and goes out in large writes, so memory stays flat.
class OutputFile {
 public:
  // Creates or empties the file; "-" is standard output. Throws ExportError.
  explicit OutputFile(std::string path);
  // Writes what is left, for runs that end by an exception; errors are lost, so call close() when all is well.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  fmt::memory_buffer& buffer() { return buffer_; }
  // Writes the buffer if enough has collected; call between records. Throws ExportError.
  void spill() {
    if (buffer_.size() >= spill_size) write_out();
  }
  // Nothing more follows. Throws ExportError.
  void close();

 private:
  static constexpr std::size_t spill_size = std::size_t{256} << 10;

  void write_out();
  [[noreturn]] void fail(const char* doing);

  std::string path_;
  int descriptor_ = -1;
  bool is_ours_ = false;  // to close
  fmt::memory_buffer buffer_;
};

}  // namespace signalbox
