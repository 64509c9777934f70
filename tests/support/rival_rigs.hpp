#pragma once

#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "kernel/alloc/rivals/tcmalloc_central.hpp"
#include "tests/support/fake_process.hpp"

namespace signalbox {

// glibc's malloc in a process that is a fake.
struct PtmallocRig {
  explicit PtmallocRig(const alloc::PtmallocOptions& options = {}) : heap(process, options) { heap.start(); }
  VirtAddr take(std::uint64_t bytes) { return heap.allocate(0, bytes); }

  FakeProcess process;
  alloc::Ptmalloc heap;
};

// What of TCMalloc lies behind its caches.
struct TcmallocRig {
  TcmallocRig() { pages.start(); }

  FakeProcess process;
  alloc::ProcessMetadata metadata{process};
  alloc::tc::PageHeap pages{process, metadata, 0};
  alloc::tc::CentralLists central{process, pages};
};

}  // namespace signalbox
