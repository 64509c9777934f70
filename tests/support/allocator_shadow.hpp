#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/alloc/rivals/registry.hpp"
#include "tests/support/byte_shadow.hpp"
#include "tests/support/fake_process.hpp"

namespace signalbox {

// An allocator that is told what bytes say, beside a map of what it has handed out: blocks do not overlap, are aligned
// and large enough, calloc's are zeros, what a program writes stays. Whichever allocator it is, the same bytes ask the
// same of it.
class AllocatorShadow final : public ByteShadow {
 public:
  explicit AllocatorShadow(const alloc::AllocatorRow& row) : allocator_(row.make(process_, 2)) {
    demand(allocator_->start(), "it starts");
    threads_.push_back(0);
  }

  alloc::Allocator& allocator() { return *allocator_; }
  FakeProcess& process() { return process_; }

 private:
  struct Live {
    std::uint64_t bytes;
    bool is_plain;  // asked for without an alignment, so that its size may be told
    std::byte pattern;
  };
  static constexpr std::uint64_t edge = 40;  // written and looked at, at both ends

  unsigned thread() { return threads_[current_]; }

  void step() override {
    process_.time += Duration(20'000'000);
    switch (next() % 16) {
      case 0:
        return add_or_end_thread();
      case 1:
        return purge();
      case 2:
        process_.fail_after(next() % 8, 1 + next() % 3);
        return;
      case 3:
        process_.never_fail();
        return;
      case 4:
        current_ = next() % threads_.size();
        return;
      case 5:
        return take(allocator_->allocate_zeroed(thread(), last_ = size()), 1, true, true);
      case 6: {
        const std::uint64_t alignment = std::uint64_t{1} << (next() % 17);
        return take(allocator_->allocate_aligned(thread(), alignment, last_ = size()), alignment, false, false);
      }
      case 7:
      case 8:
        return reallocate();
      case 9:
      case 10:
      case 11:
      case 12:
        return free_one(next());
      default:
        return take(allocator_->allocate(thread(), last_ = size()), 1, false, true);
    }
  }

  void add_or_end_thread() {
    if (threads_.size() < 6) {
      if (const auto made = allocator_->add_thread()) threads_.push_back(*made);
    } else {
      allocator_->end_thread(threads_.back());
      threads_.pop_back();
      current_ = std::min(current_, threads_.size() - 1);
    }
  }

  void purge() {
    if (next() % 2 == 0) {
      allocator_->flush();
    } else {
      allocator_->purge();
    }
  }

  void take(VirtAddr at, std::uint64_t alignment, bool is_zeroed, bool is_plain) {
    if (at == VirtAddr()) return;
    demand(at.value() % alignment == 0, "a block is aligned as was asked");
    demand(at.value() % (last_ < 16 ? 8 : 16) == 0, "a block is aligned for what it may hold");
    const std::uint64_t usable = allocator_->usable_size(at);
    demand(usable >= last_, "a block holds what was asked for");
    const auto after = live_.lower_bound(at);
    if (after != live_.end()) demand(at + usable <= after->first, "blocks do not overlap");
    if (after != live_.begin()) {
      const VirtAddr before = std::prev(after)->first;
      demand(before + allocator_->usable_size(before) <= at, "blocks do not overlap");
    }
    if (is_zeroed) demand(process_.holds(at, std::min<std::uint64_t>(last_, 10'000), std::byte{0}), "calloc clears");
    const Live block{last_, is_plain, static_cast<std::byte>(1 + steps() % 255)};
    live_.insert_or_assign(at, block);
    const std::uint64_t some = std::min(block.bytes, edge);
    process_.fill(at, some, block.pattern);
    process_.fill(at + (block.bytes - some), some, block.pattern);
  }

  bool is_kept(VirtAddr at, const Live& block, std::uint64_t bytes) const {
    const std::uint64_t some = std::min(bytes, edge);
    if (!process_.holds(at, std::min(some, block.bytes), block.pattern)) return false;
    return bytes < block.bytes || process_.holds(at + (block.bytes - some), some, block.pattern);
  }
  auto some_block(std::uint8_t which) {
    return std::next(live_.begin(), static_cast<std::ptrdiff_t>(which % live_.size()));
  }

  void free_one(std::uint8_t which) {
    if (live_.empty()) return;
    const auto chosen = some_block(which);
    const auto [at, block] = *chosen;
    demand(is_kept(at, block, block.bytes), "what a program wrote stays");
    live_.erase(chosen);
    if (block.is_plain && which % 2 == 0) {
      allocator_->free_sized(thread(), at, block.bytes);
    } else {
      allocator_->free(thread(), at);
    }
  }

  void reallocate() {
    if (live_.empty()) return;
    const auto chosen = some_block(next());
    const auto [at, block] = *chosen;
    last_ = 1 + size();
    const VirtAddr now = allocator_->reallocate(thread(), at, last_);
    if (now == VirtAddr()) return demand(is_kept(at, block, block.bytes), "a failed realloc leaves the block");
    demand(is_kept(now, block, std::min(last_, block.bytes)), "realloc keeps the contents");
    live_.erase(chosen);
    // Who may have kept a larger block cannot be told the smaller size.
    take(now, 1, false, false);
  }

  void check() override {
    demand(allocator_->last_words().empty(), std::string("it runs: ") + std::string(allocator_->last_words()));
    if (const std::string what = allocator_->broken(); !what.empty()) demand(false, what);
    demand(!process_.was_misused(), "it gives back only what it has");
    const alloc::HeapTotals now = allocator_->totals();
    std::uint64_t requested = 0;
    for (const auto& [at, block] : live_) requested += block.bytes;
    demand(requested <= now.allocated && now.allocated <= now.active && now.active <= now.mapped,
           "requested <= allocated <= active <= mapped");
  }

  void finish() override {
    process_.never_fail();
    while (!live_.empty() && !is_broken()) free_one(1);
    check();
    allocator_->flush();
    check();
    demand(allocator_->totals().active == 0, "when all is free, nothing is active");
  }

  FakeProcess process_;
  std::unique_ptr<alloc::Allocator> allocator_;
  std::map<VirtAddr, Live> live_;
  std::vector<unsigned> threads_;
  std::size_t current_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace signalbox
