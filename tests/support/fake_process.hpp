#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <unordered_map>

#include "kernel/alloc/rivals/process_memory.hpp"
#include "kernel/alloc/size_class.hpp"

namespace signalbox {

// A process's memory that exists as a table of pages: counts what is asked of the system, fails when told, and notices
// what an allocator must never do: to give back what is not its own, or to access what it has not.
class FakeProcess final : public alloc::ProcessMemory {
 public:
  static constexpr std::uint64_t break_begin = 0x5555'5555'6000;

  struct Calls {
    std::uint64_t maps = 0;
    std::uint64_t unmaps = 0;
    std::uint64_t purges = 0;
    std::uint64_t moves = 0;
    std::uint64_t breaks = 0;
    std::uint64_t protects = 0;

    std::uint64_t all() const { return maps + unmaps + purges + moves + breaks + protects; }
  };

  // The call after `calls` more ones fails, and `failures` in all.
  void fail_after(std::uint64_t calls, std::uint64_t failures = 1) {
    calls_until_failure_ = calls;
    failures_ = failures;
  }
  void never_fail() { failures_ = 0; }
  // Somebody else's page just above the heap.
  void block_break() { is_break_blocked_ = true; }

  const Calls& calls() const { return calls_; }
  bool was_misused() const { return is_misused_; }
  VirtAddr end_of_break() const { return VirtAddr(break_); }
  bool is_mapped(VirtAddr at) const { return pages_.contains(at.value() / alloc::page_size); }
  std::uint64_t mapped_bytes() const { return pages_.size() * alloc::page_size; }

  VirtAddr map(std::uint64_t bytes, std::uint64_t alignment) override {
    ++calls_.maps;
    return place(bytes, alignment, true);
  }
  VirtAddr reserve(std::uint64_t bytes) override {
    ++calls_.maps;
    return place(bytes, alloc::page_size, false);
  }
  bool make_usable(VirtAddr at, std::uint64_t bytes) override {
    ++calls_.protects;
    if (fails()) return false;
    if (!covers(at, bytes)) is_misused_ = true;
    each_page(at, bytes, [&](std::uint64_t page) { pages_[page].is_usable = true; });
    return true;
  }
  bool unmap(VirtAddr at, std::uint64_t bytes) override {
    ++calls_.unmaps;
    if (!covers(at, bytes)) is_misused_ = true;
    if (fails()) return false;
    each_page(at, bytes, [&](std::uint64_t page) { pages_.erase(page); });
    return true;
  }
  bool purge(VirtAddr at, std::uint64_t bytes, alloc::Purge how) override {
    ++calls_.purges;
    if (!covers(at, bytes)) is_misused_ = true;
    if (fails()) return false;
    if (how == alloc::Purge::lazy) return true;
    each_page(at, bytes, [&](std::uint64_t page) { pages_[page].bytes = nullptr; });
    return true;
  }
  bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) override {
    ++calls_.moves;
    if (!covers(at, bytes) || !covers(to, to_bytes) || to_bytes < bytes) is_misused_ = true;
    if (fails()) {
      each_page(to, to_bytes, [&](std::uint64_t page) { pages_.erase(page); });
      return false;
    }
    move_pages(at, bytes, to);
    return true;
  }
  VirtAddr resize(VirtAddr at, std::uint64_t bytes, std::uint64_t new_bytes) override {
    ++calls_.moves;
    if (!covers(at, bytes)) is_misused_ = true;
    if (fails()) return {};
    if (new_bytes <= bytes) {
      each_page(at + new_bytes, bytes - new_bytes, [&](std::uint64_t page) { pages_.erase(page); });
      return at;
    }
    const VirtAddr to = find_place(new_bytes, alloc::page_size, true);
    if (to != VirtAddr()) move_pages(at, bytes, to);
    return to;
  }
  VirtAddr extend_break(std::int64_t by) override {
    const std::uint64_t old = break_;
    if (by == 0) return VirtAddr(old);
    ++calls_.breaks;
    if (fails() || (is_break_blocked_ && by > 0) || by > std::int64_t{1} << 32) return {};
    break_ += static_cast<std::uint64_t>(by);
    if (break_ < break_begin) is_misused_ = true;
    const auto page_after = [](std::uint64_t at) { return (at + alloc::page_size - 1) / alloc::page_size; };
    for (std::uint64_t page = page_after(old); page < page_after(break_); ++page) pages_[page];
    for (std::uint64_t page = page_after(break_); page < page_after(old); ++page) pages_.erase(page);
    return VirtAddr(old);
  }

