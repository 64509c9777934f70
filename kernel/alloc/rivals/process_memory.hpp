#pragma once

#include <cstdint>
#include <optional>

#include "kernel/alloc/page_source.hpp"
#include "kernel/base/time.hpp"

namespace signalbox::alloc {

// A process's memory as the allocator inside it sees it: the PageSource of the core, what glibc and TCMalloc ask a
// system for besides, and the words that they keep in the memory they hand out. Every call that asks the system may
// fail.
class ProcessMemory {
 public:
  ProcessMemory() = default;
  ProcessMemory(const ProcessMemory&) = delete;
  ProcessMemory& operator=(const ProcessMemory&) = delete;
  virtual ~ProcessMemory() = default;

  // As page_source.hpp says.
  virtual VirtAddr map(std::uint64_t bytes, std::uint64_t alignment) = 0;
  virtual bool unmap(VirtAddr at, std::uint64_t bytes) = 0;
  virtual bool purge(VirtAddr at, std::uint64_t bytes, Purge how) = 0;
  virtual bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) = 0;
  static bool may_merge() { return true; }

  // sbrk(3): where the break was; the null address if it did not move.
  virtual VirtAddr extend_break(std::int64_t by) = 0;
  // Addresses that nobody may use yet: mmap(2) with PROT_NONE and MAP_NORESERVE; null if there are none.
  virtual VirtAddr reserve(std::uint64_t bytes) = 0;
  // Makes a part of them readable and writable (mprotect(2)).
  virtual bool make_usable(VirtAddr at, std::uint64_t bytes) = 0;
  // mremap(2) with MREMAP_MAYMOVE: where the pages are now; null if they are where they were.
  virtual VirtAddr resize(VirtAddr at, std::uint64_t bytes, std::uint64_t new_bytes) = 0;

  // Accesses of the process, which may fault; those that must fail read 0, write nothing, and end it.
  virtual std::uint64_t load(VirtAddr at) = 0;
  virtual void store(VirtAddr at, std::uint64_t word) = 0;
  virtual void zero(VirtAddr at, std::uint64_t bytes) = 0;
  virtual void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) = 0;
  // An access has failed.
  virtual bool is_dead() const = 0;
  // As a debugger reads it: no access of the process. None: nothing is there.
  virtual std::optional<std::uint64_t> peek(VirtAddr at) const = 0;

  virtual Instant now() const = 0;
};

}  // namespace signalbox::alloc
