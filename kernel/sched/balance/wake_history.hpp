#pragma once

#include <cstdint>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"

namespace signalbox {

// What Linux remembers of who woke whom and of where threads ran (kernel/sched/fair.c, record_wakee, wake_wide and
// task_struct::recent_used_cpu). By thread number, because few balancers want to know.
class WakeHistory {
 public:
  // A new thread has the number; its maker ran on `cpu`.
  void forget(Tid thread, CpuId cpu) {
    of(thread) = {};
    of(thread).recent_cpu = cpu;
  }
  void record(Tid waker, Tid wakee, Instant now);
  // Whether the two are of a crowd that is larger than a cache's CPUs: one of them wakes others than the last time, and
  // the other one that much more often.
  bool is_wide(Tid waker, Tid wakee, unsigned cache_size);
  // The CPU noted last; and notes another.
  CpuId exchange_recent_cpu(Tid thread, CpuId cpu);

 private:
  struct Record {
    Tid last_wakee;
    std::uint32_t flips = 0;  // how often it woke another than the last time; halved each second
    Instant decayed = {};
    CpuId recent_cpu;
  };

  Record& of(Tid thread);

  std::vector<Record> records_;
};

}  // namespace signalbox
