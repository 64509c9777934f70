// Several address spaces whose pages do not fit into RAM, under every way to choose victims: what they read is what
// they wrote, and in the end everything is back.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "kernel/base/prng.hpp"
#include "kernel/mm/reclaim/registry.hpp"
#include "kernel/mm/shortage/oom.hpp"
#include "kernel/mm/space/mincore.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::thrashing_test {
namespace {

// Of 256 frames 32 are kept free, and some are tables.
constexpr std::uint32_t ram_pages = 256;

struct Process {
  std::unique_ptr<UserSpace> space;
  VirtAddr begin;
  std::vector<std::uint64_t> words;  // by page; one word tells pages apart
};

class Crowd {
 public:
  Crowd(std::uint32_t spaces, std::uint32_t pages, std::uint32_t swap_pages, const ShortageConfig& shortage = {})
      : machine(ram_pages, swap_pages, {.overcommit = OvercommitMode::always, .shortage = shortage}) {
    for (std::uint32_t i = 0; i < spaces; ++i) {
      Process process{.space = machine.new_space(), .begin = {}, .words = std::vector<std::uint64_t>(pages)};
      process.begin = map_pages(*process.space, pages);
      processes.push_back(std::move(process));
    }
  }

  static VirtAddr at(const Process& process, std::uint64_t page) { return process.begin + page * page_bytes; }
  // False: there is no memory for it.
  bool write(Process& process, std::uint64_t page) {
    if (!machine.store(*process.space, at(process, page), ++written_)) return false;
    process.words[page] = written_;
    return true;
  }
  bool read(Process& process, std::uint64_t page) {
    const auto word = machine.load(*process.space, at(process, page));
    EXPECT_EQ(word.value_or(process.words[page]), process.words[page]);
    return word.has_value();
  }
  // As a machine does that runs the background thread whenever it is wanted.
  void run_background() {
    BackgroundReclaim& background = machine.memory.shortage().background();
    if (!background.is_wanted()) return;
    for (ReclaimStep step; step.next != ReclaimStep::Next::sleep;) {
      step = background.step();
      machine.requests.insert(machine.requests.end(), step.writes.begin(), step.writes.end());
      if (step.next == ReclaimStep::Next::wait) machine.finish_all();
    }
  }
  // Everybody uses his pages in a random order, a third of the times to write.
  void use_at_random(unsigned accesses, std::uint64_t seed) {
    Prng random(seed);
    for (unsigned i = 0; i < accesses; ++i) {
      Process& process = processes[random.below(processes.size())];
      const std::uint64_t page = random.below(process.words.size());
      ASSERT_TRUE(random.below(3) == 0 ? write(process, page) : read(process, page)) << i;
      if (i % 10 == 0) machine.memory.shortage().tick();
    }
  }
  void end() {
    processes.clear();
    machine.finish_all();
    EXPECT_EQ(machine.used_frames(), 1U);  // the zero page
    EXPECT_EQ(machine.memory.swap().free_slots(), machine.memory.swap().slots());
    EXPECT_EQ(machine.memory.swap().stored_bytes(), 0U);
    EXPECT_EQ(machine.memory.shortage().lists().size(PageKind::anonymous), 0U);
    EXPECT_EQ(machine.memory.shortage().writes().writing(), 0U);
  }

  PagedMachine machine;
  std::vector<Process> processes;

 private:
  std::uint64_t written_ = 0;
};

std::vector<ShortageConfig> all_ways() {
  std::vector<ShortageConfig> ways;
  for (const ReclaimerRow* row : all_reclaimers()) {
    if (row->input != ReclaimerInput::bits) continue;
    for (const ReplacementScope scope : {ReplacementScope::global, ReplacementScope::local}) {
      ways.push_back({.replacement = {.policy = row, .scope = scope, .tau = Duration(1000)}});
    }
  }
  return ways;
}

TEST(Thrashing, ContentsSurviveUnderEveryPolicy) {
  for (const ShortageConfig& way : all_ways()) {
    SCOPED_TRACE(std::string(way.replacement.policy->name));
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Crowd crowd(4, 100, 1024, way);
      crowd.use_at_random(4000, seed);
      EXPECT_GT(crowd.machine.memory.events().swapped_in, 100U);
      crowd.end();
    }
  }
}

