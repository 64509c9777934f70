#include "kernel/machine/machine.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::machine_test {

namespace nr = call_number;
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

TEST(Machine, WithoutProgramsIsFinishedAtOnce) {
  MachineFixture fixture;
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.now(), Instant());
  ASSERT_EQ(fixture.trace().events().size(), 2U);
  EXPECT_EQ(fixture.trace().events()[0].kind, TraceKind::machine_started);
  EXPECT_EQ(fixture.trace().events()[0].a, 1U);
  EXPECT_EQ(fixture.trace().events()[1].kind, TraceKind::machine_stopped);
}

TEST(Machine, RunsUntilTheLimitAndGoesOnFromThere) {
  MachineFixture fixture;
  std::vector<Instant> turns;
  fixture.spawn([&](Caller& caller) {
    for (int turn = 0; turn < 4; ++turn) {
      compute(caller, 10_ms);
      turns.push_back(caller.now());
    }
  });
  EXPECT_EQ(fixture.run(at(15_ms)), RunEnd::until);
  EXPECT_EQ(fixture.now(), at(15_ms));
  EXPECT_EQ(turns, (std::vector{at(10_ms)}));
  EXPECT_EQ(fixture.run(at(20_ms)), RunEnd::until) << "what is due at the limit still happens";
  EXPECT_EQ(turns.size(), 2U);
  EXPECT_EQ(fixture.run(at(39_ms)), RunEnd::until);
  EXPECT_EQ(turns.size(), 3U);
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(turns.back(), at(40_ms));
}

TEST(Machine, LimitsChangeNothingOfTheTrace) {
  const auto hash_with = [](std::vector<Instant> limits) {
    MachineFixture fixture({.policy = "round_robin:quantum=3ms", .config = {}});
    for (int i = 0; i < 3; ++i) {
      fixture.spawn([](Caller& caller) {
        for (int turn = 0; turn < 5; ++turn) {
          compute(caller, 7_ms);
          sleep_for(caller, 2_ms);
        }
      });
    }
    for (const Instant limit : limits) EXPECT_EQ(fixture.run(limit), RunEnd::until);
    fixture.finish();
    return fixture.hash();
  };
  EXPECT_EQ(hash_with({}), hash_with({at(1_ms), at(3_ms), at(50_ms), at(51_ms)}));
}

TEST(Machine, ArrivalsComeAtTheirInstantAndKeepTheRunAlive) {
  MachineFixture fixture;
  std::vector<Instant> started;
  const auto arrive = [&] { fixture.spawn([&](Caller& caller) { started.push_back(caller.now()); }); };
  fixture.machine().at(at(5_ms), arrive);
  fixture.machine().at(at(2_ms), arrive);
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(started, (std::vector{at(2_ms), at(5_ms)}));
}

TEST(Machine, SleepersWithoutWakersAreADeadlock) {
  MachineFixture fixture;
  fixture.spawn([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) { inner.sleep_until(Instant::max()); });
    wait_for(caller, child);
  });
  fixture.spawn([](Caller& caller) { compute(caller, 3_ms); });
  EXPECT_EQ(fixture.finish(), RunEnd::deadlock);
  EXPECT_EQ(fixture.now(), at(3_ms));
  EXPECT_EQ(fixture.trace().events().back().detail, static_cast<int>(RunEnd::deadlock));
  EXPECT_EQ(fixture.trace().end(), at(3_ms));
}

MachineOptions impatient() {
  MachineOptions options;
  options.config.watchdog_calls = 1000;
  return options;
}

TEST(Machine, ProgramThatLetsNoTimePassIsStoppedByTheWatchdog) {
  MachineFixture fixture(impatient());
  bool ended = false;
  fixture.spawn([&](Caller& caller) {
    while (call(caller, nr::sched_yield) == 0) {
    }
    ended = true;
  });
  fixture.spawn([](Caller& caller) { sleep_for(caller, 1_ms); });
  EXPECT_EQ(fixture.run(), RunEnd::watchdog);
  EXPECT_EQ(fixture.now(), Instant());
  EXPECT_FALSE(ended);
}

TEST(Machine, WatchdogStopsWhoIsAloneTooAndLetsTimeOnePass) {
  MachineFixture fixture(impatient());
  int calls = 0;
  fixture.spawn([&](Caller& caller) {
    for (; calls < 1000; ++calls) call(caller, nr::getpid);
    compute(caller, 1_ns);
    while (call(caller, nr::getpid) > 0) ++calls;
  });
  EXPECT_EQ(fixture.run(), RunEnd::watchdog);
  EXPECT_EQ(fixture.now(), at(1_ns));
  EXPECT_EQ(calls, 2000);
}

