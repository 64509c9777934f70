#pragma once

#include "kernel/mm/space/vma.hpp"

namespace signalbox {

class UserSpace;

// Told of every change of present page-table entries that a TLB may remember: a right taken away, a page unmapped or
// exchanged, an accessed or dirty bit cleared. The space's generation was raised before. Whoever has CPUs brings them
// up to date and prices it; that never fails and never waits.
class TlbFlusher {
 public:
  virtual void flush(const UserSpace& space, PageRange range) = 0;

 protected:
  ~TlbFlusher() = default;
};

}  // namespace signalbox
