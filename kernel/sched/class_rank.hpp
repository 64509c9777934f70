#pragma once

#include "kernel/sched/entity.hpp"

namespace signalbox {

// The order of Linux's scheduling classes as one number, the lower the more urgent (kernel/sched/sched.h,
// for_each_class; for real-time threads rt.c, rt_se_prio): deadline, then real-time by priority, then fair, then
// SCHED_IDLE, then nobody at all.
using ClassRank = int;
inline constexpr ClassRank deadline_rank = -1;
inline constexpr ClassRank fair_rank = 100;
inline constexpr ClassRank idle_class_rank = 101;
inline constexpr ClassRank nobody_rank = 102;

constexpr ClassRank class_rank(const SchedAttributes& attributes) {
  switch (attributes.sched_class) {
    case SchedClass::deadline:
      return deadline_rank;
    case SchedClass::fifo:
    case SchedClass::round_robin:
      return 99 - attributes.realtime_priority;
    case SchedClass::other:
    case SchedClass::batch:
      return fair_rank;
    case SchedClass::idle:
      return idle_class_rank;
  }
  return fair_rank;
}

constexpr ClassRank class_rank(const Entity* entity) {
  return entity == nullptr ? nobody_rank : class_rank(entity->attributes);
}

constexpr bool is_realtime(const SchedAttributes& attributes) { return class_rank(attributes) < fair_rank; }

}  // namespace signalbox