TEST(Thrashing, TheSameTwiceUnderEveryPolicy) {
  for (const ShortageConfig& way : all_ways()) {
    Crowd first(4, 100, 1024, way);
    Crowd second(4, 100, 1024, way);
    first.use_at_random(2000, 7);
    second.use_at_random(2000, 7);
    EXPECT_EQ(first.machine.memory.events(), second.machine.memory.events()) << way.replacement.policy->name;
    EXPECT_EQ(first.machine.memory.shortage().counters(), second.machine.memory.shortage().counters());
  }
}

struct LoopRun {
  std::uint64_t accesses = 0;
  MemoryEvents events;

  // By the effective access time of design/memory.md, 4.2: 200 ns an access, 8 ms a fault that reads.
  std::uint64_t accesses_a_second() const {
    return accesses * 1'000'000'000 / (accesses * 200 + events.major_faults * 8'000'000);
  }
};

// Four spaces write their pages in a loop.
LoopRun loop(std::uint32_t pages, std::uint64_t rounds) {
  Crowd crowd(4, pages, 1024);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (Process& process : crowd.processes) {
      for (std::uint64_t page = 0; page < pages; ++page) EXPECT_TRUE(crowd.write(process, page));
    }
  }
  const LoopRun run{.accesses = rounds * 4 * pages, .events = crowd.machine.memory.events()};
  crowd.end();
  return run;
}

// What fits is never read from swap, and of what does not, every page is read in every round, as under LRU (the loop of
// design/memory.md, 4.1).
TEST(Thrashing, BeginsWhereTheWorkingSetsNoLongerFit) {
  for (const std::uint32_t pages : {30U, 51U, 52U, 60U, 120U}) {
    EXPECT_EQ(loop(pages, 20).events.swapped_in, pages < 52 ? 0 : std::uint64_t{19} * 4 * pages);
  }
}

// Four pages more than fit.
TEST(Thrashing, ThroughputFallsOffACliff) {
  const std::uint64_t fits = loop(51, 20).accesses_a_second();
  const std::uint64_t does_not = loop(52, 20).accesses_a_second();
  EXPECT_EQ(fits, 5'000'000U);
  EXPECT_LT(does_not, 1000U);  // one of eight reads is a fault: swap is read ahead
  EXPECT_GT(does_not, 500U);
}

TEST(Thrashing, BackgroundReclaimSparesOthersTheWork) {
  Crowd crowd(4, 100, 1024);
  for (unsigned round = 0; round < 5; ++round) {
    for (Process& process : crowd.processes) {
      for (std::uint64_t page = 0; page < 100; ++page) {
        ASSERT_TRUE(crowd.write(process, page));
        crowd.run_background();
      }
    }
  }
  EXPECT_EQ(crowd.machine.memory.shortage().counters().stalls, 0U);
  EXPECT_GT(crowd.machine.memory.shortage().counters().reclaimed_background, 1000U);
  crowd.end();
}

