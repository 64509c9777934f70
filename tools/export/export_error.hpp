#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace signalbox {

// A trace could not be written: the path, and what the host said.
class ExportError : public std::runtime_error {
 public:
  ExportError(std::string path, const std::string& what)
      : std::runtime_error(path + ": error: " + what), path_(std::move(path)) {}

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace signalbox
