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

  std::uint64_t bits_ = 0;
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
  explicit AssociativeArray(CacheGeometry geometry) : geometry_(geometry), ways_(geometry.entries()) {
    CHECK(std::has_single_bit(geometry.sets) && geometry.ways > 0, "a set is chosen by low bits of the number");
    valid_since_.fill(1);
  }

  CacheGeometry geometry() const { return geometry_; }
  unsigned set_of(LookupKey key) const { return static_cast<unsigned>(key.number()) & (geometry_.sets - 1); }

  // The entry, which becomes the most recently used of its set; null if there is none.
  Value* touch(LookupKey key) {
    Way* const way = find_way(key);
    if (way == nullptr) return nullptr;
    way->last_use = ++now_;
    return &way->value;
  }
  // The entry, whose place in the order stays; null if there is none.
  Value* find(LookupKey key) {
    Way* const way = find_way(key);
    return way == nullptr ? nullptr : &way->value;
  }
  // A new entry, the most recently used. Requires that there is none of this key.
  Value& insert(LookupKey key, const Value& value) {
    Way& way = victim(key);
    way = {.key = key, .last_use = ++now_, .value = value};
    return way.value;
  }
  void forget(LookupKey key) {
    if (Way* const way = find_way(key)) way->last_use = 0;
  }
  void forget_all(Asid asid) { valid_since_[asid.value()] = ++now_; }
  void forget_all() { valid_since_.fill(++now_); }

 private:
  struct Way {
    LookupKey key;
    std::uint64_t last_use = 0;
    Value value = {};
  };

  // When a way was last used; 0 if it holds nothing valid.
  std::uint64_t valid_use(const Way& way) const {
    return way.last_use >= valid_since_[way.key.asid()] ? way.last_use : 0;
  }
  Way* find_way(LookupKey key) {
    Way* const begin = &ways_[std::size_t{set_of(key)} * geometry_.ways];
    for (Way* way = begin; way != begin + geometry_.ways; ++way) {
      if (way->key == key && valid_use(*way) != 0) return way;
    }
    return nullptr;
  }
  Way& victim(LookupKey key) {
    Way* const begin = &ways_[std::size_t{set_of(key)} * geometry_.ways];
    return *std::ranges::min_element(begin, begin + geometry_.ways, {},
                                     [this](const Way& way) { return valid_use(way); });
  }

  CacheGeometry geometry_;
  std::vector<Way> ways_;
  std::array<std::uint64_t, most_asids> valid_since_{};  // by address space
  std::uint64_t now_ = 1;                                // counts uses; no two entries have the same
};

}  // namespace signalbox
