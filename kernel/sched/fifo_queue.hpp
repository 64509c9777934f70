#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>

#include "kernel/sched/entity.hpp"

namespace signalbox {

// A first-in first-out queue of entities in a ring, so that the k-th of a million is one load away (a linked list
// misses the cache at every link). Pushing at either end and removing from anywhere are O(1), growth and compaction
// amortised. Invariant: the first and the last slot of the window hold entities; an entity that left from the middle
// leaves a hole.
class FifoQueue {
 public:
  bool empty() const { return live_ == 0; }
  std::size_t size() const { return live_; }
  Entity* front() const { return empty() ? nullptr : slot(begin_).entity; }
  // What push_back or push_front was told for the front one. Requires a queue that is not empty.
  std::uint64_t front_order() const { return slot(begin_).order; }

  // `order` rises from the front to the back; queues of one policy are merged by it.
  void push_back(Entity& entity, std::uint64_t order);
  void push_front(Entity& entity, std::uint64_t order);
  // Requires a queue that is not empty.
  Entity& pop_front();
  // Requires an entity of this queue.
  void remove(Entity& entity);
  // The k-th from the front. Null beyond the end, or where holes hide it from a short look.
  Entity* peek(std::size_t k) const {
    if (k >= live_) return nullptr;
    return live_ == window() ? slot(begin_ + static_cast<Position>(k)).entity : peek_past_holes(k);
  }

 private:
  // Positions count up without end and wrap; a power of two of slots makes wrapping harmless.
  using Position = std::uint32_t;
  struct Slot {
    Entity* entity = nullptr;
    std::uint64_t order = 0;
  };
  // Of a hundred thousand queues nearly all hold one entity at most: it lies in the queue itself.
  using Slots = boost::container::small_vector<Slot, 1>;

  Slot& slot(Position position) { return slots_[position & mask_]; }
  const Slot& slot(Position position) const { return slots_[position & mask_]; }
  Position window() const { return end_ - begin_; }
  Entity* peek_past_holes(std::size_t k) const;
  void make_room();
  void grow();
  void compact();
  void trim();

  Slots slots_;
  Position mask_ = 0;
  Position begin_ = 0;
  Position end_ = 0;
  Position live_ = 0;
};

inline void FifoQueue::push_back(Entity& entity, std::uint64_t order) {
  if (window() == slots_.size()) make_room();
  entity.queue_position = end_;
  slot(end_++) = {&entity, order};
  ++live_;
}

inline Entity& FifoQueue::pop_front() {
  Slot& first = slot(begin_++);
  Entity& entity = *first.entity;
  first.entity = nullptr;
  if (--live_ != window()) trim();
  return entity;
}

}  // namespace signalbox
