#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/sched/entity.hpp"

namespace signalbox {

// Entities that hold tickets, with the sums of tickets kept as a tree, so that finding who holds the n-th ticket is
// O(log n) (Waldspurger and Weihl, Lottery Scheduling, OSDI 1994, section 4.2); O(1) while all hold equally many, when
// no sum is needed. Who stands where depends only on what was added and removed in what order.
class TicketTree {
 public:
  bool empty() const { return entities_.empty(); }
  std::size_t size() const { return entities_.size(); }
  std::uint64_t total() const {
    if (empty()) return 0;
    return are_equal() ? each_ * entities_.size() : sums_[1];
  }

  // Requires tickets > 0 and an entity that is in no TicketTree or FifoQueue.
  void add(Entity& entity, std::uint64_t tickets);
  // Requires an entity of this tree.
  void remove(Entity& entity);
  // Who holds ticket `number`. Requires number < total().
  Entity& holder(std::uint64_t number) const;
  // Brings who probably holds it soon into the host's cache, while all hold equally many. Changes nothing.
  void prefetch(std::uint64_t number) const;

 private:
  bool are_equal() const { return each_ != 0; }
  void set(std::size_t slot, std::uint64_t tickets);
  void grow();
  void sum_up();

  std::vector<Entity*> entities_;
  std::uint64_t each_ = 0;  // how many tickets everybody holds; 0: not all equally many
  // A complete binary tree: node i has the children 2i and 2i + 1, the leaf of slot s is leaves_ + s. Of use only if
  // they are not equal, but for the leaves.
  std::vector<std::uint64_t> sums_;
  std::size_t leaves_ = 0;
};

}  // namespace signalbox
