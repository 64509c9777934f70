#pragma once

#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/topology.hpp"
#include "kernel/task/thread.hpp"

namespace signalbox {

// One emulated CPU: who runs on it, since when, and what it waits for. The dispatcher's own.
struct alignas(64) Cpu {
  Cpu(CpuId id_, std::uint16_t capacity_) : id(id_), capacity(capacity_) {}

  // Time that `work` (at full capacity) takes here, rounded up; and the work done in `elapsed`, rounded down.
  Duration time_for(Duration work) const { return is_full_speed() ? work : stretched(work); }
  Duration work_in(Duration elapsed) const {
    return is_full_speed() ? elapsed : elapsed * capacity / CpuPlace::full_capacity;
  }
  bool is_full_speed() const { return capacity == CpuPlace::full_capacity; }
  // Brings both its lines into the host's cache, which does not hold a thousand CPUs.
  [[gnu::always_inline]] void prefetch() const {
    __builtin_prefetch(this, 1);
    __builtin_prefetch(&last_thread, 1);
  }

  const CpuId id;
  const std::uint16_t capacity;

  Thread* running = nullptr;  // null: idle
  // A wake-up or kick wants this CPU to choose again as soon as its thread may be interrupted.
  bool needs_reschedule = false;

  // The current stretch: from the dispatch of `running` to its leaving.
  Instant settled;        // work until here has been taken off `running->owed`; in the future while switching
  Instant accounted;      // the policy has been told of the time until here
  Duration stretch_user;  // spent in this stretch, by mode
  Duration stretch_kernel;
  Instant decision;  // when the policy wants to be asked; never: Instant::max()

  // The event that is due next; an event with another turn is stale.
  std::uint32_t turn = 0;
  Instant planned;

  bool may_pick = true;  // it is online, and the run has not ended
  bool was_idle = true;  // nobody ran just before `running`

  // Who ran here last, to tell the kinds of switch. Ids, because that thread may be gone.
  Tid last_thread;
  Pid last_process;

 private:
  Duration stretched(Duration work) const;
};

}  // namespace signalbox
