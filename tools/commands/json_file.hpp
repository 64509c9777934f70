#pragma once

#include <cstdio>
#include <string>

namespace signalbox {

// A file to write JSON to; "-" is standard output. Throws ExportError.
class JsonFile {
 public:
  explicit JsonFile(const std::string& path);
  ~JsonFile();
  JsonFile(const JsonFile&) = delete;
  JsonFile& operator=(const JsonFile&) = delete;

  std::FILE* handle() { return file_; }
  void write(const std::string& text);
  // Nothing follows.
  void close();
  // What the host said last.
  [[noreturn]] void fail() const;

 private:
  std::string path_;
  std::FILE* file_;
};

}  // namespace signalbox
