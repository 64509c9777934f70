#pragma once

#include <boost/intrusive/set.hpp>
#include <cstddef>
#include <cstdint>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/entity.hpp"

namespace signalbox {

// Where an entity stands in a SharedTree: a lower key comes first, then a lower order. A policy's state begins with it,
// because the first bytes of the state share a cache line with the tree's links.
struct QueuePlace {
  std::int64_t key = 0;
  std::uint64_t order = 0;

  auto operator<=>(const QueuePlace&) const = default;
};

// Entities ordered by a key for all CPUs: each takes the first one among those allowed on it. `State` is the policy's
// state; its first member is `QueuePlace place`. O(log n).
template <class State>
class SharedTree {
 public:
  SharedTree(const AffinityTable& affinities, CpuRange cpus) : queues_(affinities, cpus) {}

  static bool holds(const Entity& entity) { return entity.tree_hook.is_linked(); }

  void insert_behind_equals(Entity& entity, std::int64_t key) { insert(entity, {key, ++last_order_}); }
  void insert_before_equals(Entity& entity, std::int64_t key) { insert(entity, {key, --first_order_}); }
  void remove(Entity& entity) { queues_.of(entity).erase(Tree::s_iterator_to(entity)); }

  // Null if none is allowed on `cpu`.
  Entity* front(CpuId cpu) const {
    Tree* const best = queues_.best(cpu, front_before);
    return best == nullptr ? nullptr : &*best->begin();
  }
  Entity* pop_front(CpuId cpu) {
    Tree* const best = queues_.best(cpu, front_before);
    if (best == nullptr) return nullptr;
    Entity& first = *best->begin();
    best->erase(best->begin());
    return &first;
  }
  // Only the next one is known without a walk.
  const Entity* peek(CpuId cpu, std::size_t k) const { return k == 0 ? front(cpu) : nullptr; }
  // The first one, whoever may run it.
  const Entity* first_of_all() const {
    const Entity* first = nullptr;
    for (Tree* const tree : queues_.all()) {
      if (!tree->empty() && (first == nullptr || before(*tree->begin(), *first))) first = &*tree->begin();
    }
    return first;
  }

 private:
  static bool before(const Entity& a, const Entity& b) { return a.state<State>().place < b.state<State>().place; }
  struct Before {
    bool operator()(const Entity& a, const Entity& b) const { return before(a, b); }
  };
  using Hook = boost::intrusive::member_hook<Entity, Entity::TreeHook, &Entity::tree_hook>;
  using Tree = boost::intrusive::multiset<Entity, Hook, boost::intrusive::compare<Before>,
                                          boost::intrusive::constant_time_size<false>>;
  static bool front_before(const Tree& a, const Tree& b) { return before(*a.begin(), *b.begin()); }

  void insert(Entity& entity, QueuePlace place) {
    entity.state<State>().place = place;
    queues_.of(entity).insert(entity);
  }

  static constexpr std::uint64_t middle = std::uint64_t{1} << 63U;

  ByAffinity<Tree> queues_;
  std::uint64_t first_order_ = middle;
  std::uint64_t last_order_ = middle;
};

}  // namespace signalbox
