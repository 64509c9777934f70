#pragma once

#include <cstdint>

#include "kernel/base/signal.hpp"
#include "kernel/base/time.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Whose time is spent: the program's own, or the kernel's on its behalf.
enum class Mode : std::uint8_t { user, kernel };

// The running thread, as code that may sleep sees it. Only a function that takes `Current&` may sleep or spend time;
// after any call given one, the world may have changed.
class Current {
 public:
  // Sleeps until `queue` is woken, the deadline has come, or a signal interrupts, if the queue's label lets it: at once
  // if one is there already. Throws ThreadKilled in a thread that has to end.
  virtual WakeReason sleep_on(WaitQueue& queue, Instant deadline = Instant::max()) = 0;
  // Spends CPU time: `cost` at full capacity, so longer on a slower CPU. Others may run meanwhile.
  virtual void charge(Duration cost, Mode mode = Mode::kernel) = 0;
  virtual Instant now() const = 0;
  // Raises a signal in this very thread, as the kernel does for what its program just did (kernel/signal.c,
  // send_sig(SIGPIPE, current, 0)). It is delivered when the call returns to the program, so the call goes on.
  virtual void raise(Signal signal) = 0;

 protected:
  ~Current() = default;
};

}  // namespace signalbox
