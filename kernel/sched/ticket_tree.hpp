#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/sched/entity.hpp"

namespace signalbox {

// Entities that hold tickets, with the sums of tickets kept as a tree, so that finding who holds the n-th ticket is
// O(log n) (Waldspurger and Weihl, Lottery Scheduling, OSDI 1994, section 4.2).
// Who stands where depends only on what was added and removed in what order.
class TicketTree {
 public:
  bool empty() const { return entities_.empty(); }
  std::size_t size() const { return entities_.size(); }
  std::uint64_t total() const { return empty() ? 0 : sums_[1]; }

  // Requires tickets > 0 and an entity that is in no TicketTree or FifoQueue.
  void add(Entity& entity, std::uint64_t tickets);
  // Requires an entity of this tree.
  void remove(Entity& entity);
  // Who holds ticket `number`. Requires number < total().
  Entity& holder(std::uint64_t number) const;

 private:
  void set(std::size_t slot, std::uint64_t tickets);
  void grow();

  std::vector<Entity*> entities_;
  // A complete binary tree: node i has the children 2i and 2i + 1, the leaf of slot s is leaves_ + s.
  std::vector<std::uint64_t> sums_;
  std::size_t leaves_ = 0;
};

}  // namespace signalbox
