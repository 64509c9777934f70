#pragma once

#include <cstddef>
#include <span>

#include "kernel/exec/mapping.hpp"

namespace signalbox {

// Zeroed memory of the host that can be mapped a second time elsewhere, by its descriptor: the RAM of an emulated
// machine. It costs host memory only where touched, and lies on huge pages where the host has them for such files.
class MemoryFile {
 public:
  // `bytes` is a multiple of the page. Throws std::bad_alloc.
  explicit MemoryFile(std::size_t bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::span<std::byte> bytes() const { return {mapping_.begin(), mapping_.end()}; }
  // For mmap(2) of the host.
  int descriptor() const { return descriptor_; }

 private:
  Mapping mapping_;
  int descriptor_;
};

}  // namespace signalbox