struct SaysWhenItEnds {
  int& ended;
  ~SaysWhenItEnds() { ++ended; }
};

TEST(Machine, DestructionUnwindsProgramsWhereverTheyAre) {
  MachineOptions options;
  options.config.costs.fork = 1_s;
  options.config.topology = Topology::uniform(3);
  MachineFixture fixture(options);
  int ended = 0;
  WaitQueue queue(WaitLabel{WaitKind::condition, NameId()});
  fixture.spawn([&](Caller& caller) {
    const SaysWhenItEnds guard{ended};
    caller.sleep_on(queue);
  });
  fixture.spawn([&](Caller& caller) {
    const SaysWhenItEnds guard{ended};
    compute(caller, 1_s);
  });
  fixture.spawn([&](Caller& caller) {
    const SaysWhenItEnds guard{ended};
    EXPECT_LT(fork(caller, [](Caller&) {}), 0) << "is in the middle of it when the machine ends";
  });
  fixture.spawn([&](Caller& caller) {
    const SaysWhenItEnds guard{ended};
    compute(caller, 1_s);
  });
  bool has_run = false;
  fixture.spawn([&](Caller&) { has_run = true; });
  EXPECT_EQ(fixture.run(at(1_ms)), RunEnd::until);
  EXPECT_EQ(ended, 0);
  fixture.destroy();
  EXPECT_EQ(ended, 4);
  EXPECT_FALSE(has_run) << "who never started does not start now";
}

TEST(Machine, EqualRunsHaveEqualHashesAndSeedsShuffleTies) {
  const auto hash_with = [](std::uint64_t seed, bool shuffles) {
    MachineFixture fixture(
        {.policy = "round_robin:quantum=1ms", .config = {}, .seed = seed, .shuffles_ties = shuffles});
    for (int i = 0; i < 5; ++i) {
      fixture.spawn([](Caller& caller) {
        for (int turn = 0; turn < 10; ++turn) {
          compute(caller, 1500_us);
          caller.sleep_until(caller.now() + 10_ms - caller.now().since_start() % 10_ms);
        }
      });
    }
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    return fixture.hash();
  };
  EXPECT_EQ(hash_with(1, false), hash_with(1, false));
  EXPECT_EQ(hash_with(1, false), hash_with(2, false)) << "nothing random takes part";
  EXPECT_EQ(hash_with(1, true), hash_with(1, true));
  EXPECT_NE(hash_with(1, true), hash_with(1, false));
  EXPECT_NE(hash_with(1, true), hash_with(2, true));
}

TEST(Machine, HashDiffersWhenOneProgramComputesANanosecondMore) {
  const auto hash_with = [](Duration cost) {
    MachineFixture fixture;
    fixture.spawn([cost](Caller& caller) { compute(caller, cost); });
    fixture.finish();
    return fixture.hash();
  };
  EXPECT_NE(hash_with(1_ms), hash_with(1_ms + 1_ns));
}

TEST(Machine, DescribesWhereItIs) {
  MachineFixture fixture;
  Reached reached;
  EXPECT_EQ(fixture.machine().describe(), "at 0 ns of virtual time, on the hub");
  ThreadRequest request = MachineFixture::request_of([&](Caller& caller) {
    compute(caller, 5_ns);
    EXPECT_EQ(fixture.machine().describe(), "at 5 ns of virtual time, cpu 0, thread 2 (worker)");
    reached.mark();
  });
  request.name = fixture.simulation().trace().intern("worker");
  fixture.spawn(std::move(request));
  fixture.run();
}

TEST(Machine, TwoMachinesLiveInOneSimulation) {
  MachineFixture fixture;
  const SyscallTable calls = all_kernel_calls();
  Machine other(fixture.simulation(), MachineConfig(), policy_of("fcfs"), calls);
  std::vector<Instant> ended;
  for (Machine* machine : {&fixture.machine(), &other}) {
    EXPECT_TRUE(machine
                    ->spawn(MachineFixture::request_of([&](Caller& caller) {
                      compute(caller, 10_ms);
                      ended.push_back(caller.now());
                    }))
                    .has_value());
  }
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(other.run(), RunEnd::finished);
  EXPECT_EQ(ended, (std::vector{at(10_ms), at(10_ms)})) << "each on CPUs of its own";
}

}  // namespace signalbox::machine_test
