#pragma once

#include <cstdint>

#include "kernel/base/time.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Whose time is spent: the program's own, or the kernel's on its behalf.
enum class Mode : std::uint8_t { user, kernel };

// The running thread, as code that may sleep sees it. Only a function that takes `Current&` may sleep or spend time;
// after any call given one, the world may have changed.
class Current {
 public:
  // Sleeps until `queue` is woken, the deadline has come, or a signal interrupts. Throws ThreadKilled in a thread that
  // has to end.
  virtual WakeReason sleep_on(WaitQueue& queue, Instant deadline = Instant::max()) = 0;
  // Spends CPU time: `cost` at full capacity, so longer on a slower CPU. Others may run meanwhile.
  virtual void charge(Duration cost, Mode mode = Mode::kernel) = 0;
  virtual Instant now() const = 0;

 protected:
  ~Current() = default;
};

}  // namespace signalbox
