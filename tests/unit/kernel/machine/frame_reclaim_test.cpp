#include "kernel/machine/frame_reclaim.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kernel/mm/reclaim/registry.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox::frame_reclaim_test {

constexpr std::uint64_t ram = 4 * mib;
constexpr std::uint64_t ram_pages = ram / page_bytes;

// Writes every page of so many, then reads all of them so often; answers the faults that waited for the disk.
std::uint64_t walk(Caller& caller, std::uint64_t pages, int passes) {
  UserMemory memory(caller);
  const VirtAddr at = map_pages(caller, pages);
  for (std::uint64_t page = 0; page < pages; ++page) memory.store(word_of(at, page), page + 1);
  for (int pass = 0; pass < passes; ++pass) {
    for (std::uint64_t page = 0; page < pages; ++page) EXPECT_EQ(memory.load(word_of(at, page)), page + 1);
  }
  return caller.thread().memory.major_faults;
}

// Promises are not kept back.
MachineOptions generous(std::uint64_t swap_bytes = 0) {
  MachineOptions options = with_memory(ram, swap_bytes);
  options.config.memory->main.overcommit = OvercommitMode::always;
  return options;
}

// Processes take turns, and their accesses take time.
MachineOptions shared() {
  MachineOptions options = with_memory(ram, 16 * mib);
  options.policy = "round_robin:quantum=100us";
  options.config.costs.memory_access = 100_ns;
  options.config.costs.page_fault = 1_us;
  return options;
}

std::vector<std::string> names_of(const MachineFixture& fixture, Simulation& simulation) {
  std::vector<std::string> names;
  for (const TraceEvent& event : fixture.trace().of(TraceKind::thread_created)) {
    names.emplace_back(simulation.trace().name(NameId(static_cast<std::uint32_t>(event.b))));
  }
  return names;
}

