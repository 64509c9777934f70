#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/sched/entity.hpp"

namespace signalbox {

// Where an entity stands in a PlaceTree: a lower key comes first, then a lower order. A policy's state begins with it,
// because the first bytes of the state share a cache line with the entity's identity.
struct QueuePlace {
  std::int64_t key = 0;
  std::uint64_t order = 0;

  auto operator<=>(const QueuePlace&) const = default;
};

// What a PlaceTree knows of the entities below a node, if nothing needs to be known.
struct NoSummary {
  void include(NoSummary) {}
  bool rests_on(NoSummary) const { return false; }
};

// Entities by their places: a B+ tree (Comer, The Ubiquitous B-Tree, Computing Surveys 1979). Places lie in the nodes
// and not in the entities, so that a search touches a few cache lines and no entity: of 100,000 entities the nodes
// above the leaves stay in the host's nearer caches, where a binary tree misses them a dozen times. A node is given
// back when it is empty, not when it is half empty (Johnson and Shasha, B-trees with inserts and deletes, 1993). All is
// O(log n).
//
// `Summary` is what is known of all entities below a node: include(other) adds to it, rests_on(other) says whether it
// could be another without `other`.
template <class Summary = NoSummary>
class PlaceTree {
 public:
  PlaceTree() = default;
  PlaceTree(const PlaceTree&) = delete;
  PlaceTree& operator=(const PlaceTree&) = delete;

  bool empty() const { return root_ == nullptr || root_->is_empty(); }

  // Requires a place that nobody else has.
  void insert(Entity& entity, const QueuePlace& place, Summary summary = {}) {
    if (root_ == nullptr) [[unlikely]]
      root_ = vacant_node();
    if (root_->is_full()) [[unlikely]]
      grow();
    Node* at = root_;
    for (unsigned level = levels_; level > 0; --level) at = &way_to(*at, place, summary);
    insert_at(*at, end_of_those_up_to(*at, place), place, summary, &entity);
  }
  // Requires that it was inserted with this place.
  void remove(const Entity& entity, const QueuePlace& place) {
    CHECK(root_ != nullptr, "only a queued entity can be removed");
    Path path;
    Node* at = root_;
    for (unsigned level = levels_; level > 0; --level) {
      path[level] = {at, slot_for(*at, place)};
      at = &node_below(at->slots[path[level].slot]);
    }
    unsigned slot = at->first;
    while (slot != at->end && at->slots[slot].below != &entity) ++slot;
    CHECK(slot != at->end, "only a queued entity can be removed");
    take(path, *at, slot);
  }

  // Null if it is empty.
  Entity* front() const {
    if (empty()) return nullptr;
    const Node& leaf = first_leaf();
    return &entity_in(leaf.slots[leaf.first]);
  }
  // The k-th from the front, if it is known without a walk; else null.
  const Entity* peek(std::size_t k) const {
    if (empty()) return nullptr;
    const Node& leaf = first_leaf();
    return k < leaf.size() ? &entity_in(leaf.slots[leaf.first + k]) : nullptr;
  }
  // The first one that is accepted, where accept(summary) says whether there is one among those it sums up. Null: none.
  template <class Accept>
  Entity* first(Accept accept) const {
    if (root_ == nullptr) return nullptr;
    const Node* at = root_;
    for (unsigned level = levels_;; --level) {
      const unsigned slot = first_in(*at, accept);
      if (slot == at->end) return nullptr;
      if (level == 0) return &entity_in(at->slots[slot]);
      at = &node_below(at->slots[slot]);
    }
  }
  // The same, and takes it out.
  template <class Accept>
  Entity* take_first(Accept accept) {
    if (root_ == nullptr) return nullptr;
    Path path;
    Node* at = root_;
    for (unsigned level = levels_;; --level) {
      const unsigned slot = first_in(*at, accept);
      if (slot == at->end) return nullptr;
      if (level == 0) {
        Entity& taken = entity_in(at->slots[slot]);
        take(path, *at, slot);
        return &taken;
      }
      path[level] = {at, slot};
      at = &node_below(at->slots[slot]);
    }
  }
  Entity* take_front() {
    return take_first([](Summary) { return true; });
  }
  // Of all. Requires a tree that is not empty.
  Summary summary() const { return summary_of(*root_); }

 private:
  struct Slot {
    QueuePlace place;  // above the leaves: nobody below comes before it
    [[no_unique_address]] Summary summary;
    void* below;  // an Entity in a leaf, a Node above
  };
  // Small enough to be searched and shifted in a moment, large enough that four levels hold 100,000.
  static constexpr std::size_t node_bytes = 1024;
  static constexpr std::size_t header_bytes = 16;
  static constexpr unsigned capacity = (node_bytes - header_bytes) / sizeof(Slot);
  // Its slots in use are those from `first` to `end`: taking from the front and adding to the back shift nothing.
  struct alignas(64) Node {
    unsigned size() const { return end - first; }
    bool is_empty() const { return end == first; }
    bool is_full() const { return size() == capacity; }

    alignas(header_bytes) unsigned first = 0;
    unsigned end = 0;
    alignas(header_bytes) std::array<Slot, capacity> slots;
  };
  static_assert(sizeof(Node) == node_bytes && std::is_trivially_copyable_v<Slot>);

  // From the root, which has the highest level, down to above the leaves, whose level is 0. A tree grows by a level
  // when its root is full, so there are never more than these.
  static constexpr std::size_t most_levels = 16;
  struct Step {
    Node* node;
    unsigned slot;
  };
  using Path = std::array<Step, most_levels>;

