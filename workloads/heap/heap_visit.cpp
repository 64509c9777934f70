#include "workloads/heap/heap_visit.hpp"

#include "ipc/sync/invoke.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

bool HeapVisit::enter() {
  caller_.charge(caller_.kernel().costs().lock, Mode::user);
  is_inside_ = heap_.try_enter() || invoke(caller_, call_number::heap_enter).has_value();
  if (is_inside_) heap_.begin_visit(pages_, caller_.thread().memory.heap_cache, caller_.now());
  return is_inside_;
}

void HeapVisit::leave() {
  is_inside_ = false;
  if (heap_.leave()) static_cast<void>(invoke(caller_, call_number::heap_leave));
}

}  // namespace signalbox
