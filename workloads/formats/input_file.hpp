#pragma once

#include <cstddef>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

class XzDecoder;

inline constexpr std::size_t largest_input_file = std::size_t{1} << 28U;  // bytes; a job table of some 6 million rows

// The text of a file, read piece by piece; one compressed by xz(1) is unpacked as it is read. Errors are InputErrors.
class InputFile {
 public:
  // Throws where there is no such file, or it is a directory, not readable, or empty.
  explicit InputFile(const std::string& path);
  ~InputFile();

  const std::string& path() const { return path_; }
  // How the text begins: the first 64 KiB of it, or all where it is shorter.
  std::string_view beginning() const { return beginning_; }

  // The next bytes of the text, at most `most` of them into `to`; fewer only at its end. Throws where the file cannot
  // be read, or what is compressed is damaged.
  std::size_t read(char* to, std::size_t most);

  // All that is left. Throws where that is larger than `largest` bytes, or not text (it holds a zero byte).
  std::string read_all(std::size_t largest = largest_input_file);

 private:
  std::size_t read_bytes(char* to, std::size_t most);

  std::string path_;
  std::ifstream file_;
  std::unique_ptr<XzDecoder> xz_;  // null: the file is not compressed
  std::string beginning_;
  std::size_t given_ = 0;  // of the beginning
};

// The whole text of a file.
std::string read_input_file(const std::string& path, std::size_t largest = largest_input_file);

}  // namespace signalbox
