#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/base/ids.hpp"
#include "kernel/mm/frame.hpp"

namespace signalbox {

// Which address space an entry of a TLB belongs to: the processor's tag (PCID), a small number a CPU hands out.
using Asid = Id<struct AsidTag, std::uint8_t>;
inline constexpr unsigned most_asids = 16;

// What an entry is found by: a number (of a page, of a cache line), whose it is, and of pages which size.
class LookupKey {
 public:
  constexpr LookupKey() = default;
  constexpr explicit LookupKey(std::uint64_t number, Asid asid = Asid(), PageSize size = PageSize::small)
      : bits_(number << shift | static_cast<std::uint64_t>(size) << asid_bits | asid.value()) {}

  constexpr std::uint64_t number() const { return bits_ >> shift; }
  constexpr unsigned asid() const { return bits_ & (most_asids - 1); }
  constexpr bool operator==(const LookupKey&) const = default;

 private:
  static constexpr unsigned asid_bits = 4;
  static constexpr unsigned shift = asid_bits + 1;

  std::uint64_t bits_ = ~std::uint64_t{0};  // the key of nothing
};

// How many sets of how many ways; sets are a power of two, one set is a fully associative array.
struct CacheGeometry {
  unsigned sets = 1;
  unsigned ways = 1;

  constexpr unsigned entries() const { return sets * ways; }
  bool operator==(const CacheGeometry&) const = default;
};

// A set-associative array with exact least-recently-used replacement, as TLBs and caches have: number n is in set
// n mod sets; a new entry takes an invalid way, else the one whose last use is longest ago. To forget a whole address
// space costs one store: an entry is valid if its last use is not before the instant its space was forgotten.
template <class Value>
class AssociativeArray {
 public:
  explicit AssociativeArray(CacheGeometry geometry)
      : set_mask_(geometry.sets - 1),
        ways_per_set_(geometry.ways),
        ways_(geometry.entries()),
        guesses_(std::size_t{geometry.sets} * guesses_per_set),
        guess_mask_(guesses_.size() - 1) {
    CHECK(std::has_single_bit(geometry.sets) && geometry.ways > 0 && geometry.ways <= most_ways,
          "a set is chosen by low bits of the number, a way by a byte");
    for (std::size_t way = 0; way < ways_.size(); ++way) ways_[way].stamp = way % geometry.ways;
    valid_since_.fill(now_);
  }

  unsigned set_of(LookupKey key) const { return static_cast<unsigned>(key.number()) & set_mask_; }

  // The entry, which becomes the most recently used of its set; null if there is none.
  Value* touch(LookupKey key) {
    return touch_if(key, [](const Value&) { return true; });
  }
  // The same, if `fits(value)`; else it stays as recently used as it was, and null.
  template <class Fits>
  Value* touch_if(LookupKey key, Fits fits) {
    Way* const way = find(key);
    if (way == nullptr) return nullptr;
    if (!is_valid(*way)) {
      drop(*way);
      return nullptr;
    }
    if (!fits(way->value)) return nullptr;
    way->stamp = next_use() + way->stamp % most_ways;
    return &way->value;
  }
  // A new entry, the most recently used. Requires that touch() or touch_if() has just found none.
  Value& insert(LookupKey key, const Value& value) {
    Way* const set = set_begin(key);
    const std::size_t way = victim(set);
    guesses_[guess_of(key)] = static_cast<std::uint8_t>(way);
    set[way] = {.key = key, .stamp = next_use() + way, .value = value};
    return set[way].value;
  }
  void forget(LookupKey key) {
    if (Way* const way = find(key)) drop(*way);
  }
  // How many entries are valid, of all address spaces. It looks at each: for people, not for every access.
  unsigned known() const {
    return static_cast<unsigned>(std::ranges::count_if(ways_, [this](const Way& way) { return is_valid(way); }));
  }
  void forget_all(Asid asid) { forgotten_ = valid_since_[asid.value()] = next_use(); }

 private:
  static constexpr unsigned most_ways = 256;
  static constexpr unsigned guesses_per_set = 32;

  struct Way {
    LookupKey key;
    std::uint64_t stamp = 0;  // when it was used last, in steps of most_ways, and which way of its set it is
    [[no_unique_address]] Value value = {};
  };

  std::uint64_t next_use() { return now_ += most_ways; }
  Way* set_begin(LookupKey key) { return ways_.data() + std::size_t{set_of(key)} * ways_per_set_; }
  bool is_valid(const Way& way) const { return way.stamp >= valid_since_[way.key.asid()]; }

  // No key is in two ways, valid or not.
  void drop(Way& way) {
    way.key = LookupKey();
    way.stamp %= most_ways;
  }
  Way* find(LookupKey key) {
    Way* const set = set_begin(key);
    Way* const guess = set + guesses_[guess_of(key)];
    if (guess->key == key) return guess;
    for (Way* way = set; way != set + ways_per_set_; ++way) {
      if (way->key == key) return way;
    }
    return nullptr;
  }
  // Which way a number was put into last: a look at it spares the search. It may be wrong.
  std::size_t guess_of(LookupKey key) const { return key.number() & guess_mask_; }

  // The first invalid way, or the oldest. Age and way are one number, so that no branch depends on what cannot be
  // predicted.
  std::size_t victim(const Way* set) const {
    std::uint64_t oldest = set->stamp;
    for (const Way* way = set + 1; way != set + ways_per_set_; ++way) oldest = std::min(oldest, way->stamp);
    return (oldest < forgotten_ ? victim_after_flush(set) : oldest) % most_ways;
  }
  // The stamp of the victim where some may have been forgotten with their address space.
  std::uint64_t victim_after_flush(const Way* set) const {
    std::uint64_t oldest = ~std::uint64_t{0};
    for (const Way* way = set; way != set + ways_per_set_; ++way)
      oldest = std::min(oldest, is_valid(*way) ? way->stamp : way->stamp % most_ways);
    return oldest;
  }

  unsigned set_mask_;
  std::size_t ways_per_set_;
  std::vector<Way> ways_;  // by set
  std::vector<std::uint8_t> guesses_;
  std::size_t guess_mask_;
  std::array<std::uint64_t, most_asids> valid_since_{};  // by address space
  std::uint64_t now_ = most_ways;                        // of the last use; no two entries have the same
  std::uint64_t forgotten_ = now_;                       // the newest of valid_since_
};

}  // namespace signalbox