  static Entity& entity_in(const Slot& slot) { return *static_cast<Entity*>(slot.below); }
  static Node& node_below(const Slot& slot) { return *static_cast<Node*>(slot.below); }
  static bool up_to(const QueuePlace& a, const QueuePlace& b) {
    return (a.key < b.key) | ((a.key == b.key) & (a.order <= b.order));  // without a branch to mispredict
  }

  template <class Accept>
  static unsigned first_in(const Node& node, Accept accept) {
    unsigned slot = node.first;
    while (slot != node.end && !accept(node.slots[slot].summary)) ++slot;
    return slot;
  }
  // Most are added at the back.
  static unsigned end_of_those_up_to(const Node& node, const QueuePlace& place) {
    if (node.is_empty() || up_to(node.slots[node.end - 1].place, place)) return node.end;
    unsigned slot = node.first;
    unsigned count = node.size();
    while (count > 1) {  // the last slot of the two halves' first that is not behind the place
      const unsigned half = count / 2;
      slot += up_to(node.slots[slot + half - 1].place, place) ? half : 0;
      count -= half;
    }
    return slot + (up_to(node.slots[slot].place, place) ? 1 : 0);
  }
  static unsigned slot_for(const Node& node, const QueuePlace& place) {
    const unsigned end = end_of_those_up_to(node, place);
    return end == node.first ? end : end - 1;
  }
  const Node& first_leaf() const {
    const Node* at = root_;
    for (unsigned level = levels_; level > 0; --level) at = &node_below(at->slots[at->first]);
    return *at;
  }

  // Requires a node that is not full. Word by word: the host would have to wait for a whole slot just put together.
  static void insert_at(Node& node, unsigned slot, const QueuePlace& place, Summary summary, void* below) {
    const auto slots = node.slots.begin();
    if (node.end == capacity) {
      std::copy(slots + node.first, slots + slot, slots + node.first - 1);
      --node.first;
      --slot;
    } else {
      if (slot != node.end) std::copy_backward(slots + slot, slots + node.end, slots + node.end + 1);
      ++node.end;
    }
    Slot& added = node.slots[slot];
    added.place.key = place.key;
    added.place.order = place.order;
    added.summary = summary;
    added.below = below;
  }
  static void erase_at(Node& node, unsigned slot) {
    const auto slots = node.slots.begin();
    if (slot == node.first) {
      ++node.first;
    } else {
      std::copy(slots + slot + 1, slots + node.end, slots + slot);
      --node.end;
    }
    if (node.is_empty()) node.first = node.end = 0;
  }
  static Summary summary_of(const Node& node) {
    Summary summary = node.slots[node.first].summary;
    for (unsigned slot = node.first + 1; slot < node.end; ++slot) summary.include(node.slots[slot].summary);
    return summary;
  }

  // The node below `node` that leads to the place, which has room for it then. `node` has room for another one.
  [[gnu::noinline]] Node& way_to(Node& node, const QueuePlace& place, Summary summary) {
    unsigned slot = slot_for(node, place);
    if (node_below(node.slots[slot]).is_full()) {
      split(node_below(node.slots[slot]), node, slot);
      slot = slot_for(node, place);
    }
    node.slots[slot].place = std::min(node.slots[slot].place, place);  // it may be a new first one
    node.slots[slot].summary.include(summary);
    return node_below(node.slots[slot]);
  }
  // A full node, which is in a slot of its parent.
  void split(Node& lower, Node& parent, unsigned slot) {
    Node& higher = *vacant_node();
    constexpr unsigned half = capacity / 2;
    std::copy(lower.slots.begin() + half, lower.slots.end(), higher.slots.begin());
    higher.end = capacity - half;
    lower.end = half;
    parent.slots[slot].summary = summary_of(lower);
    insert_above(parent, slot + 1, higher);
  }
  static void insert_above(Node& parent, unsigned slot, Node& node) {
    insert_at(parent, slot, node.slots[node.first].place, summary_of(node), &node);
  }
  [[gnu::noinline]] void grow() {
    CHECK(levels_ + 1 < most_levels, "a level more takes many times as many insertions");
    Node& below = *root_;
    root_ = vacant_node();
    insert_above(*root_, 0, below);
    split(below, *root_, 0);
    ++levels_;
  }

  // Out of the leaf to which the path leads, and what follows from that for those above.
  void take(const Path& path, Node& leaf, unsigned slot) {
    const Summary removed = leaf.slots[slot].summary;
    erase_at(leaf, slot);
    if (levels_ != 0) mend(path, leaf, removed);
  }
  [[gnu::noinline]] void mend(const Path& path, Node& leaf, Summary removed) {
    Node* below = &leaf;
    for (unsigned level = 1; level <= levels_; ++level) {
      const auto& [node, above] = path[level];
      Slot& of_below = node->slots[above];
      if (below->is_empty()) {
        vacant_.push_back(below);
        erase_at(*node, above);
      } else if (of_below.summary.rests_on(removed)) {
        of_below.summary = summary_of(*below);
      } else {
        break;
      }
      below = node;
    }
    while (levels_ > 0 && root_->size() == 1) {
      vacant_.push_back(root_);
      root_ = &node_below(root_->slots[root_->first]);
      --levels_;
    }
  }

  [[gnu::noinline]] Node* vacant_node() {
    if (vacant_.empty()) {
      nodes_.push_back(std::make_unique<Node>());
      return nodes_.back().get();
    }
    Node* const node = vacant_.back();
    vacant_.pop_back();
    node->first = node->end = 0;
    return node;
  }

  Node* root_ = nullptr;
  unsigned levels_ = 0;  // above the leaves
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Node*> vacant_;
};

}  // namespace signalbox
