#include "kernel/calls/heap_calls.hpp"

#include <array>

#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

// Signals do not end it, as they end no lock. Errno::eintr in a thread that unwinds, Errno::eownerdead where somebody
// was killed inside: it will never be free.
Result<int> enter(Caller& caller, alloc::ProcessHeap& heap) {
  while (!heap.try_enter()) {
    if (heap.is_abandoned()) return Errno::eownerdead;
    if (caller.sleep_on(heap.waiters()) == WakeReason::killed) return Errno::eintr;
  }
  return 0;
}

// The slow path of the lock of malloc: comes back inside.
Result<int> sys_heap_enter(Caller& caller) {
  alloc::ProcessHeap* const heap = caller.process().heap.get();
  if (heap == nullptr) return Errno::enosys;
  return enter(caller, *heap);
}

// Whoever has left wakes the one who waits longest.
Result<int> sys_heap_leave(Caller& caller) {
  alloc::ProcessHeap* const heap = caller.process().heap.get();
  if (heap == nullptr) return Errno::enosys;
  heap->waiters().wake(Waiters::one);
  return 0;
}

}  // namespace

HeapHold::HeapHold(Caller& caller) : heap_(caller.process().heap.get()) {
  if (heap_ != nullptr && !enter(caller, *heap_).has_value()) heap_ = nullptr;
}

HeapHold::~HeapHold() {
  if (heap_ != nullptr && heap_->leave()) heap_->waiters().wake(Waiters::one);
}

std::span<const SyscallRow> heap_calls() {
  static constexpr std::array rows{
      row<sys_heap_enter>(call_number::heap_enter, "heap_enter"),
      row<sys_heap_leave>(call_number::heap_leave, "heap_leave"),
  };
  return rows;
}

}  // namespace signalbox
