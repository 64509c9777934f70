#include "kernel/machine/machine_memory.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/memory_machine.hpp"

namespace signalbox::machine_memory_test {

// Two processes, or two threads of one, that give way to each other so often.
SpaceSwitchCounters switches_of(bool are_processes, int turns) {
  MachineOptions options = with_memory();
  options.policy = "round_robin";
  MachineFixture fixture(options);
  const auto take_turns = [turns](Caller& caller) {
    for (int turn = 0; turn < turns; ++turn) call(caller, call_number::sched_yield);
  };
  fixture.spawn([=](Caller& caller) {
    if (are_processes) {
      fork(caller, take_turns);
    } else {
      create_thread(caller, take_turns);
    }
    take_turns(caller);
    if (are_processes) call(caller, call_number::wait4, -1, nullptr, 0, nullptr);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  return fixture.machine().memory()->mmus().switches();
}

TEST(MachineMemory, ProcessesLoadRootsAndThreadsDoNot) {
  EXPECT_EQ(switches_of(false, 100).root_loads, 1U);
  EXPECT_GT(switches_of(true, 100).root_loads, 190U);
}

TEST(MachineMemory, TwoProcessesHaveTheirTagsAndAreNotFlushed) { EXPECT_LE(switches_of(true, 100).root_flushes, 3U); }

// process_switch where a root is loaded, thread_switch where the one that is there stays.
TEST(MachineMemory, ASwitchCostsWhatItLoads) {
  MachineOptions options = with_memory();
  options.policy = "round_robin";
  options.config.costs.thread_switch = 1_us;
  options.config.costs.process_switch = 2_us;
  options.config.costs.tlb_flush = 10_us;
  MachineFixture fixture(options);
  for (int i = 0; i < 2; ++i) {
    fixture.spawn([](Caller& caller) {
      for (int turn = 0; turn < 3; ++turn) call(caller, call_number::sched_yield);
    });
  }
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  std::vector<std::uint64_t> costs;
  for (const TraceEvent& event : fixture.trace().of(TraceKind::run_begin)) costs.push_back(event.a);
  ASSERT_GE(costs.size(), 4U);
  EXPECT_EQ(costs[0], 12'000U);  // each for the first time: its tag may be anybody's
  EXPECT_EQ(costs[1], 12'000U);
  EXPECT_EQ(costs[2], 2'000U);
  EXPECT_EQ(costs[3], 2'000U);
}

TEST(MachineMemory, PlacesAreDrawnFromTheSeed) {
  const auto heap = [](std::uint64_t seed, bool randomises) {
    MachineOptions options = with_memory();
    options.seed = seed;
    options.config.memory->main.randomises = randomises;
    VirtAddr found;
    in_memory([&](Caller& caller) { found = caller.process().space->map().parts.heap_begin; }, options);
    return found;
  };
  EXPECT_EQ(heap(1, true), heap(1, true));
  EXPECT_NE(heap(1, true), heap(2, true));
  EXPECT_EQ(heap(1, false), heap(2, false));
}

TEST(MachineMemory, ProcessesAreKilledWhereTheyStandAndAllIsBack) {
  MachineFixture fixture(with_memory());
  for (int i = 0; i < 3; ++i) {
    fixture.spawn([](Caller& caller) {
      UserMemory memory(caller);
      const VirtAddr at = map_pages(caller, 100);
      for (std::uint64_t page = 0; page < 100; ++page) memory.store(word_of(at, page), 1);
      sleep_for(caller, 1_s);
    });
  }
  EXPECT_EQ(fixture.run(Instant() + 1_ms), RunEnd::until);
  fixture.destroy();  // which checks that nothing is lost
}

TEST(MachineMemory, TheMostThatWasUsedIsNoted) {
  MachineFixture fixture(with_memory());
  fixture.spawn([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 500);
    for (std::uint64_t page = 0; page < 500; ++page) memory.store(word_of(at, page), 1);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_GE(fixture.machine().memory()->peak_frames(), 500U);
  EXPECT_LT(fixture.machine().memory()->peak_frames(), 600U);
}

TEST(MachineMemory, WhoTouchesNoneRunsAsOnAMachineWithout) {
  const auto facts = [](bool has_memory) {
    MachineOptions options;
    if (has_memory) options = with_memory();
    MachineFixture fixture(options);
    fixture.spawn([](Caller& caller) {
      const std::int64_t child = fork(caller, [](Caller& inner) { compute(inner, 1_ms); });
      wait_for(caller, child);
    });
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    std::vector<std::pair<Instant, TraceKind>> all;
    for (const TraceEvent& event : fixture.trace().events()) all.emplace_back(event.when, event.kind);
    return all;
  };
  EXPECT_EQ(facts(false), facts(true));
}

TEST(MachineMemory, AForkCostsByTheEntriesThatItCopies) {
  MachineOptions options = with_memory();
  options.config.costs.fork_page = 1_us;
  MachineFixture fixture(options);
  fixture.spawn([&](Caller& caller) {
    const VirtAddr at = map_pages(caller, 100);
    UserMemory memory(caller);
    for (std::uint64_t page = 0; page < 100; ++page) memory.store(word_of(at, page), page);
    const Duration spent = fixture.machine().memory()->spent();
    const Instant begin = caller.now();
    const std::int64_t child = fork(caller, [](Caller&) {});
    EXPECT_EQ(fixture.machine().memory()->spent() - spent, 100_us);
    EXPECT_EQ(caller.now() - begin, 100_us);
    EXPECT_EQ(wait_for(caller, child), 0);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

}  // namespace signalbox::machine_memory_test
