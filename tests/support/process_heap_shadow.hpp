#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/alloc/invariants.hpp"
#include "kernel/alloc/process/process_heap.hpp"
#include "tests/support/byte_shadow.hpp"
#include "tests/support/fake_heap_calls.hpp"

namespace signalbox {

// The heap of an emulated process that is told what bytes say, beside a map of what it has handed out. A fork goes on
// with the next bytes as the child, to its end, and must leave the parent as it was.
class ProcessHeapShadow final : public ByteShadow {
 public:
  ProcessHeapShadow() : heap_(std::make_unique<alloc::ProcessHeap>(alloc::ProcessHeapOptions(), NameId())) {}

 private:
  ProcessHeapShadow(const ProcessHeapShadow& maker, alloc::CacheHandle cache)
      : calls_(maker.calls_),
        heap_(maker.heap_->fork(cache)),
        live_(maker.live_),
        threads_{cache},
        time_(maker.time_),
        depth_(maker.depth_ + 1) {}

  alloc::CacheHandle& cache() { return threads_[current_]; }

  void step() override {
    time_ += Duration(20'000'000);
    switch (next() % 16) {
      case 0:
        return add_or_end_thread();
      case 1:
        return fork(next());
      case 2: {
        const std::uint8_t which = next();
        calls_.refuses_maps = which % 4 == 1;
        calls_.refuses_breaks = which % 8 < 2;
        calls_.refuses_moves = which % 4 == 2;
        return;
      }
      case 3:
        current_ = next() % threads_.size();
        return;
      case 4: {
        const std::uint64_t alignment = std::uint64_t{1} << next() % 17;
        return allocate_aligned(alignment, size());
      }
      case 5:
      case 6:
        return resize();
      case 7:
        return free_twice();
      case 8:
      case 9:
      case 10:
      case 11:
        return free_one(next());
      default:
        return allocate(size());
    }
  }

  void add_or_end_thread() {
    if (threads_.size() < 6) return threads_.push_back(0);
    if (threads_.back() != 0) heap_->orphan(threads_.back(), Tid());
    threads_.pop_back();
    current_ = std::min(current_, threads_.size() - 1);
  }

  void fork(std::uint8_t bytes) {
    if (depth_ == 2) return;
    const alloc::HeapSummary before = heap_->summary();
    ProcessHeapShadow child(*this, cache());
    const std::string broken = child.run(next_bytes(bytes));
    demand(broken.empty(), "a fork's child: " + broken);
    demand(heap_->summary() == before, "a fork's child leaves the parent as it was");
  }

  void enter() {
    demand(heap_->try_enter(), "nobody is inside");
    heap_->begin_visit(calls_, cache(), time_);
  }

  void allocate(std::uint64_t bytes) {
    VirtAddr at = heap_->allocate_at_once(cache(), bytes);
    if (at == VirtAddr()) {
      enter();
      at = heap_->allocate_fresh(cache(), bytes).at;
      heap_->leave();
    }
    take(at, bytes, 1);
  }
  void allocate_aligned(std::uint64_t alignment, std::uint64_t bytes) {
    enter();
    const VirtAddr at = heap_->allocate_aligned(cache(), alignment, bytes);
    heap_->leave();
    take(at, bytes, alignment);
  }
  void take(VirtAddr at, std::uint64_t bytes, std::uint64_t alignment) {
    if (at == VirtAddr()) return;
    demand(at.value() % alignment == 0, "a block is aligned as was asked");
    demand(heap_->usable_size(at) >= bytes, "a block holds what was asked for");
    demand(heap_->is_in_use(at) && heap_->requested(at) == bytes, "what was asked for is known");
    const auto after = live_.lower_bound(at);
    if (after != live_.end()) demand(at + heap_->usable_size(at) <= after->first, "blocks do not overlap");
    if (after != live_.begin()) {
      const VirtAddr before = std::prev(after)->first;
      demand(before + heap_->usable_size(before) <= at, "blocks do not overlap");
    }
    live_.insert_or_assign(at, bytes);
  }

  alloc::Misuse free(VirtAddr at) {
    if (heap_->free_at_once(cache(), at)) return alloc::Misuse::none;
    enter();
    const alloc::Misuse misuse = heap_->free(cache(), at);
    heap_->leave();
    return misuse;
  }
  auto some_block(std::uint8_t which) {
    return std::next(live_.begin(), static_cast<std::ptrdiff_t>(which % live_.size()));
  }
  void free_one(std::uint8_t which) {
    if (live_.empty()) return;
    const auto chosen = some_block(which);
    const VirtAddr at = chosen->first;
    live_.erase(chosen);
    demand(free(at) == alloc::Misuse::none, "a block can be freed");
    last_freed_ = at;
  }
  void free_twice() {
    if (last_freed_ == VirtAddr() || live_.contains(last_freed_)) return;
    demand(free(last_freed_) != alloc::Misuse::none, "a block is not freed twice");
  }

  // What can be done in place, or by moving pages.
  void resize() {
    if (live_.empty()) return;
    const auto chosen = some_block(next());
    const auto [at, old] = *chosen;
    const std::uint64_t bytes = size();
    enter();
    const alloc::Reallocated done = heap_->resize(at, bytes);
    heap_->leave();
    demand(done.misuse == alloc::Misuse::none, "a block can be resized");
    if (done.at == VirtAddr()) return demand(heap_->requested(at) == old, "a failed realloc leaves the block");
    live_.erase(chosen);
    take(done.at, bytes, 1);
  }

  void check() override {
    if (const std::string what = alloc::InvariantWalk(heap_->heap()).broken(); !what.empty()) demand(false, what);
    const alloc::HeapSummary now = heap_->summary();
    std::uint64_t requested = 0;
    for (const auto& [at, bytes] : live_) requested += bytes;
    demand(now.requested == requested, "requested is what programs have");
    demand(requested <= now.allocated && now.allocated <= now.active && now.active <= now.resident &&
               now.resident <= now.mapped,
           "requested <= allocated <= active <= resident <= mapped");
  }

  void finish() override {
    calls_.refuses_maps = calls_.refuses_breaks = calls_.refuses_moves = false;
    while (!live_.empty() && !is_broken()) free_one(1);
    check();
    enter();
    for (const alloc::CacheHandle each : threads_) {
      if (each != 0) heap_->heap().flush(heap_->heap().arenas().cache(each));
    }
    heap_->leave();
    check();
    demand(heap_->summary().active == 0, "when all is free, nothing is active");
  }

  FakeHeapCalls calls_;
  std::unique_ptr<alloc::ProcessHeap> heap_;
  std::map<VirtAddr, std::uint64_t> live_;
  std::vector<alloc::CacheHandle> threads_{0};
  std::size_t current_ = 0;
  Instant time_;
  int depth_ = 0;
  VirtAddr last_freed_;
};

}  // namespace signalbox
