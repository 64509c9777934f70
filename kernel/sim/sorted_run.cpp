#include "kernel/sim/sorted_run.hpp"

#include <algorithm>

namespace signalbox {
namespace {

// The first event behind `event`. Most come in near the front: a few steps from there are one branch that the host may
// mispredict, where bisection has one a step.
Event* find_place(Event* head, Event* end, const Event& event) {
  constexpr std::ptrdiff_t few = 8;
  Event* const near = end - head > few ? head + few : end;
  for (Event* place = head; place != near; ++place) {
    if (event < *place) return place;
  }
  return std::upper_bound(near, end, event);
}

}  // namespace

bool SortedRun::insert(const Event& event) {
  if (empty() || back() < event) {
    reserve(1);
    append(event);
    return true;
  }
  Event* const head = &events_[head_];
  Event* const end = &events_[end_];
  Event* const place = find_place(head, end, event);
  const auto before = static_cast<std::size_t>(place - head);
  const auto behind = static_cast<std::size_t>(end - place);
  if (head_ > 0 && before <= std::min(behind, reach)) {
    std::copy(head, place, head - 1);
    *(place - 1) = event;
    --head_;
    return true;
  }
  if (behind > reach) return false;
  reserve(1);
  Event* const moved = &events_[end_ - behind];
  std::copy_backward(moved, moved + behind, moved + behind + 1);
  *moved = event;
  ++end_;
  return true;
}

void SortedRun::reserve(std::size_t count) {
  if (end_ + count <= capacity_) return;
  const std::size_t needed = front_room + size() + count;
  // Sliding back to the start pays only where it frees as much as it moves.
  move_to(needed + size() <= capacity_ ? capacity_ : std::max(2 * capacity_, needed));
}

void SortedRun::move_to(std::size_t capacity) {
  const std::size_t count = size();
  if (capacity == capacity_) {
    std::copy_n(events_.get() + head_, count, events_.get() + front_room);
  } else {
    auto wider = std::make_unique_for_overwrite<Event[]>(capacity);
    if (count > 0) std::copy_n(events_.get() + head_, count, wider.get() + front_room);
    events_ = std::move(wider);
    capacity_ = capacity;
  }
  head_ = front_room;
  end_ = front_room + count;
}

void SortedRun::sort_from(std::size_t k) {
  Event* const first = &events_[head_ + k];
  Event* const end = &events_[end_];
  // Insertion for the usual few, or when nearly sorted as appended events of one instant are.
  if (end - first > 64) {
    if (!std::is_sorted(first, end)) std::sort(first, end);
    return;
  }
  for (Event* next = first + 1; next < end; ++next) {
    const Event event = *next;
    Event* hole = next;
    for (; hole > first && event < *(hole - 1); --hole) *hole = *(hole - 1);
    *hole = event;
  }
}

}  // namespace signalbox
