#include "kernel/sched/fifo_queue.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr std::size_t least_slots = 1;
// How many holes peek looks past: a hint must stay cheap.
constexpr std::size_t hole_patience = 16;

}  // namespace

void FifoQueue::push_front(Entity& entity, std::uint64_t order) {
  if (window() == slots_.size()) make_room();
  entity.queue_position = --begin_;
  slot(begin_) = {&entity, order};
  ++live_;
}

void FifoQueue::remove(Entity& entity) {
  const Position position = entity.queue_position;
  CHECK(position - begin_ < window() && slot(position).entity == &entity, "only a queued entity can be removed");
  slot(position).entity = nullptr;
  --live_;
  trim();
}

Entity* FifoQueue::peek_past_holes(std::size_t k) const {
  std::size_t left = k;
  const std::size_t reach = k + hole_patience;
  for (Position i = 0; i < window() && i <= reach; ++i) {
    Entity* const entity = slot(begin_ + i).entity;
    if (entity != nullptr && left-- == 0) return entity;
  }
  return nullptr;
}

// Holes at the ends close at once, so that front() never searches; each hole is passed once.
void FifoQueue::trim() {
  while (begin_ != end_ && slot(begin_).entity == nullptr) ++begin_;
  while (begin_ != end_ && slot(end_ - 1).entity == nullptr) --end_;
}

// At least half the slots hold entities after this, so what it cost is paid for by as many pushes.
void FifoQueue::make_room() {
  if (slots_.empty() || live_ > slots_.size() / 2) {
    grow();
  } else {
    compact();
  }
}

void FifoQueue::grow() {
  Slots larger(slots_.empty() ? least_slots : slots_.size() * 2);
  CHECK(larger.size() <= std::size_t{1} << 31U, "positions are told apart by 32 bits");
  const Position larger_mask = static_cast<Position>(larger.size() - 1);
  for (Position p = begin_; p != end_; ++p) larger[p & larger_mask] = slot(p);
  slots_.swap(larger);
  mask_ = larger_mask;
}

void FifoQueue::compact() {
  Position to = begin_;
  for (Position from = begin_; from != end_; ++from) {
    const Slot moved = slot(from);
    if (moved.entity == nullptr) continue;
    slot(from).entity = nullptr;
    moved.entity->queue_position = to;
    slot(to++) = moved;
  }
  end_ = to;
}

}  // namespace signalbox
