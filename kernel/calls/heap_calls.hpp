#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Keeps everybody out of the process's heap while it lives: for a fork, as malloc's handlers of pthread_atfork(3) do
// it. A process without a heap needs none.
class HeapHold {
 public:
  // Sleeps until nobody is inside.
  explicit HeapHold(Caller& caller);
  ~HeapHold();
  HeapHold(const HeapHold&) = delete;
  HeapHold& operator=(const HeapHold&) = delete;

 private:
  alloc::ProcessHeap* heap_;  // null: not held
};

std::span<const SyscallRow> heap_calls();

}  // namespace signalbox
