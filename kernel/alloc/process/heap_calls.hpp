#pragma once

#include <cstdint>

#include "kernel/alloc/page_source.hpp"
#include "kernel/base/address.hpp"

namespace signalbox::alloc {

// The system calls by which a process's heap gets its pages, made by the thread that allocates: they cost what such
// calls cost, and may suspend it.
class HeapCalls {
 public:
  // Private, readable, writable and zeroed; the null address if there are none (mmap(2)).
  virtual VirtAddr map(std::uint64_t bytes) = 0;
  virtual bool unmap(VirtAddr at, std::uint64_t bytes) = 0;             // munmap(2)
  virtual bool purge(VirtAddr at, std::uint64_t bytes, Purge how) = 0;  // madvise(2), MADV_FREE and MADV_DONTNEED
  virtual bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) = 0;  // mremap(2)
  // The raw call of brk(2): where the break is afterwards.
  virtual VirtAddr move_break(VirtAddr to) = 0;

 protected:
  ~HeapCalls() = default;
};

}  // namespace signalbox::alloc
