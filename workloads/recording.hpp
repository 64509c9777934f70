#pragma once

#include <cstdint>
#include <vector>

#include "kernel/sched/entity.hpp"

namespace signalbox {

enum class RecordedDeed : std::uint8_t {
  run,       // computed; value: nanoseconds, what the calls between two runs cost included
  sleep,     // value: nanoseconds
  await,     // slept until another thread woke it
  wake,      // value: a task's position in Scenario::tasks. Ends its next `await`, also one that it comes to later
  start,     // value: the position of a task that has no instances by itself; each is started once
  priority,  // value: a kernel's number of it, as attributes_of_priority() takes them
};

// One thing that a thread did. As small as it can be: a trace of a gigabyte has some ten million of them.
struct RecordedStep {
  std::int64_t value = 0;
  std::uint32_t line = 0;  // in the file of the task
  RecordedDeed deed = RecordedDeed::run;

  bool operator==(const RecordedStep&) const = default;
};
static_assert(sizeof(RecordedStep) == 16);

// What Linux' internal priority says of a thread (include/linux/sched/prio.h): 0 to 98 are the real-time priorities 99
// to 1, 100 to 139 the nice values -20 to 19, -1 is SCHED_DEADLINE. It does not tell FIFO from RR, nor OTHER from BATCH
// and IDLE, and nothing of a reservation: these become FIFO, OTHER and the highest real-time priority.
inline constexpr int lowest_kernel_priority = -1;
inline constexpr int highest_kernel_priority = 139;
SchedAttributes attributes_of_priority(int kernel_priority);

}  // namespace signalbox
