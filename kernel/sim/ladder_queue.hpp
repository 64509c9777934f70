#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/sim/event_bucket.hpp"
#include "kernel/sim/event_heap.hpp"
#include "kernel/sim/sorted_run.hpp"

namespace signalbox {

// A priority queue whose cost does not grow with the number of events: events are appended unsorted to coarse
// buckets, a bucket that comes due is split into finer ones, and only the few next events are ever sorted
// (W. T. Tang, R. S. M. Goh, I. L.-J. Thng: Ladder queue: an O(1) priority queue structure for large-scale
// discrete event simulation, ACM TOMACS 15(3), 2005). No step walks random memory.
//
// From near to far: the run and the late events (before run_end_), the rungs from the innermost to rung 0
// (each up to its own end), and the top (from top_begin_ on).
class LadderQueue {
 public:
  std::size_t size() const { return run_.size() + late_.size() + stored_; }
  // Requires size() > 0.
  Instant next_instant() const { return late_is_next() ? late_.front().when : run_.front().when; }
  // Requires that event.when is not negative.
  void push(const Event& event);
  // Takes over every event of `heap`. Requires size() == 0.
  void adopt(EventHeap& heap);
  // Requires size() > 0.
  Event pop();
  // Null where the run is shorter, or where a late event comes before.
  const Event* peek(std::size_t k) const;

  // Hands every event to `sink`, in no particular order, and is empty afterwards.
  template <class Sink>
  void drain(Sink&& sink);

  // What the buckets hold on to, for the statement of memory an event.
  std::size_t bucket_bytes() const { return pool_.chunks() * sizeof(EventChunk); }

 private:
  // Equal steps of time, a power of two each. Its current bucket may be opened again and again: what a child rung
  // or the run took of it ends before what comes later.
  struct Rung {
    std::uint64_t base = 0;
    std::uint64_t end = 0;
    unsigned shift = 0;
    std::size_t current = 0;
    std::vector<EventBucket> buckets;

    EventBucket& bucket_of(std::uint64_t when) { return buckets[(when - base) >> shift]; }
  };
  struct Range {
    std::uint64_t least = ~std::uint64_t{0};
    std::uint64_t greatest = 0;

    void widen(std::uint64_t when) {
      least = when < least ? when : least;
      greatest = when > greatest ? when : greatest;
    }
  };

  static std::uint64_t key(const Event& event) { return static_cast<std::uint64_t>(event.when.nanoseconds()); }

  bool late_is_next() const { return !late_.empty() && (run_.empty() || late_.front() < run_.front()); }
  void store(const Event& event, std::uint64_t when);
  void push_near(const Event& event);
  void refill();
  void sort_next_bucket();
  bool sort_or_split(EventBucket& bucket, Range range, std::uint64_t end);
  void load(EventBucket& bucket, std::uint64_t end);
  Rung& add_rung(Range range, std::size_t count);
  void spill();

  SortedRun run_;
  EventHeap late_;               // events before run_end_ that the run could not take cheaply
  std::uint64_t run_end_ = 0;    // the run and late_ hold all events before this instant, and no other
  std::uint64_t top_begin_ = 0;  // the top holds all events from this instant on
  std::size_t stored_ = 0;       // events in rungs and top
  std::size_t spill_at_ = 0;     // more near events than this go back into a rung
  std::size_t depth_ = 0;        // rungs in use
  std::vector<Rung> rungs_;      // outermost first; those beyond depth_ keep their memory for later
  EventBucket top_;
  Range top_range_;
  EventChunkPool pool_;
};

template <class Sink>
void LadderQueue::drain(Sink&& sink) {
  for (std::size_t k = 0; k < run_.size(); ++k) sink(run_[k]);
  run_.clear();
  late_.drain(sink);
  for (; depth_ > 0; --depth_) {
    Rung& rung = rungs_[depth_ - 1];
    for (std::size_t k = rung.current; k < rung.buckets.size(); ++k) rung.buckets[k].drain(pool_, sink);
  }
  top_.drain(pool_, sink);
  top_range_ = Range();
  run_end_ = top_begin_ = 0;
  stored_ = 0;
}

}  // namespace signalbox
