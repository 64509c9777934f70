#pragma once

#include <string>
#include <vector>

#include "kernel/alloc/rivals/allocator.hpp"
#include "kernel/alloc/rivals/tcmalloc_central.hpp"

namespace signalbox::alloc::tc {

// What stands between threads and the central lists: caches that need no lock.
class FrontEnd {
 public:
  FrontEnd() = default;
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;
  virtual ~FrontEnd() = default;

  virtual void add_thread(unsigned thread) = 0;
  virtual void end_thread(unsigned thread) = 0;
  // Null: memory is out.
  virtual VirtAddr take(unsigned thread, unsigned size_class) = 0;
  virtual void give(unsigned thread, unsigned size_class, VirtAddr block) = 0;
  virtual void flush() = 0;
  virtual std::uint64_t cached() const = 0;
  virtual std::vector<AllocatorCount> counts() const = 0;
  virtual std::string broken() const = 0;
};

}  // namespace signalbox::alloc::tc
