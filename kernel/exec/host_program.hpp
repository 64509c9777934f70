#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace signalbox {

// A shared object of the host that is loaded once more, whatever else is loaded of the same file: a private copy of its
// data at addresses of its own. Nothing of it runs by being loaded, if it has no constructors.
class HostProgram {
 public:
  // With a folder for it, the copy is a file there as long as the program is loaded, for debuggers to read. Throws
  // std::runtime_error with what the host says.
  explicit HostProgram(const std::string& path, const std::string& copies = {});
  ~HostProgram();
  HostProgram(const HostProgram&) = delete;
  HostProgram& operator=(const HostProgram&) = delete;

  // Null: it exports no such symbol.
  void* symbol(const char* name) const;

  // What can be written once it is loaded, in whole pages; what is written by the loader only is not part of it.
  std::span<std::byte> data() const { return data_; }
  // All of it, from its first page to its last.
  std::span<std::byte> whole() const { return whole_; }
  // What every thread's own variables begin as.
  struct ThreadVariables {
    const void* begin = nullptr;
    std::uint64_t filled = 0;
    std::uint64_t bytes = 0;
    std::uint64_t alignment = 1;
  };
  const ThreadVariables& thread_variables() const { return thread_variables_; }

 private:
  std::string copy_;  // the file's path, if it has one
  void* handle_;
  std::span<std::byte> data_;
  std::span<std::byte> whole_;
  ThreadVariables thread_variables_;
};

}  // namespace signalbox
