// What the tiers of the MMU promise for all of memory: on random programs that do not fit into RAM, programs read the
// same, take the same faults, and lose the same pages in the same order. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "kernel/base/prng.hpp"
#include "kernel/mm/shortage/oom.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::memory_tiers_test {
namespace {

constexpr std::uint32_t ram_pages = 160;
constexpr std::uint32_t swap_pages = 200;
constexpr std::uint64_t pages = 64;  // of each process

// All that a tier must not change.
struct Outcome {
  std::vector<std::optional<std::uint64_t>> words;  // that were read
  std::vector<BlockRequest> requests;               // what went to swap and came back, in order
  std::vector<std::uint32_t> killed;                // by space, in order
  std::vector<ResidentCounters> resident;           // of those who live in the end
  MemoryEvents events;
  ReclaimCounters reclaim;
  MemoryWork work;
  std::uint64_t mmu_faults = 0;

  bool operator==(const Outcome&) const = default;
};

class Program {
 public:
  Program(std::uint64_t seed, MmuTier tier)
      : random_(seed),
        machine_(ram_pages, swap_pages, {.overcommit = OvercommitMode::always},
                 {.tier = tier, .tlb = {.small_l1 = {4, 2}, .large_l1 = {2, 1}, .l2 = {8, 3}}}) {
    begin();
  }

  Outcome run(unsigned steps) {
    for (unsigned i = 0; i < steps; ++i) step();
    outcome_.requests = machine_.history;
    for (const Process& process : processes_) outcome_.resident.push_back(process.space->resident());
    outcome_.events = machine_.memory.events();
    outcome_.reclaim = machine_.memory.shortage().counters();
    outcome_.work = machine_.work;
    outcome_.mmu_faults = machine_.mmu_counters().faults;
    return std::move(outcome_);
  }

 private:
  struct Process {
    std::unique_ptr<UserSpace> space;
    VirtAddr at;
  };

  void begin() {
    auto space = UserSpace::create(machine_.memory, AddressSpaceId(++spaces_), plain_layout({}));
    if (!space) return (void)machine_.reclaim();
    Process process{.space = std::move(*space), .at = {}};
    process.at = map_pages(*process.space, pages);
    processes_.push_back(std::move(process));
  }
  void step() {
    const std::uint64_t what = random_.below(200);
    Process& process = processes_[random_.below(processes_.size())];
    if (what < 2) return fork(process);
    if (what == 2) return begin();
    if (what == 3 && processes_.size() > 1) return end(random_.below(processes_.size()));
    if (what == 4) return give_up(process);
    if (what < 10) return background();
    access(process);
  }
  void fork(Process& parent) {
    MemoryWork work;
    auto space = parent.space->fork(AddressSpaceId(++spaces_), work);
    if (space) processes_.push_back({.space = std::move(*space), .at = parent.at});
  }
  void end(std::size_t index) { processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(index)); }
  void give_up(Process& process) {
    const std::uint64_t first = random_.below(pages);
    RC_ASSERT(madvise(process.space->map(), process.at + first * page_bytes, 4 * page_bytes, madv_dontneed) ||
              first + 4 > pages);
  }
  void background() {
    const ReclaimStep step = machine_.memory.shortage().background().step();
    machine_.requests.insert(machine_.requests.end(), step.writes.begin(), step.writes.end());
    if (random_.below(2) == 0) machine_.finish_all();
  }
  // Some pages are used more than others; whoever finds no memory has somebody killed.
  void access(Process& process) {
    const std::uint64_t page = random_.below(random_.below(2) == 0 ? 8 : pages);
    const VirtAddr at = process.at + page * page_bytes + 8 * random_.below(512);
    const std::uint64_t value = random_.next();
    if (value % 2 == 0) {
      outcome_.words.push_back(machine_.load(*process.space, at));
      if (!outcome_.words.back()) kill();
    } else if (!machine_.store(*process.space, at, value)) {
      kill();
    }
  }
  void kill() {
    std::vector<OomCandidate> candidates;
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      const ResidentCounters& has = processes_[i].space->resident();
      candidates.push_back(
          {.pid = Pid(static_cast<std::int32_t>(i)), .resident_pages = has.resident(), .swap_entries = has.swapped});
    }
    const auto victim = static_cast<std::size_t>(choose_oom_victim(candidates, ram_pages + swap_pages).victim.value());
    outcome_.killed.push_back(processes_[victim].space->id().value());
    end(victim);
    if (processes_.empty()) begin();
  }

  Prng random_;
  PagedMachine machine_;
  std::vector<Process> processes_;
  Outcome outcome_;
  std::uint32_t spaces_ = 0;
};

TEST(MemoryTiers, ReclaimFaultsAndKillsAreTheSame) {
  EXPECT_TRUE(rc::check("tiers", [](std::uint64_t seed) {
    const Outcome exact = Program(seed, MmuTier::exact).run(2500);
    RC_ASSERT(Program(seed, MmuTier::fast).run(2500) == exact);
    RC_ASSERT(Program(seed, MmuTier::full).run(2500) == exact);
    RC_CLASSIFY(!exact.killed.empty(), "kills");
    RC_CLASSIFY(exact.events.swapped_in > 0, "swaps in");
  }));
}

}  // namespace
}  // namespace signalbox::memory_tiers_test
