#pragma once

#include "kernel/mm/space/vma.hpp"

namespace signalbox {

class UserSpace;

// Told of every change of present page-table entries that a TLB may remember: a right taken away, a page unmapped or
// exchanged, a dirty bit cleared. The space's generation was raised before. Whoever has CPUs brings them
// up to date and prices it; that never fails and never waits.
class TlbFlusher {
 public:
  virtual void flush(const UserSpace& space, PageRange range) = 0;
  // A small page's accessed bit was cleared. x86 Linux tells no CPU (ptep_clear_flush_young of arch/x86/mm/pgtable.c):
  // a page that a TLB knows then looks unused until the TLB forgets it. Here CPUs forget it at no price, so that the
  // next use is seen and reclaim does not depend on the size of a TLB; it costs a walk that x86 would not make.
  virtual void aged(const UserSpace& space, VirtAddr page) = 0;

 protected:
  ~TlbFlusher() = default;
};

}  // namespace signalbox
