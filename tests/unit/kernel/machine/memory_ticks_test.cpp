#include "kernel/machine/memory_ticks.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "kernel/mm/reclaim/registry.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox::memory_ticks_test {

MachineOptions with_replacement(std::string_view policy, Duration tick = Duration()) {
  MachineOptions options = with_memory();
  options.config.memory->main.shortage.replacement.policy = find_reclaimer(policy);
  options.config.tick = tick;
  return options;
}

// How many of so many stretches of computing after a write found its page's accessed bit gone.
int ticks_seen(const MachineOptions& options, Duration stretch, int stretches) {
  int seen = 0;
  in_memory(
      [&](Caller& caller) {
        UserMemory memory(caller);
        const VirtAddr at = map_pages(caller, 1);
        for (int i = 0; i < stretches; ++i) {
          memory.store(word_of(at, 0), 1);
          compute(caller, stretch);
          if (!caller.process().space->entry_at(at).has(page_bit::accessed)) ++seen;
        }
      },
      options);
  return seen;
}

TEST(MemoryTicks, FallEvery4MillisecondsWhileSomebodyRuns) {
  EXPECT_EQ(ticks_seen(with_replacement("nru"), 1_ms, 40), 10);
  EXPECT_EQ(ticks_seen(with_replacement("aging"), 1_ms, 40), 10);
}

TEST(MemoryTicks, FallWithTheTimersIfItTicks) { EXPECT_EQ(ticks_seen(with_replacement("aging", 2_ms), 1_ms, 40), 20); }

TEST(MemoryTicks, PoliciesThatDoNotAgeByThemHaveNone) {
  for (const ReclaimerRow* const row : all_reclaimers()) {
    if (row->input != ReclaimerInput::bits || row->uses_ticks) continue;
    EXPECT_EQ(ticks_seen(with_replacement(row->name), 10_ms, 4), 0) << row->name;
  }
}

TEST(MemoryTicks, AMachineWhereAllSleepHasNone) {
  in_memory(
      [](Caller& caller) {
        UserMemory memory(caller);
        const VirtAddr at = map_pages(caller, 1);
        memory.store(word_of(at, 0), 1);
        sleep_for(caller, 1_s);
        EXPECT_TRUE(caller.process().space->entry_at(at).has(page_bit::accessed));
      },
      with_replacement("aging"));
}

TEST(MemoryTicks, KeepNoRunAliveThatIsStuck) {
  WaitQueue never(WaitLabel{WaitKind::memory, NameId()});
  MachineFixture fixture(with_replacement("aging"));
  fixture.spawn([&](Caller& caller) {
    compute(caller, 1_ms);
    caller.sleep_on(never, Instant::max());
  });
  EXPECT_EQ(fixture.run(), RunEnd::deadlock);
}

// Pages in steady use stay, where without ticks their histories are all alike and the oldest go.
TEST(MemoryTicks, LetAgingTellPagesInUseFromOthers) {
  constexpr std::uint64_t hot = 64;
  MachineOptions options = with_replacement("aging");
  options.config.memory->main.bytes = 4 * mib;
  options.config.memory->main.swap_bytes = 16 * mib;
  in_memory(
      [](Caller& caller) {
        UserMemory memory(caller);
        const VirtAddr used = map_pages(caller, hot);
        const VirtAddr once = map_pages(caller, 2048);
        std::uint64_t faults = 0;
        for (std::uint64_t page = 0; page < 2048; ++page) {
          const std::uint64_t before = caller.thread().memory.major_faults;
          for (std::uint64_t each = 0; each < hot; ++each) memory.store(word_of(used, each), page);
          faults += caller.thread().memory.major_faults - before;
          memory.store(word_of(once, page), 1);
          compute(caller, 1_ms);
        }
        EXPECT_EQ(faults, 0U);
      },
      options);
}

}  // namespace signalbox::memory_ticks_test
