#include "kernel/sched/ticket_tree.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

constexpr std::size_t least_leaves = 16;

}  // namespace

void TicketTree::add(Entity& entity, std::uint64_t tickets) {
  CHECK(tickets > 0, "who holds no ticket never runs");
  if (entities_.empty()) {
    each_ = tickets;
  } else if (tickets != each_ && are_equal()) {
    each_ = 0;
    sum_up();
  }
  if (entities_.size() == leaves_) grow();
  entity.queue_position = static_cast<std::uint32_t>(entities_.size());
  entities_.push_back(&entity);
  set(entities_.size() - 1, tickets);
}

void TicketTree::remove(Entity& entity) {
  const std::size_t slot = entity.queue_position;
  CHECK(slot < entities_.size() && entities_[slot] == &entity, "only who holds tickets can be removed");
  const std::size_t last = entities_.size() - 1;
  if (slot != last) {
    entities_[slot] = entities_[last];
    entities_[slot]->queue_position = static_cast<std::uint32_t>(slot);
    set(slot, sums_[leaves_ + last]);
  }
  set(last, 0);
  entities_.pop_back();
}

Entity& TicketTree::holder(std::uint64_t number) const {
  CHECK(number < total(), "the drawn ticket must have been sold");
  if (are_equal()) return *entities_[number / each_];
  std::uint64_t left = number;
  std::size_t node = 1;
  while (node < leaves_) {
    node *= 2;
    if (left < sums_[node]) continue;
    left -= sums_[node];
    ++node;
  }
  return *entities_[node - leaves_];
}

void TicketTree::prefetch(std::uint64_t number) const {
  if (!are_equal() || number / each_ >= entities_.size()) return;
  const Entity* const entity = entities_[number / each_];
  __builtin_prefetch(&entity->queue_position, 1);
  __builtin_prefetch(entity, 1);
}

void TicketTree::set(std::size_t slot, std::uint64_t tickets) {
  std::size_t node = leaves_ + slot;
  sums_[node] = tickets;
  if (are_equal()) return;
  while (node > 1) {
    node /= 2;
    sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
  }
}

void TicketTree::grow() {
  const std::size_t larger = leaves_ == 0 ? least_leaves : leaves_ * 2;
  std::vector<std::uint64_t> sums(larger * 2);
  for (std::size_t slot = 0; slot < leaves_; ++slot) sums[larger + slot] = sums_[leaves_ + slot];
  sums_.swap(sums);
  leaves_ = larger;
  if (!are_equal()) sum_up();
}

void TicketTree::sum_up() {
  for (std::size_t node = leaves_ - 1; node > 0; --node) sums_[node] = sums_[2 * node] + sums_[2 * node + 1];
}

}  // namespace signalbox
