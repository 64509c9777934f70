#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernel/sched/eligibility_tree.hpp"

namespace signalbox {

// Entities as an EligibilityTree has them, but for the first few, which lie in an array in no order: of one to four,
// which is the rule, a tree is more work than looking at each. What does not fit goes to a tree, and so does whoever
// comes until that tree is empty.
class EligibilityQueue {
 public:
  bool empty() const { return (count_ | tree_count_) == 0; }
  // Requires that deadline, order and vruntime of the entity's node are set and stay as they are while it is in here.
  [[gnu::always_inline]] void insert(Entity& entity) {
    if (tree_count_ != 0 || count_ == few_.size()) [[unlikely]]
      return insert_into_tree(entity);
    const EligibilityNode& node = entity.state<EligibilityNode>();
    Slot& added = few_[count_++];
    added.deadline = node.deadline;
    added.order = node.order;
    added.vruntime = node.vruntime;
    added.entity = &entity;
    least_ = std::min(least_, node.vruntime);
  }
  void remove(Entity& entity) {
    const auto slot = std::ranges::find(few_.begin(), few_.begin() + count_, &entity, &Slot::entity);
    slot == few_.begin() + count_ ? remove_from_tree(entity) : erase(*slot);
  }

  // The least vruntime; the greatest number there is if it is empty.
  std::int64_t least_vruntime() const {
    if (tree_count_ != 0) [[unlikely]]
      return std::min(least_, least_in_tree());
    return least_;
  }
  // The earliest deadline among those for whose vruntime `is_eligible` holds, which must hold for all lower ones too.
  // Null if there is none, or, where it is taken, if its deadline is not before `bound`.
  template <class IsEligible>
  [[gnu::always_inline]] Entity* first_eligible(IsEligible is_eligible) const {
    if (tree_count_ != 0) [[unlikely]]
      return first_of_all(is_eligible, never);
    return is_eligible(least_) ? entity_of(first_of_few(is_eligible, never)) : nullptr;
  }
  template <class IsEligible>
  [[gnu::always_inline]] Entity* take_first_eligible(IsEligible is_eligible, std::int64_t bound) {
    if (tree_count_ != 0) [[unlikely]]
      return take(first_of_all(is_eligible, bound));
    return take(first_of_few(is_eligible, bound));
  }
  // The same, or, if nobody is eligible, the one nearest to being so; null if it is empty.
  template <class IsEligible>
  [[gnu::always_inline]] Entity* take_best(IsEligible is_eligible) {
    if (tree_count_ != 0) [[unlikely]] {
      const std::int64_t least = least_vruntime();
      return take(
          first_of_all([=](std::int64_t vruntime) { return is_eligible(vruntime) || vruntime <= least; }, never));
    }
    if (count_ <= 1) {
      if (count_ == 0) return nullptr;
      count_ = 0;
      least_ = never;
      return few_[0].entity;
    }
    const bool is_any = is_eligible(least_);
    return take(first_of_few(
        [=, this](std::int64_t vruntime) { return is_any ? is_eligible(vruntime) : vruntime == least_; }, never));
  }
  // The k-th by deadline, eligible or not, if it is known without a walk; else null.
  const Entity* peek(std::size_t k) const { return count_ == 0 ? tree_.peek(k) : nullptr; }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  struct Slot {
    std::int64_t deadline;
    std::uint64_t order;
    std::int64_t vruntime;
    Entity* entity;
  };

  template <class IsEligible>
  [[gnu::always_inline]] const Slot* first_of_few(IsEligible is_eligible, std::int64_t bound) const {
    const Slot* found = nullptr;
    for (const Slot* slot = few_.data(); slot != few_.data() + count_; ++slot) {
      if (slot->deadline > bound || !is_eligible(slot->vruntime)) continue;
      if (slot->deadline == bound && (found == nullptr || slot->order > found->order)) continue;
      found = slot;
      bound = slot->deadline;
    }
    return found;
  }
  static Entity* entity_of(const Slot* slot) { return slot == nullptr ? nullptr : slot->entity; }
  [[gnu::always_inline]] Entity* take(const Slot* slot) {
    if (slot == nullptr) return nullptr;
    Entity* const taken = slot->entity;
    erase(few_[static_cast<std::size_t>(slot - few_.data())]);
    return taken;
  }
  // Word by word, as it was inserted: for two words at once, of which each was just written, the host would have to
  // wait. (kernel/CMakeLists.txt forbids the compiler to join them.)
  void erase(Slot& slot) {
    const Slot& last = few_[--count_];
    slot.deadline = last.deadline;
    slot.order = last.order;
    slot.vruntime = last.vruntime;
    slot.entity = last.entity;
    least_ = never;
    for (std::size_t left = 0; left < count_; ++left) least_ = std::min(least_, few_[left].vruntime);
  }

  template <class IsEligible>
  [[gnu::noinline]] Entity* first_of_all(IsEligible is_eligible, std::int64_t bound) const {
    Entity* const of_few = entity_of(first_of_few(is_eligible, bound));
    Entity* const first = tree_.first_eligible(is_eligible);
    if (first == nullptr) return of_few;
    const EligibilityNode& node = first->state<EligibilityNode>();
    if (of_few == nullptr) return node.deadline < bound ? first : nullptr;
    const EligibilityNode& other = of_few->state<EligibilityNode>();
    const bool is_before = node.deadline != other.deadline ? node.deadline < other.deadline : node.order < other.order;
    return is_before ? first : of_few;
  }
  [[gnu::noinline]] Entity* take(Entity* entity) {
    if (entity != nullptr) remove(*entity);
    return entity;
  }
  [[gnu::noinline]] std::int64_t least_in_tree() const { return tree_.least_vruntime(); }
  [[gnu::noinline]] void insert_into_tree(Entity& entity) {
    tree_.insert(entity);
    ++tree_count_;
  }
  [[gnu::noinline]] void remove_from_tree(Entity& entity) {
    tree_.remove(entity);
    --tree_count_;
  }

  std::size_t count_ = 0;  // of `few_` in use
  std::size_t tree_count_ = 0;
  std::int64_t least_ = never;  // vruntime of the few
  std::array<Slot, 16> few_;
  EligibilityTree tree_;
};

}  // namespace signalbox
