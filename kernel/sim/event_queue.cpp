#include "kernel/sim/event_queue.hpp"

namespace signalbox {

void EventQueue::climb() {
  ladder_.adopt(heap_);
  uses_ladder_ = true;
}

void EventQueue::descend() {
  ladder_.drain([this](const Event& event) { heap_.push(event); });
  uses_ladder_ = false;
}

}  // namespace signalbox
