#pragma once

#include <array>
#include <memory>

#include "kernel/alloc/rivals/process_memory.hpp"
#include "kernel/exec/memory_file.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"
#include "kernel/sim/cost_model.hpp"

namespace signalbox {

// The calls that an allocator makes.
enum class MemoryCall : std::uint8_t { brk, mmap, munmap, mremap, mprotect, madvise };
inline constexpr std::array<std::string_view, 6> memory_call_names{"brk",    "mmap",     "munmap",
                                                                   "mremap", "mprotect", "madvise"};

// What was counted, and what of it has a price.
struct ProcessCounts {
  std::array<std::uint64_t, memory_call_names.size()> calls{};
  std::uint64_t faults = 0;
  std::uint64_t pages_zeroed = 0;
  std::uint64_t heap_words = 0;     // that the allocator reads and writes in the memory it hands out
  std::uint64_t cleared_bytes = 0;  // by calloc
  std::uint64_t copied_bytes = 0;   // by realloc
  Duration calls_time;
  Duration faults_time;
  Duration accesses_time;

  std::uint64_t all_calls() const;
};

// One process on a machine of its own, without threads or a scheduler: real VMAs, page tables, frames and a TLB, by the
// calls of Linux 6.1. Its clock is what the machine's prices make of what happens in it. There is no swap: who needs
// more than the memory there is, is ended.
class EmulatedProcess final : public alloc::ProcessMemory, private TlbFlusher, private MemoryClock {
 public:
  EmulatedProcess(const CostModel& costs, std::uint64_t ram_bytes);
  ~EmulatedProcess() override;

  VirtAddr map(std::uint64_t bytes, std::uint64_t alignment) override;
  bool unmap(VirtAddr at, std::uint64_t bytes) override;
  bool purge(VirtAddr at, std::uint64_t bytes, alloc::Purge how) override;
  bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) override;
  VirtAddr extend_break(std::int64_t by) override;
  VirtAddr reserve(std::uint64_t bytes) override;
  bool make_usable(VirtAddr at, std::uint64_t bytes) override;
  VirtAddr resize(VirtAddr at, std::uint64_t bytes, std::uint64_t new_bytes) override;

  std::uint64_t load(VirtAddr at) override;
  void store(VirtAddr at, std::uint64_t word) override;
  void zero(VirtAddr at, std::uint64_t bytes) override;
  void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) override;
  bool is_dead() const override { return is_dead_; }
  std::optional<std::uint64_t> peek(VirtAddr at) const override;
  Instant now() const override { return now_; }

  // The program itself writes a byte. false: it could not, and is dead.
  bool touch(VirtAddr at);
  void wait(Duration time) { now_ += time; }

  const ProcessCounts& counts() const { return counts_; }
  std::uint64_t resident_bytes() const { return space_->resident().resident() * page_bytes; }
  std::uint64_t peak_resident_bytes() const { return space_->resident().peak * page_bytes; }
  std::uint64_t tlb_misses() const { return mmu_->counters().l2_misses; }
  std::uint64_t mappings() const { return space_->map().vmas().size(); }

 private:
  void flush(const UserSpace& space, PageRange range) override;
  void aged(const UserSpace& space, VirtAddr page) override;

  void spend(Duration time, Duration ProcessCounts::* what);
  void count(MemoryCall call);
  // The bytes at `at` to the end of their page, at most so many; empty: the process is dead.
  std::span<std::byte> access(VirtAddr at, std::uint64_t bytes, Access how);
  bool mend();
  void settle();

  bool has_mmu_ = false;
  CostModel costs_;
  MemoryFile ram_;
  MainMemory memory_;
  std::unique_ptr<UserSpace> space_;
  std::unique_ptr<Mmu> mmu_;
  Instant now_;
  ProcessCounts counts_;
  VirtAddr break_begin_;
  MmuCounters priced_;
  bool is_dead_ = false;
};

}  // namespace signalbox
