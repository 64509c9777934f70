#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <vector>

#include "kernel/mm/mmu.hpp"
#include "kernel/mm/page_table.hpp"

namespace signalbox {

struct NaiveKey {
  unsigned asid = 0;
  PageSize size = PageSize::small;
  std::uint64_t number = 0;

  auto operator<=>(const NaiveKey&) const = default;
};

// Sets as lists, most recently used first; what is forgotten is erased.
template <class Value>
class NaiveLru {
 public:
  explicit NaiveLru(CacheGeometry geometry) : ways_(geometry.ways), sets_(geometry.sets) {}

  Value* touch(const NaiveKey& key) {
    auto& set = set_of(key);
    for (auto each = set.begin(); each != set.end(); ++each) {
      if (each->key != key) continue;
      set.splice(set.begin(), set, each);
      return &set.front().value;
    }
    return nullptr;
  }
  Value& insert(const NaiveKey& key, const Value& value) {
    auto& set = set_of(key);
    set.push_front({key, value});
    if (set.size() > ways_) set.pop_back();
    return set.front().value;
  }
  void forget(const NaiveKey& key) {
    set_of(key).remove_if([&](const Entry& each) { return each.key == key; });
  }
  void forget_all(unsigned asid) {
    for (auto& set : sets_) set.remove_if([&](const Entry& each) { return each.key.asid == asid; });
  }

 private:
  struct Entry {
    NaiveKey key;
    Value value;
  };
  std::list<Entry>& set_of(const NaiveKey& key) { return sets_[key.number % sets_.size()]; }

  std::size_t ways_;
  std::vector<std::list<Entry>> sets_;
};

// An MMU without any fast path: every access looks everything up. It changes no table; it must be asked before the MMU
// that does, for an access is counted by what the tables held before it.
class NaiveMmu {
 public:
  explicit NaiveMmu(const MmuConfig& config)
      : small_l1_(config.tlb.small_l1), large_l1_(config.tlb.large_l1), l2_(config.tlb.l2) {
    for (const unsigned entries : config.walk_cache) {
      if (entries != 0) walk_cache_.push_back(NaiveLru<bool>({.sets = 1, .ways = entries}));
    }
  }

  void load_root(const PageTable& table, unsigned asid, Mmu::Known known) {
    table_ = &table;
    asid_ = asid;
    if (known == Mmu::Known::forget) forget_all();
  }
  void forget_all() {
    ++counters_.flushes;
    small_l1_.forget_all(asid_);
    large_l1_.forget_all(asid_);
    l2_.forget_all(asid_);
    for (auto& cache : walk_cache_) cache.forget_all(asid_);
  }
  void forget_page(VirtAddr at) {
    ++counters_.page_flushes;
    for (const PageSize size : {PageSize::small, PageSize::large}) forget(key_of(at, size));
    for (auto& cache : walk_cache_) cache.forget_all(asid_);
  }

  // Whether the access succeeds; one that crosses the end of a page is two.
  bool access(VirtAddr at, std::size_t bytes, Access access) {
    if (!translate(at, access)) return false;
    const VirtAddr last = at + (bytes - 1);
    return last.aligned_down(page_bytes) == at.aligned_down(page_bytes) || translate(last, access);
  }
  const MmuCounters& counters() const { return counters_; }

 private:
  NaiveKey key_of(VirtAddr at, PageSize size) const {
    const PageFormat& format = table_->format();
    const unsigned shift = size == PageSize::small ? page_shift : format.levels[format.large_level()].shift;
    return {asid_, size, at.value() >> shift};
  }
  NaiveLru<TlbEntry>& l1(PageSize size) { return size == PageSize::small ? small_l1_ : large_l1_; }
  void forget(const NaiveKey& key) {
    l1(key.size).forget(key);
    l2_.forget(key);
  }

  const TlbEntry* find(VirtAddr at, NaiveKey& found) {
    for (const PageSize size : {PageSize::small, PageSize::large}) {
      found = key_of(at, size);
      if (const TlbEntry* entry = l1(size).touch(found)) return entry;
    }
    ++counters_.l1_misses;
    for (const PageSize size : {PageSize::small, PageSize::large}) {
      found = key_of(at, size);
      if (const TlbEntry* entry = l2_.touch(found)) return &l1(size).insert(found, *entry);
    }
    return nullptr;
  }

  bool translate(VirtAddr at, Access access) {
    ++counters_.accesses;
    if (!table_->format().is_canonical(at)) return fault();
    NaiveKey key;
    const TlbEntry* const entry = find(at, key);
    if (entry != nullptr && entry->serves(access)) return true;
    if (entry != nullptr) forget(key);
    ++counters_.l2_misses;
    const Walk walk = table_->look_up(at);
    count_walk(at, walk);
    if (!walk.is_mapped || !walk.rights.allow(access)) return fault();
    const bool is_small = walk.last().level == table_->format().last_level();
    key = key_of(at, is_small ? PageSize::small : PageSize::large);
    const bool is_dirty = access == Access::write || walk.last().entry.has(page_bit::dirty);
    const TlbEntry filled{.frame = walk.last().entry.frame(), .rights = walk.rights, .is_dirty = is_dirty};
    l2_.insert(key, filled);
    l1(key.size).insert(key, filled);
    return true;
  }
  bool fault() {
    ++counters_.faults;
    return false;
  }

  // Entries above those that a cache knows need not be read.
  void count_walk(VirtAddr at, const Walk& walk) {
    const PageFormat& format = table_->format();
    const auto upper_key = [&](unsigned level) {
      return NaiveKey{asid_, PageSize::small, at.value() >> format.levels[level].shift};
    };
    unsigned known = 0;  // levels that are
    for (unsigned distance = 0; distance < walk_cache_.size() && distance < format.last_level(); ++distance) {
      const unsigned level = format.last_level() - 1 - distance;
      if (walk_cache_[distance].touch(upper_key(level)) == nullptr) continue;
      known = level + 1;
      break;
    }
    counters_.walk_accesses += walk.accesses - known;
    for (unsigned step = known; step + 1 < walk.accesses; ++step) {
      const unsigned distance = format.last_level() - 1 - step;
      if (distance < walk_cache_.size()) walk_cache_[distance].insert(upper_key(step), true);
    }
  }

  NaiveLru<TlbEntry> small_l1_;
  NaiveLru<TlbEntry> large_l1_;
  NaiveLru<TlbEntry> l2_;
  std::vector<NaiveLru<bool>> walk_cache_;  // by distance from the lowest tables
  const PageTable* table_ = nullptr;
  unsigned asid_ = 0;
  MmuCounters counters_;
};

}  // namespace signalbox
