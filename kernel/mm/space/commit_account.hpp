#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"

namespace signalbox {

// vm.overcommit_memory: what a promise of memory is measured by.
enum class OvercommitMode : std::uint8_t {
  heuristic,  // 0: only one that is larger than RAM and swap together is refused
  always,     // 1
  never,      // 2: the sum of all promises has a limit
};

struct CommitRules {
  OvercommitMode mode = OvercommitMode::heuristic;
  std::uint64_t ram_pages = 0;
  std::uint64_t huge_pages = 0;  // of ram_pages, in small pages: set aside for huge pages
  std::uint64_t swap_pages = 0;
  std::uint64_t ratio_percent = 50;          // vm.overcommit_ratio
  std::uint64_t admin_reserve_pages = 2048;  // vm.admin_reserve_kbytes: at most 8 MiB
  std::uint64_t user_reserve_pages = 32768;  // vm.user_reserve_kbytes: at most 128 MiB
};

// What all address spaces of a machine have together: how many pages they have mapped, how many they were promised
// (Committed_AS of /proc/meminfo), and whether they may be promised more: __vm_enough_memory of mm/util.c, 6.1.
class CommitAccount {
 public:
  explicit CommitAccount(const CommitRules& rules) : rules_(rules) {}

  // Who asks: how large his address space is, and whether he has CAP_SYS_ADMIN.
  struct Asker {
    std::uint64_t total_pages = 0;
    bool is_admin = false;
  };

  // Promises so many pages; Errno::enomem promises none.
  Result<void> charge(std::uint64_t pages, const Asker& asker);
  void release(std::uint64_t pages);

  std::uint64_t committed_pages() const { return committed_; }
  // So many pages more are mapped, promised or not; of a negative number, fewer: it wraps.
  void count_mapped(std::uint64_t pages) { mapped_ += pages; }
  // VmSize of all.
  std::uint64_t mapped_pages() const { return mapped_; }
  // CommitLimit of /proc/meminfo.
  std::uint64_t limit_pages() const;
  const CommitRules& rules() const { return rules_; }

 private:
  CommitRules rules_;
  std::uint64_t committed_ = 0;
  std::uint64_t mapped_ = 0;
};

}  // namespace signalbox
