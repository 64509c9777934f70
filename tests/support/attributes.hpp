#pragma once

#include <cstdint>

#include "kernel/sched/entity.hpp"

namespace signalbox {

inline SchedAttributes realtime(SchedClass kind, std::uint8_t priority) {
  SchedAttributes attributes;
  attributes.sched_class = kind;
  attributes.realtime_priority = priority;
  return attributes;
}
inline SchedAttributes nice_of(std::int8_t nice) {
  SchedAttributes attributes;
  attributes.nice = nice;
  return attributes;
}
// SCHED_DEADLINE, due at the end of each period.
inline SchedAttributes reservation(Duration runtime, Duration period) {
  SchedAttributes attributes;
  attributes.sched_class = SchedClass::deadline;
  attributes.runtime = runtime;
  attributes.deadline = attributes.period = period;
  return attributes;
}

}  // namespace signalbox
