#include "workloads/heap/heap_visit.hpp"

#include "ipc/sync/invoke.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

HeapVisit::HeapVisit(Caller& caller, alloc::ProcessHeap& heap) : caller_(caller), heap_(heap), pages_(caller) {
  caller.charge(caller.kernel().costs().lock, Mode::user);
  is_inside_ = heap.try_enter() || invoke(caller, call_number::heap_enter).has_value();
  if (is_inside_) heap.begin_visit(pages_, caller.thread().memory.heap_cache, caller.now());
}

void HeapVisit::leave() {
  is_inside_ = false;
  if (heap_.leave()) static_cast<void>(invoke(caller_, call_number::heap_leave));
}

}  // namespace signalbox
