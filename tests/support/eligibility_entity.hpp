#pragma once

#include "kernel/sched/eligibility_tree.hpp"

namespace signalbox {

// An entity with what EEVDF's ready ones are ordered by.
inline Entity& eligibility_entity(Entity& entity, std::int64_t deadline, std::int64_t vruntime, std::uint64_t order) {
  auto& node = entity.emplace_state<EligibilityNode>();
  node.deadline = deadline;
  node.vruntime = vruntime;
  node.order = order;
  return entity;
}

}  // namespace signalbox
