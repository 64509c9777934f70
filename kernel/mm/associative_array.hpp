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
      : geometry_(geometry), ways_(geometry.entries()), guesses_(std::size_t{geometry.sets} * guesses_per_set) {
    CHECK(std::has_single_bit(geometry.sets) && geometry.ways > 0 && geometry.ways <= most_ways,
          "a set is chosen by low bits of the number, a way by a byte");
    valid_since_.fill(1);
  }

  unsigned set_of(LookupKey key) const { return static_cast<unsigned>(key.number()) & (geometry_.sets - 1); }

  // The entry, which becomes the most recently used of its set; null if there is none.
  Value* touch(LookupKey key) {
    const std::size_t way = way_of(key);
    if (way == none) return nullptr;
    if (!is_valid(way)) {
      drop(way);
      return nullptr;
    }
    ways_[way].last_use = ++now_;
    return &ways_[way].value;
  }
  // A new entry, the most recently used. Requires that touch() has just found none.
  Value& insert(LookupKey key, const Value& value) {
    const std::size_t way = victim(key);
    ways_[way].key = key;
    guesses_[guess_of(key)] = static_cast<std::uint8_t>(way - first_way(key));
    ways_[way].last_use = ++now_;
    return ways_[way].value = value;
  }
  void forget(LookupKey key) {
    if (const std::size_t way = way_of(key); way != none) drop(way);
  }
  // How many entries are valid, of all address spaces. It looks at each: for people, not for every access.
  unsigned known() const {
    unsigned count = 0;
    for (std::size_t way = 0; way < ways_.size(); ++way) count += is_valid(way) ? 1U : 0U;
    return count;
  }
  void forget_all(Asid asid) { forgotten_ = valid_since_[asid.value()] = ++now_; }

 private:
  struct Way {
    LookupKey key;
    std::uint64_t last_use = 0;
    [[no_unique_address]] Value value = {};
  };
  static constexpr std::size_t none = ~std::size_t{0};
  static constexpr unsigned most_ways = 256;
  static constexpr unsigned guesses_per_set = 32;

  std::size_t first_way(LookupKey key) const { return std::size_t{set_of(key)} * geometry_.ways; }
  bool is_valid(std::size_t way) const { return ways_[way].last_use >= valid_since_[ways_[way].key.asid()]; }

  // No key is in two ways, valid or not.
  void drop(std::size_t way) {
    ways_[way].key = LookupKey();
    ways_[way].last_use = 0;
  }
  std::size_t way_of(LookupKey key) const {
    const std::size_t first = first_way(key);
    const std::size_t guess = first + guesses_[guess_of(key)];
    if (ways_[guess].key == key) return guess;
    for (std::size_t way = first; way < first + geometry_.ways; ++way) {
      if (ways_[way].key == key) return way;
    }
    return none;
  }
  // Which way a number was put into last: a look at it spares the search. It may be wrong.
  std::size_t guess_of(LookupKey key) const { return key.number() & (guesses_.size() - 1); }

  // The invalid or oldest way. Age and way are one number, so that no branch depends on what cannot be predicted.
  std::size_t victim(LookupKey key) const {
    const std::size_t first = first_way(key);
    std::uint64_t oldest = ~std::uint64_t{0};
    for (std::size_t way = 0; way < geometry_.ways; ++way) {
      const std::uint64_t last_use = ways_[first + way].last_use;
      const bool is_forgotten = last_use < forgotten_ && !is_valid(first + way);
      oldest = std::min(oldest, (is_forgotten ? 0 : last_use) * most_ways + way);
    }
    return first + oldest % most_ways;
  }

  CacheGeometry geometry_;
  std::vector<Way> ways_;  // by set
  std::vector<std::uint8_t> guesses_;
  std::array<std::uint64_t, most_asids> valid_since_{};  // by address space
  std::uint64_t forgotten_ = 1;                          // the newest of valid_since_
  std::uint64_t now_ = 1;                                // counts uses; no two entries have the same
};

}  // namespace signalbox
