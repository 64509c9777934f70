#pragma once

#include <array>
#include <memory>
#include <vector>

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
  ProcessCounts& operator+=(const ProcessCounts& other);
};

class EmulatedProcess;

// RAM and a clock, and processes that share them, without threads or a scheduler: one does something at a time. The
// clock is what the prices make of what happens.
class EmulatedMachine final : private TlbFlusher, private MemoryClock {
 public:
  EmulatedMachine(const CostModel& costs, std::uint64_t ram_bytes);

  Instant now() const override { return now_; }
  void wait(Duration time) { now_ += time; }

 private:
  friend EmulatedProcess;

  void flush(const UserSpace& space, PageRange range) override;
  void aged(const UserSpace& space, VirtAddr page) override;

  CostModel costs_;
  MemoryFile ram_;
  MainMemory memory_;
  std::vector<Mmu*> mmus_{nullptr};  // by the space's number; null: it has none yet, or none any more
  Instant now_;
};

// One process on such a machine: real VMAs, page tables, frames and a TLB, by the calls of Linux 6.1. There is no swap:
// who needs more than the memory there is, is ended.
class EmulatedProcess final : public alloc::ProcessMemory {
 public:
  // Null: the machine has no frame for it. The machine outlives it.
  static std::unique_ptr<EmulatedProcess> start(EmulatedMachine& machine);
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
  Instant now() const override { return machine_.now(); }

  // The program itself writes a byte. false: it could not, and is dead.
  bool touch(VirtAddr at);

  const ProcessCounts& counts() const { return counts_; }
  std::uint64_t resident_bytes() const { return space_->resident().resident() * page_bytes; }
  std::uint64_t peak_resident_bytes() const { return space_->resident().peak * page_bytes; }
  std::uint64_t tlb_misses() const { return mmu_->counters().l2_misses; }
  std::uint64_t mappings() const { return space_->map().vmas().size(); }

 private:
  EmulatedProcess(EmulatedMachine& machine, std::unique_ptr<UserSpace> space);

  void spend(Duration time, Duration ProcessCounts::* what);
  void count(MemoryCall call);
  // The bytes at `at` to the end of their page, at most so many; empty: the process is dead.
  std::span<std::byte> access(VirtAddr at, std::uint64_t bytes, Access how);
  bool mend();
  void settle();

  EmulatedMachine& machine_;
  const CostModel& costs_;
  std::unique_ptr<UserSpace> space_;
  std::unique_ptr<Mmu> mmu_;
  ProcessCounts counts_;
  VirtAddr break_begin_;
  MmuCounters priced_;
  bool is_dead_ = false;
};

}  // namespace signalbox
