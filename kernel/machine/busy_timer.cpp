#include "kernel/machine/busy_timer.hpp"

namespace signalbox {

void BusyTimer::start(Instant due) {
  has_run_ = false;
  simulation_.schedule(due, *this, 0);
}

void BusyTimer::on_event(std::uint64_t) {
  is_held_ = !has_run_ && !cpus_.any_is_busy();
  if (!is_held_) queue_.wake(Waiters::all);
}

void BusyTimer::release() {
  is_held_ = false;
  simulation_.schedule(simulation_.now(), *this, 0);
}

}  // namespace signalbox