  std::uint64_t load(VirtAddr at) override {
    const auto word = peek(at);
    if (!word) is_dead_ = true;
    return word.value_or(0);
  }
  void store(VirtAddr at, std::uint64_t word) override {
    std::array<std::byte, 8> bytes{};
    std::memcpy(bytes.data(), &word, sizeof word);
    for (std::uint64_t i = 0; i < sizeof word; ++i) put(at + i, bytes[i]);
  }
  void zero(VirtAddr at, std::uint64_t bytes) override { fill(at, bytes, std::byte{0}); }
  void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) override {
    while (bytes > 0 && !is_dead_) {
      const std::uint64_t some = std::min({bytes, left_in_page(to), left_in_page(from)});
      const auto source = pages_.find(from.value() / alloc::page_size);
      if (source == pages_.end() || !source->second.is_usable) {
        is_dead_ = true;
      } else if (source->second.bytes == nullptr) {
        fill(to, some, std::byte{0});
      } else {
        put(to, std::byte{0});
        if (is_dead_) return;
        std::memmove(pages_.find(to.value() / alloc::page_size)->second.bytes->data() + to.value() % alloc::page_size,
                     source->second.bytes->data() + from.value() % alloc::page_size, some);
      }
      to += some;
      from += some;
      bytes -= some;
    }
  }
  bool is_dead() const override { return is_dead_; }
  std::optional<std::uint64_t> peek(VirtAddr at) const override {
    std::array<std::byte, 8> bytes{};
    for (std::uint64_t i = 0; i < bytes.size(); ++i) {
      const auto each = get(at + i);
      if (!each) return std::nullopt;
      bytes[i] = *each;
    }
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    return word;
  }

  // Page by page: a calloc of megabytes is frequent enough.
  void fill(VirtAddr at, std::uint64_t bytes, std::byte value) {
    while (bytes > 0) {
      const std::uint64_t offset = at.value() % alloc::page_size;
      const std::uint64_t some = std::min(bytes, alloc::page_size - offset);
      const auto found = pages_.find(at.value() / alloc::page_size);
      const bool is_clear = found != pages_.end() && found->second.is_usable && found->second.bytes == nullptr;
      if (!is_clear || value != std::byte{0}) {
        put(at, value);
        if (is_dead_) return;
        std::memset(found->second.bytes->data() + offset, std::to_integer<int>(value), some);
      }
      at += some;
      bytes -= some;
    }
  }
  bool holds(VirtAddr at, std::uint64_t bytes, std::byte value) const {
    for (std::uint64_t i = 0; i < bytes; ++i) {
      if (get(at + i) != value) return false;
    }
    return true;
  }

  Instant now() const override { return time; }
  Instant time;

 private:
  struct Page {
    bool is_usable = true;
    std::unique_ptr<std::array<std::byte, alloc::page_size>> bytes = nullptr;  // null: zeros
  };

  static std::uint64_t left_in_page(VirtAddr at) { return alloc::page_size - at.value() % alloc::page_size; }
  bool fails() {
    if (failures_ == 0 || calls_until_failure_-- != 0) return false;
    --failures_;
    calls_until_failure_ = 0;
    return true;
  }
  VirtAddr place(std::uint64_t bytes, std::uint64_t alignment, bool is_usable) {
    if (bytes == 0 || bytes % alloc::page_size != 0) is_misused_ = true;
    return fails() ? VirtAddr() : find_place(bytes, alignment, is_usable);
  }
  VirtAddr find_place(std::uint64_t bytes, std::uint64_t alignment, bool is_usable) {
    if (bytes > std::uint64_t{1} << 32U) return {};
    const VirtAddr at((next_ + alignment - 1) & ~(alignment - 1));
    next_ = at.value() + bytes;
    each_page(at, bytes, [&](std::uint64_t page) { pages_[page].is_usable = is_usable; });
    return at;
  }
  void move_pages(VirtAddr at, std::uint64_t bytes, VirtAddr to) {
    for (std::uint64_t i = 0; i < bytes / alloc::page_size; ++i) {
      pages_[to.value() / alloc::page_size + i] = std::move(pages_[at.value() / alloc::page_size + i]);
      pages_.erase(at.value() / alloc::page_size + i);
    }
  }
  template <class Act>
  static void each_page(VirtAddr at, std::uint64_t bytes, Act act) {
    for (std::uint64_t i = 0; i < bytes / alloc::page_size; ++i) act(at.value() / alloc::page_size + i);
  }
  bool covers(VirtAddr at, std::uint64_t bytes) const {
    if (at.value() % alloc::page_size != 0 || bytes % alloc::page_size != 0 || bytes == 0) return false;
    bool is_all = true;
    each_page(at, bytes, [&](std::uint64_t page) { is_all = is_all && pages_.contains(page); });
    return is_all;
  }
  std::optional<std::byte> get(VirtAddr at) const {
    const auto found = pages_.find(at.value() / alloc::page_size);
    if (found == pages_.end() || !found->second.is_usable) return std::nullopt;
    const Page& page = found->second;
    return page.bytes == nullptr ? std::byte{0} : (*page.bytes)[at.value() % alloc::page_size];
  }
  void put(VirtAddr at, std::byte value) {
    const auto found = pages_.find(at.value() / alloc::page_size);
    if (found == pages_.end() || !found->second.is_usable) {
      is_dead_ = true;
      return;
    }
    if (found->second.bytes == nullptr) {
      found->second.bytes = std::make_unique<std::array<std::byte, alloc::page_size>>();
    }
    (*found->second.bytes)[at.value() % alloc::page_size] = value;
  }

  std::unordered_map<std::uint64_t, Page> pages_;
  std::uint64_t next_ = 0x7f00'0000'0000;
  std::uint64_t break_ = break_begin;
  std::uint64_t calls_until_failure_ = 0;
  std::uint64_t failures_ = 0;
  Calls calls_;
  bool is_break_blocked_ = false;
  bool is_misused_ = false;
  bool is_dead_ = false;
};

}  // namespace signalbox