// The victim is the one with most pages in RAM and swap; the others have lost nothing.
TEST(Thrashing, FullSwapEndsInAKill) {
  Crowd crowd(3, 200, 300);
  const auto kill_worst = [&crowd] {
    std::vector<OomCandidate> candidates;
    for (std::size_t i = 0; i < crowd.processes.size(); ++i) {
      const ResidentCounters& has = crowd.processes[i].space->resident();
      candidates.push_back(
          {.pid = Pid(static_cast<std::int32_t>(i)), .resident_pages = has.resident(), .swap_entries = has.swapped});
    }
    const OomChoice choice = choose_oom_victim(candidates, ram_pages + 300);
    EXPECT_EQ(choice.what, OomChoice::What::kill);
    crowd.processes.erase(crowd.processes.begin() + choice.victim.value());
  };
  unsigned kills = 0;
  for (std::uint64_t page = 0; page < 200; ++page) {
    // The first is ahead of the others.
    for (std::size_t i = 0; i < crowd.processes.size(); ++i) {
      if (crowd.write(crowd.processes[i], page)) continue;
      EXPECT_EQ(crowd.machine.last_plan.step, FaultPlan::Step::reclaim);
      kill_worst();
      ++kills;
      break;
    }
  }
  EXPECT_EQ(kills, 1U);
  for (Process& process : crowd.processes) {
    for (std::uint64_t page = 0; page < 100; ++page) EXPECT_TRUE(crowd.read(process, page));
  }
  crowd.end();
}

TEST(Thrashing, LockedPagesStay) {
  for (const ShortageConfig& way : all_ways()) {
    Crowd crowd(3, 120, 1024, way);
    Process& locked = crowd.processes.front();
    for (std::uint64_t page = 0; page < 40; ++page) ASSERT_TRUE(crowd.write(locked, page));
    ASSERT_TRUE(mlock(locked.space->map(), locked.begin, 40 * page_bytes).has_value());
    crowd.use_at_random(3000, 1);
    const Residency resident = mincore(locked.space->map(), locked.begin, 40 * page_bytes);
    EXPECT_EQ(std::ranges::count(resident.pages, 1), 40) << way.replacement.policy->name;
    EXPECT_GE(crowd.machine.memory.shortage().lists().size(PageList::unevictable), 40U);
    crowd.end();
  }
}

// Pages of a file that is mapped shared: what is evicted was written, and comes back from the device.
TEST(Thrashing, DirtyPagesOfAFileComeBack) {
  Crowd crowd(1, 200, 1024);
  const MemoryObjectRef file(new TestFile(200));
  UserSpace& space = *crowd.processes.front().space;
  const VirtAddr mapped = map_file(space, file, map_shared);
  for (std::uint64_t page = 0; page < 200; ++page) {
    ASSERT_TRUE(crowd.machine.store(space, mapped + page * page_bytes, 5000 + page));
  }
  for (std::uint64_t page = 0; page < 200; ++page) ASSERT_TRUE(crowd.write(crowd.processes.front(), page));
  EXPECT_GT(crowd.machine.memory.events().pages_out, 50U);
  for (std::uint64_t page = 0; page < 200; ++page) {
    EXPECT_EQ(crowd.machine.load(space, mapped + page * page_bytes), 5000 + page);
  }
}

// fsync and the flusher: 30 s after the last change nothing is dirty, and the device has it all.
TEST(Thrashing, WriteBackBringsEverythingToTheDevice) {
  Crowd crowd(1, 1, 64);
  auto* const store = new TestFile(20);
  const MemoryObjectRef file(store);
  UserSpace& space = *crowd.processes.front().space;
  const VirtAddr mapped = map_file(space, file, map_shared);
  for (std::uint64_t page = 0; page < 20; ++page) {
    ASSERT_TRUE(crowd.machine.store(space, mapped + page * page_bytes, 5000 + page));
  }
  WriteBack& write_back = crowd.machine.memory.shortage().write_back();
  EXPECT_EQ(store->word_on_device(3), 3U);
  ReclaimStep step = write_back.step(Instant() + 30_s);
  crowd.machine.requests.insert(crowd.machine.requests.end(), step.writes.begin(), step.writes.end());
  crowd.machine.finish_all();
  EXPECT_EQ(crowd.machine.memory.shortage().writes().dirty(), 0U);
  for (std::uint64_t page = 0; page < 20; ++page) EXPECT_EQ(store->word_on_device(page), 5000 + page);
  ASSERT_TRUE(crowd.machine.store(space, mapped, 1));  // dirty again
  EXPECT_EQ(crowd.machine.memory.shortage().writes().dirty(), 1U);
}

}  // namespace
}  // namespace signalbox::thrashing_test
