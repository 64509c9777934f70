#pragma once

#include <cstdint>
#include <vector>

#include "kernel/alloc/page_source.hpp"
#include "kernel/base/address.hpp"
#include "kernel/exec/mapping.hpp"

namespace signalbox::alloc {

// Pages of the host for one machine's kernel; they stay until the machine ends, but for what was mapped for one block.
// From 2 MiB on they are huge where the host has such: the threads of a large machine are visited in any order.
class KernelPages {
 public:
  VirtAddr map(std::uint64_t bytes, std::uint64_t alignment);
  // All of what one map() made, or nothing.
  bool unmap(VirtAddr at, std::uint64_t bytes);
  // Nothing of it is given back early, and no block is moved: the kernel resizes none.
  static bool purge(VirtAddr, std::uint64_t, Purge) { return false; }
  static bool move(VirtAddr, std::uint64_t, VirtAddr, std::uint64_t) { return false; }
  static bool may_merge() { return true; }

 private:
  std::vector<Mapping> mappings_;
};

}  // namespace signalbox::alloc
