#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/sched/place_tree.hpp"

namespace signalbox {

// Where an entity stands in an EligibilityTree. A policy's state begins with it.
struct EligibilityNode {
  std::int64_t deadline = 0;  // virtual; the order of the tree, then `order`
  std::uint64_t order = 0;
  std::int64_t vruntime = 0;
};

// Entities by virtual deadline, with the least vruntime of each subtree, so that the earliest deadline among the
// eligible is found in O(log n) (Linux kernel/sched/fair.c, pick_eevdf; Stoica and Abdel-Wahab, Earliest Eligible
// Virtual Deadline First, 1995).
class EligibilityTree {
 public:
  bool empty() const { return tree_.empty(); }
  // Requires that deadline, order and vruntime of the entity's node are set and stay as they are while it is in here.
  void insert(Entity& entity) { tree_.insert(entity, place(entity), {node(entity).vruntime}); }
  void remove(Entity& entity) { tree_.remove(entity, place(entity)); }

  // The earliest deadline among those for whose vruntime `is_eligible` holds; it must hold for all lower ones too.
  // Null if none is eligible.
  template <class IsEligible>
  Entity* first_eligible(IsEligible is_eligible) const {
    return tree_.first([&](Least least) { return is_eligible(least.vruntime); });
  }
  // Requires a tree that is not empty.
  std::int64_t least_vruntime() const { return tree_.summary().vruntime; }
  // The k-th by deadline, eligible or not, if it is known without a walk; else null.
  const Entity* peek(std::size_t k) const { return tree_.peek(k); }

 private:
  struct Least {
    std::int64_t vruntime = 0;
    void include(Least other) { vruntime = std::min(vruntime, other.vruntime); }
    bool rests_on(Least other) const { return vruntime == other.vruntime; }
  };

  static const EligibilityNode& node(const Entity& entity) { return entity.state<EligibilityNode>(); }
  static QueuePlace place(const Entity& entity) { return {.key = node(entity).deadline, .order = node(entity).order}; }

  PlaceTree<Least> tree_;
};

}  // namespace signalbox
