#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/place_tree.hpp"

namespace signalbox {

// Entities ordered by a key for all CPUs: each takes the first one among those allowed on it. `State` is the policy's
// state; its first member is `QueuePlace place`. O(log n).
template <class State>
class SharedTree {
 public:
  SharedTree(const AffinityTable& affinities, CpuRange cpus) : queues_(affinities, cpus) {}

  static bool holds(const Entity& entity) { return place_of(entity).order != nowhere; }

  void insert_behind_equals(Entity& entity, std::int64_t key) { insert(entity, {key, ++last_order_}); }
  void insert_before_equals(Entity& entity, std::int64_t key) { insert(entity, {key, --first_order_}); }
  void remove(Entity& entity) {
    queues_.of(entity).remove(entity, place_of(entity));
    entity.state<State>().place.order = nowhere;
  }

  // Null if none is allowed on `cpu`.
  Entity* front(CpuId cpu) const {
    const Tree* const best = queues_.best(cpu, front_before);
    return best == nullptr ? nullptr : best->front();
  }
  Entity* pop_front(CpuId cpu) {
    Tree* const best = queues_.best(cpu, front_before);
    if (best == nullptr) return nullptr;
    Entity* const first = best->take_front();
    first->state<State>().place.order = nowhere;
    return first;
  }
  // The k-th from now; null if that is not known without a search.
  const Entity* peek(CpuId cpu, std::size_t k) const {
    if (k == 0) return front(cpu);
    const Tree* const only = queues_.only(cpu);
    return only == nullptr ? nullptr : only->peek(k);
  }
  // The first one, whoever may run it.
  const Entity* first_of_all() const {
    const Entity* first = nullptr;
    for (const Tree* const tree : queues_.all()) {
      if (tree->empty()) continue;
      const Entity* const front = tree->front();
      if (first == nullptr || place_of(*front) < place_of(*first)) first = front;
    }
    return first;
  }

 private:
  using Tree = PlaceTree<>;
  static constexpr std::uint64_t nowhere = 0;  // an order that nobody gets who is in a tree
  static constexpr std::uint64_t middle = std::uint64_t{1} << 63U;

  static const QueuePlace& place_of(const Entity& entity) { return entity.state<State>().place; }
  static bool front_before(const Tree& a, const Tree& b) { return place_of(*a.front()) < place_of(*b.front()); }

  void insert(Entity& entity, QueuePlace place) {
    entity.state<State>().place = place;
    queues_.of(entity).insert(entity, place);
  }

  ByAffinity<Tree> queues_;
  std::uint64_t first_order_ = middle;
  std::uint64_t last_order_ = middle;
};

}  // namespace signalbox
