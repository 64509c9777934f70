#include "tools/commands/json_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include "tools/export/export_error.hpp"

namespace signalbox {

JsonFile::JsonFile(const std::string& path) : path_(path), file_(path == "-" ? stdout : std::fopen(path.c_str(), "w")) {
  if (file_ == nullptr) fail();
}

JsonFile::~JsonFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

void JsonFile::write(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
}

void JsonFile::close() {
  std::FILE* file = std::exchange(file_, nullptr);
  if (file == stdout ? std::fflush(file) != 0 : std::fclose(file) != 0) fail();
}

void JsonFile::fail() const { throw ExportError(path_, std::string("cannot write: ") + std::strerror(errno)); }

}  // namespace signalbox