TEST(FrameReclaim, WhatFitsNeedsNoDiskAndNoKswapd) {
  MachineFixture fixture(with_memory(ram, 8 * mib));
  fixture.spawn([](Caller& caller) { EXPECT_EQ(walk(caller, ram_pages / 4, 2), 0U); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(names_of(fixture, fixture.simulation()).size(), 1U);
  EXPECT_EQ(fixture.machine().memory()->swap_disk().counters().writes, 0U);
}

TEST(FrameReclaim, WhatDoesNotFitGoesToSwapAndComesBack) {
  MachineFixture fixture(with_memory(ram, 8 * mib));
  fixture.spawn([](Caller& caller) { EXPECT_GT(walk(caller, ram_pages * 3 / 2, 2), 0U); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const BlockDeviceCounters& disk = fixture.machine().memory()->swap_disk().counters();
  EXPECT_GT(disk.writes, 0U);
  EXPECT_GT(disk.reads, 0U);
  EXPECT_GT(fixture.trace().count(TraceKind::run_end, static_cast<int>(SwitchReason::memory_shortage)), 0U);
  EXPECT_EQ(names_of(fixture, fixture.simulation()).at(1), "kswapd0");
}

TEST(FrameReclaim, OthersRunWhileOneWaitsForTheDisk) {
  MachineFixture fixture(with_memory(ram, 8 * mib));
  Instant walked;
  Instant computed;
  fixture.spawn([&](Caller& caller) {
    walk(caller, ram_pages * 3 / 2, 1);
    walked = caller.now();
  });
  fixture.spawn([&](Caller& caller) {
    compute(caller, 10_ms);
    computed = caller.now();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_LT(computed, Instant() + 15_ms);
  EXPECT_GT(walked, Instant() + 20_ms);
}

// Who is killed is the largest; the others end by themselves.
TEST(FrameReclaim, WithoutSwapTheLargestProcessIsKilled) {
  MachineFixture fixture(generous());
  std::int32_t large = -1;
  std::int32_t small = -1;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t glutton = fork(caller, [](Caller& inner) { walk(inner, ram_pages * 2, 0); });
    const std::int64_t modest = fork(caller, [](Caller& inner) {
      walk(inner, 10, 1);
      sleep_for(inner, 1_s);
      walk(inner, 10, 1);
    });
    large = wait_for(caller, glutton);
    small = wait_for(caller, modest);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(large, 9);
  EXPECT_EQ(small, 0);
  EXPECT_EQ(fixture.machine().memory()->main().shortage().counters().oom_kills, 1U);
}

// Memory is free: nobody else's end would give it a frame.
TEST(FrameReclaim, WhoCannotStayWithinItsNumberOfFramesIsKilledItself) {
  MachineOptions options = generous(64 * page_bytes);
  auto& replacement = options.config.memory->main.shortage.replacement;
  replacement.policy = find_reclaimer("fifo");
  replacement.scope = ReplacementScope::local;
  replacement.allocation = FrameAllocation::equal;
  MachineFixture fixture(options);
  std::int32_t limited = -1;
  std::int32_t large = -1;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t idle = fork(caller, [](Caller& inner) {
      walk(inner, 200, 0);
      sleep_for(inner, 1_s);
    });
    const std::int64_t asker = fork(caller, [](Caller& inner) {
      inner.process().space->map().limits.resident = 50 * page_bytes;
      sleep_for(inner, 10_ms);
      walk(inner, 190, 0);
    });
    limited = wait_for(caller, asker);
    large = wait_for(caller, idle);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(limited, 9);
  EXPECT_EQ(large, 0);
}

// Half of memory is worth less than oom_score_adj's 1000: the small one goes.
TEST(FrameReclaim, OomScoreAdjSaysWhoIsKilled) {
  MachineFixture fixture(generous());
  std::int32_t favoured = -1;
  std::int32_t given_up = -1;
  fixture.spawn([&](Caller& caller) {
    const std::int64_t small = fork(caller, [](Caller& inner) {
      inner.process().oom_score_adj = 1000;
      walk(inner, ram_pages / 2, 0);
      sleep_for(inner, 1_s);
    });
    const std::int64_t large = fork(caller, [](Caller& inner) {
      inner.process().oom_score_adj = -1000;
      walk(inner, ram_pages * 3 / 4, 0);
    });
    favoured = wait_for(caller, large);
    given_up = wait_for(caller, small);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(favoured, 0);
  EXPECT_EQ(given_up, 9);
  const std::vector<OomKill>& kills = fixture.machine().memory()->oom_kills();
  ASSERT_EQ(kills.size(), 1U);
  EXPECT_EQ(kills[0].oom_score_adj, 1000);
  EXPECT_GE(kills[0].resident.anonymous, ram_pages / 4);
  EXPECT_EQ(kills[0].resident.swapped, 0U);
}

TEST(FrameReclaim, WhenSwapIsFullTooSomebodyIsKilled) {
  MachineFixture fixture(generous(mib));
  std::int32_t status = -1;
  fixture.spawn([&](Caller& caller) {
    status = wait_for(caller, fork(caller, [](Caller& inner) { walk(inner, ram_pages * 2, 0); }));
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(status, 9);
}

// One effort for all tries: it gives up after so many, where each for itself would begin anew.
TEST(FrameReclaim, AForkThatNeverGetsItsFramesEndsInAKill) {
  MachineFixture fixture(generous());
  MainMemory& main = fixture.machine().memory()->main();
  std::int32_t status = -1;
  fixture.spawn([&](Caller& caller) {
    status = wait_for(caller, fork(caller, [&](Caller& inner) {
                        UserMemory memory(inner);
                        const VirtAddr at = map_pages(inner, ram_pages);
                        for (std::uint64_t page = 0; !main.shortage().background().is_wanted(); ++page)
                          memory.store(word_of(at, page), 1);
                        main.frames().refuse_after(0);
                        fork(inner, [](Caller&) {});
                      }));
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(status, 9);
  EXPECT_EQ(main.shortage().counters().oom_kills, 1U);
}

TEST(FrameReclaim, ManyProcessesThrashAndAllEnd) {
  MachineFixture fixture(shared());
  for (int i = 0; i < 4; ++i) {
    fixture.spawn([](Caller& caller) { walk(caller, ram_pages / 2, 2); });
  }
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const MemoryEvents& events = fixture.machine().memory()->main().events();
  EXPECT_GT(events.swapped_in, 0U);
  EXPECT_GT(events.swapped_out, 0U);
}

TEST(FrameReclaim, ARunThatIsCutOffInTheMiddleGivesAllBack) {
  MachineFixture fixture(shared());
  for (int i = 0; i < 4; ++i) {
    fixture.spawn([](Caller& caller) { walk(caller, ram_pages / 2, 2); });
  }
  EXPECT_EQ(fixture.run(Instant() + 5_ms), RunEnd::until);
  fixture.destroy();
}

TEST(FrameReclaim, TheSameSeedGivesTheSameTrace) {
  const auto hash_of_run = [] {
    MachineFixture fixture(shared());
    for (int i = 0; i < 3; ++i) {
      fixture.spawn([](Caller& caller) { walk(caller, ram_pages / 2, 1); });
    }
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    return fixture.hash();
  };
  EXPECT_EQ(hash_of_run(), hash_of_run());
}

// One process has nearly all of memory when another one arrives: it waits until there are frames for it.
TEST(FrameReclaim, AnArrivalThatLacksFramesWaitsForThem) {
  MachineFixture fixture(generous(8 * mib));
  fixture.spawn([](Caller& caller) {
    walk(caller, ram_pages / 2, 1);
    compute(caller, 2_ms);
  });
  Machine& machine = fixture.machine();
  int tries = 0;
  bool has_run = false;
  machine.at(Instant() + 1_ms, [&] {
    machine.memory()->main().frames().refuse_allocations(1, 4);
    const auto attempt = [&]() -> Result<int> {
      ++tries;
      TRY(machine.spawn(MachineFixture::request_of([&](Caller&) { has_run = true; })));
      return 0;
    };
    const std::uint64_t refused = machine.refused_frames();
    const Result<int> begun = attempt();
    ASSERT_FALSE(begun.has_value());
    ASSERT_TRUE(machine.lacks_frames(begun.error(), refused));
    machine.retry_with_frames(attempt, [](Errno) { ADD_FAILURE() << "there are frames"; });
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_TRUE(has_run);
  EXPECT_EQ(tries, 3) << "at the arrival, in the thread, and after reclaim";
}

}  // namespace signalbox::frame_reclaim_test
