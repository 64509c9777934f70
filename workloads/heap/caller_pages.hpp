#pragma once

#include "kernel/alloc/process/heap_calls.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

// The system calls of a process's heap, made by the running thread.
class CallerPages final : public alloc::HeapCalls {
 public:
  explicit CallerPages(Caller& caller) : caller_(caller) {}

  VirtAddr map(std::uint64_t bytes) override;
  bool unmap(VirtAddr at, std::uint64_t bytes) override;
  bool purge(VirtAddr at, std::uint64_t bytes, alloc::Purge how) override;
  bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) override;
  VirtAddr move_break(VirtAddr to) override;

 private:
  Caller& caller_;
};

}  // namespace signalbox
