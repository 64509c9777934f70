#pragma once

#include <cstdint>

#include "kernel/sched/entity.hpp"

namespace signalbox {

// Where an entity stands in an EligibilityTree. A policy's state begins with it.
struct EligibilityNode {
  std::int64_t deadline = 0;  // virtual; the order of the tree, then `order`
  std::uint64_t order = 0;
  std::int64_t vruntime = 0;
  std::int64_t least_vruntime = 0;  // of the subtree
  Entity* left = nullptr;
  Entity* right = nullptr;
};

// Entities by virtual deadline, augmented with the least vruntime of each subtree, so that the earliest deadline among
// the eligible is found in O(log n) (Linux kernel/sched/fair.c, pick_eevdf; Stoica and Abdel-Wahab, Earliest Eligible
// Virtual Deadline First, 1995). A treap: its shape depends on nothing but the orders handed out.
class EligibilityTree {
 public:
  bool empty() const { return root_ == nullptr; }
  // Requires that deadline, order and vruntime of the entity's node are set and stay as they are while it is in here.
  void insert(Entity& entity);
  void remove(Entity& entity);

  // The earliest deadline among those for whose vruntime `is_eligible` holds; it must hold for all lower ones too.
  // Null if none is eligible.
  template <class IsEligible>
  Entity* first_eligible(IsEligible is_eligible) const {
    Entity* at = root_;
    while (at != nullptr) {
      const EligibilityNode& here = node(*at);
      if (here.left != nullptr && is_eligible(node(*here.left).least_vruntime)) {
        at = here.left;
      } else if (is_eligible(here.vruntime)) {
        return at;
      } else {
        at = here.right;
      }
    }
    return nullptr;
  }
  // Requires a tree that is not empty.
  std::int64_t least_vruntime() const { return node(*root_).least_vruntime; }

 private:
  static EligibilityNode& node(Entity& entity) { return entity.state<EligibilityNode>(); }
  static const EligibilityNode& node(const Entity& entity) { return entity.state<EligibilityNode>(); }
  static Entity* with(Entity* tree, Entity& added);
  static Entity* without(Entity* tree, Entity& removed);
  static Entity* joined(Entity* lower, Entity* higher);
  static void split(Entity* tree, const EligibilityNode& at, Entity*& lower, Entity*& higher);
  static void refresh(Entity& entity);

  Entity* root_ = nullptr;
};

}  // namespace signalbox
