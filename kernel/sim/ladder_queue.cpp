#include "kernel/sim/ladder_queue.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace signalbox {

namespace {

// A bucket up to this size is sorted as it is.
constexpr std::size_t sortable = 64;
// Events a bucket of the finest rung should hold: few enough to sort quickly.
constexpr std::size_t events_per_bucket = 16;
// So many open buckets still have their last cache lines in the second-level cache.
constexpr std::size_t most_buckets = 1024;
// The run is kept this long while there are more events, so that prefetching sees far enough ahead.
constexpr std::size_t lookahead = 32;
// The run may grow to this length by insertions before it becomes a rung again.
constexpr std::size_t longest_run = 256;

}  // namespace

void LadderQueue::push(const Event& event) {
  const std::uint64_t when = key(event);
  if (when >= top_begin_) {
    top_.append(event, pool_);
    top_range_.widen(when);
    ++stored_;
  } else if (when < run_end_) {
    push_near(event);
  } else {
    store(event, when);
  }
  if (run_.empty()) refill();
}

void LadderQueue::adopt(EventHeap& heap) {
  heap.drain([this](const Event& event) {
    top_.append(event, pool_);
    top_range_.widen(key(event));
    ++stored_;
  });
  refill();
}

void LadderQueue::store(const Event& event, std::uint64_t when) {
  std::size_t k = 0;
  while (k + 1 < depth_ && when < rungs_[k + 1].end) ++k;
  rungs_[k].bucket_of(when).append(event, pool_);
  ++stored_;
}

void LadderQueue::push_near(const Event& event) {
  if (!run_.insert(event)) late_.push(event);
  if (run_.size() + late_.size() > spill_at_) spill();
}

Event LadderQueue::pop() {
  const Event event = late_is_next() ? late_.pop() : run_.pop();
  if (run_.size() < lookahead && stored_ > 0) refill();
  return event;
}

const Event* LadderQueue::peek(std::size_t k) const {
  if (k >= run_.size()) return k == 0 && !late_.empty() ? &late_.front() : nullptr;
  const Event& event = run_[k];
  if (late_.empty() || event < late_.front()) return &event;
  return k == 0 ? &late_.front() : nullptr;
}

void LadderQueue::refill() {
  while (run_.size() < lookahead && stored_ > 0) sort_next_bucket();
  // Doubling bounds the work: what a spill moves has been pushed since the last refill.
  spill_at_ = std::max(longest_run, 2 * (run_.size() + late_.size()));
}

// Requires stored_ > 0. Adds at least one event to the run.
void LadderQueue::sort_next_bucket() {
  for (;;) {
    if (depth_ == 0) {
      const Range range = top_range_;
      top_range_ = Range();
      top_begin_ = range.greatest + 1;
      if (sort_or_split(top_, range, top_begin_)) return;
      continue;
    }
    Rung& rung = rungs_[depth_ - 1];
    while (rung.current < rung.buckets.size() && rung.buckets[rung.current].empty()) ++rung.current;
    if (rung.current == rung.buckets.size()) {
      --depth_;
      continue;
    }
    EventBucket& bucket = rung.buckets[rung.current];
    Range range;
    if (bucket.size() > sortable) bucket.visit([&](const Event& event) { range.widen(key(event)); });
    const std::uint64_t end = std::min(rung.end, rung.base + ((rung.current + 1) << rung.shift));
    if (sort_or_split(bucket, range, end)) return;
  }
}

// True where the run took the bucket. One of a single instant is sorted whatever its size, since no rung could split
// it; the run then ends right after that instant, so that what comes later stays unsorted.
bool LadderQueue::sort_or_split(EventBucket& bucket, Range range, std::uint64_t end) {
  if (bucket.size() <= sortable) {
    load(bucket, end);
    return true;
  }
  if (range.least == range.greatest) {
    load(bucket, range.greatest + 1);
    return true;
  }
  EventBucket events = std::exchange(bucket, EventBucket());
  Rung& rung = add_rung(range, events.size());
  events.drain(pool_, [&](const Event& event) { rung.bucket_of(key(event)).append(event, pool_); });
  return false;
}

void LadderQueue::load(EventBucket& bucket, std::uint64_t end) {
  const std::size_t sorted = run_.size();
  stored_ -= bucket.size();
  run_.reserve(bucket.size());
  bucket.drain(pool_, [&](const Event& event) { run_.append(event); });
  run_.sort_from(sorted);
  run_end_ = end;
}

// The new innermost rung. It ends right after the greatest event, so a lone far event does not make it coarse.
LadderQueue::Rung& LadderQueue::add_rung(Range range, std::size_t count) {
  const std::size_t wanted = std::clamp(std::bit_ceil(count / events_per_bucket), std::size_t{2}, most_buckets);
  const int excess = static_cast<int>(std::bit_width(range.greatest - range.least)) - std::countr_zero(wanted);
  if (depth_ == rungs_.size()) rungs_.emplace_back();
  Rung& rung = rungs_[depth_++];
  rung.base = range.least;
  rung.end = range.greatest + 1;
  rung.shift = excess > 0 ? static_cast<unsigned>(excess) : 0;
  rung.current = 0;
  rung.buckets.assign(((range.greatest - range.least) >> rung.shift) + 1, EventBucket());
  return rung;
}

// Near events have become too many to keep sorted: they become the innermost rung.
void LadderQueue::spill() {
  const std::size_t count = run_.size() + late_.size();
  const Range range{.least = static_cast<std::uint64_t>(next_instant().nanoseconds()), .greatest = run_end_ - 1};
  if (range.least == range.greatest) return;
  Rung& rung = add_rung(range, count);
  const auto store = [&](const Event& event) { rung.bucket_of(key(event)).append(event, pool_); };
  for (std::size_t k = 0; k < run_.size(); ++k) store(run_[k]);
  run_.clear();
  late_.drain(store);
  stored_ += count;
  refill();
}

}  // namespace signalbox
