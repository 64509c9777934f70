#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernel/base/ids.hpp"

namespace signalbox {

inline constexpr unsigned max_cpus = 1024;

// CPUs with neighbouring numbers, to index arrays by.
struct CpuRange {
  unsigned first = 0;
  unsigned size = 0;

  std::size_t index_of(CpuId cpu) const { return cpu.value() - first; }
};

// A set of CPUs, as sched_setaffinity(2) takes it.
class CpuMask {
 public:
  static constexpr unsigned word_bits = 64;

  static CpuMask of(std::span<const CpuId> cpus) {
    CpuMask mask;
    for (const CpuId cpu : cpus) mask.set(cpu);
    return mask;
  }
  static CpuMask first(unsigned count) {
    CpuMask mask;
    for (unsigned cpu = 0; cpu < count; ++cpu) mask.set(CpuId(static_cast<CpuId::Value>(cpu)));
    return mask;
  }

  void set(CpuId cpu) { words_[word_of(cpu)] |= bit_of(cpu); }
  void clear(CpuId cpu) { words_[word_of(cpu)] &= ~bit_of(cpu); }
  bool has(CpuId cpu) const { return cpu.value() < max_cpus && (words_[word_of(cpu)] & bit_of(cpu)) != 0; }
  bool none() const {
    return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
  }
  unsigned count() const {
    unsigned total = 0;
    for (const std::uint64_t word : words_) total += static_cast<unsigned>(std::popcount(word));
    return total;
  }
  // CPU 64 * index is its lowest bit. Scanning words beats asking CPU by CPU on a large machine.
  std::uint64_t word(std::size_t index) const { return words_[index]; }
  // The smallest range that holds all of them; empty if there is none.
  CpuRange range() const;
  // Calls action(cpu) for each, in ascending order; `range` holds them all, so that no other words are looked at. The
  // action may change this set: who leaves it may still come.
  template <class Action>
  void for_each(CpuRange range, Action action) const {
    for (unsigned index = first_word(range); index < end_word(range); ++index) {
      for (std::uint64_t left = words_[index]; left != 0; left &= left - 1) action(cpu_at(index, left));
    }
  }
  // The lowest that is in `other` as well; `range` holds this set.
  std::optional<CpuId> lowest_in(const CpuMask& other, CpuRange range) const {
    for (unsigned index = first_word(range); index < end_word(range); ++index) {
      const std::uint64_t both = words_[index] & other.words_[index];
      if (both != 0) return cpu_at(index, both);
    }
    return std::nullopt;
  }

  CpuMask operator&(const CpuMask& other) const {
    CpuMask both;
    for (std::size_t i = 0; i < words_.size(); ++i) both.words_[i] = words_[i] & other.words_[i];
    return both;
  }
  bool operator==(const CpuMask&) const = default;

 private:
  static CpuId cpu_at(unsigned index, std::uint64_t word) {
    return CpuId(static_cast<CpuId::Value>(index * word_bits + static_cast<unsigned>(std::countr_zero(word))));
  }
  static unsigned first_word(CpuRange range) { return range.first / word_bits; }
  static unsigned end_word(CpuRange range) { return (range.first + range.size + word_bits - 1) / word_bits; }
  static constexpr std::size_t word_of(CpuId cpu) { return cpu.value() / word_bits; }
  static constexpr std::uint64_t bit_of(CpuId cpu) { return std::uint64_t{1} << (cpu.value() % word_bits); }

  std::array<std::uint64_t, max_cpus / word_bits> words_{};
};

// The distinct masks in use. An entity holds a mask's number, so that comparing masks is comparing numbers and run
// queues can keep one list a mask. Number 0 is every CPU of the machine. Masks are few and stay for the run; CPUs go
// offline and come online, and what a mask allows changes with them while its number stays.
class AffinityTable {
 public:
  explicit AffinityTable(unsigned cpu_count) : asked_{CpuMask::first(cpu_count)}, masks_(asked_) {}

  // Requires a mask with at least one CPU of the machine.
  AffinityId intern(const CpuMask& mask);
  // What was asked for; and what of that is online.
  const CpuMask& asked(AffinityId id) const { return asked_[id.value()]; }
  const CpuMask& mask(AffinityId id) const { return masks_[id.value()]; }
  bool allows(AffinityId id, CpuId cpu) const { return is_everywhere(id) || masks_[id.value()].has(cpu); }
  // It allows every CPU there is, and all are online.
  bool is_everywhere(AffinityId id) const { return id == everywhere_; }
  std::size_t size() const { return masks_.size(); }

  const CpuMask& online() const { return masks_.front(); }
  void set_online(CpuId cpu, bool is_online);
  bool is_whole() const { return everywhere_ == AffinityId(); }

 private:
  static constexpr AffinityId none{~AffinityId::Value{0}};

  std::vector<CpuMask> asked_;
  std::vector<CpuMask> masks_;
  AffinityId everywhere_;  // `none` while a CPU is offline
};

}  // namespace signalbox
