#include "kernel/sched/policies/eevdf.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::eevdf_test {

// Who is new has half a slice (PLACE_DEADLINE_INITIAL), then a slice of 0.75 ms each time on one CPU.
TEST(Eevdf, EqualsTakeTurnsBySlices) {
  PolicyDriver driver("eevdf", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 3750_us);
  EXPECT_EQ(driver.gantt(375_us), "A1 B1 A2 B2 A2 B2");
}

// fair.c: 0.75 ms x (1 + ilog2(8)) from 8 CPUs on.
TEST(Eevdf, SlicesGrowWithTheCpus) {
  PolicyDriver driver("eevdf", {.cpus = 16});
  for (int i = 0; i < 32; ++i) driver.add(hog(fmt::format("{}", i)));
  driver.run(Instant() + 100_ms);
  const auto& slices = driver.slices();
  for (std::size_t i = 64; i + 16 < slices.size(); ++i) EXPECT_EQ(slices[i].to - slices[i].from, 3_ms) << i;
}

// fair.c, entity_lag: 2 slices or a tick, here 4 ms at weight 1024, either way.
RC_GTEST_PROP(Eevdf, LagOfWhoWaitsIsClamped, ()) {
  PolicyDriver driver("eevdf", {.cpus = static_cast<unsigned>(*rc::gen::inRange(1, 4))});
  const auto count = *rc::gen::inRange<std::size_t>(2, 12);
  for (std::size_t i = 0; i < count; ++i) {
    DriverJob job{.name = fmt::format("{}", i), .arrival = {}, .steps = {}};
    for (int step = 0; step < 50; ++step) {
      job.steps.push_back({100_us * *rc::gen::inRange(1, 100), 100_us * *rc::gen::inRange(1, 100)});
    }
    driver.add(job);
  }
  const std::int64_t limit = 4'000'000;
  for (int step = 1; step < 100; ++step) {
    driver.run(Instant() + 1_ms * step);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& state = driver.task(i).entity.state<EevdfState>();
      RC_ASSERT(state.is_competing || (state.lag <= limit && state.lag >= -limit));
    }
  }
}

// Two hogs, so that the running one was picked and is protected; and a job that wakes in the middle of a slice.
class Wakee {
 public:
  // At 11.1 ms the one runs that has had less, so it is eligible; one slice before, at 10.35 ms, the other does.
  explicit Wakee(Duration slice, SchedClass sched_class = SchedClass::other, Duration arrival = 11'100_us)
      : driver_("eevdf", {}) {
    driver_.add(hog("A"));
    driver_.add(hog("C"));
    DriverJob job{.name = "B", .arrival = Instant() + arrival, .steps = {{100_us, {}}}};
    job.attributes.runtime = slice;
    job.attributes.sched_class = sched_class;
    driver_.add(job);
    driver_.run(Instant() + 20_ms);
  }
  Duration waited() const { return driver_.task(2).response(); }

 private:
  PolicyDriver driver_;
};

// RUN_TO_PARITY: an equal that wakes waits until the slice is used up, which is no longer than 0.75 ms.
TEST(Eevdf, WakeeOfTheSameSliceWaitsForParity) {
  EXPECT_GT(Wakee(Duration()).waited(), Duration());
  EXPECT_LE(Wakee(Duration()).waited(), 750_us);
}

// pick_eevdf: who has run more than the average has no protection.
TEST(Eevdf, WakeePreemptsWhoIsNotEligible) {
  EXPECT_EQ(Wakee(Duration(), SchedClass::other, 10'350_us).waited(), Duration());
}

// enqueue_entity accounts what runs first: its request of 750 us ended long before, but no tick has noticed. The
// renewed deadline is the wakee's, and of two equal ones pick_eevdf prefers the one in the tree.
TEST(Eevdf, WakeePreemptsWhoseRequestEndedBetweenTicks) {
  PolicyDriver driver("eevdf", {.tick = 4_ms});
  driver.add({.name = "B", .arrival = {}, .steps = {{100_us, 10_ms}, {10_ms, {}}}});
  driver.add(hog("A"));
  driver.run(Instant() + 10'101_us);
  EXPECT_EQ(driver.running(CpuId()), &driver.task(0).entity);
}

// check_preempt_wakeup_fair leaves "pick_eevdf(cfs_rq) != se ?" as a question. When L wakes at 8.2 ms, A has run beyond
// its share; but the one to be picked is H, of much weight. So A goes on to the tick.
TEST(Eevdf, WakeePreemptsOnlyIfItIsTheOneToBePicked) {
  PolicyDriver driver("eevdf", {.tick = 4_ms});
  driver.add(hog("H", 88'761));
  driver.add({.name = "A", .arrival = Instant() + 4_ms, .steps = {{1000_s, {}}}});
  driver.add({.name = "L", .arrival = {}, .steps = {{100_us, 4'100_us}, {1000_s, {}}}});
  driver.run(Instant() + 13_ms);
  EXPECT_EQ(driver.gantt(100_us), "H40 L1 H39 A40 H10");
}

// PREEMPT_SHORT: a shorter request that is eligible does not wait for it.
TEST(Eevdf, WakeeOfAShorterSlicePreempts) { EXPECT_EQ(Wakee(100_us).waited(), Duration()); }

TEST(Eevdf, BatchAndIdleDoNotPreempt) {
  EXPECT_GT(Wakee(100_us, SchedClass::batch).waited(), Duration());
  EXPECT_GT(Wakee(100_us, SchedClass::idle).waited(), Duration());
}

// kernel/sched/syscalls.c clamps the request to 0.1 .. 100 ms.
TEST(Eevdf, CustomSliceIsRunWhole) {
  PolicyDriver driver("eevdf", {});
  for (const char* const name : {"A", "B"}) {
    DriverJob job = hog(name);
    job.attributes.runtime = 20_ms;
    driver.add(job);
  }
  driver.run(Instant() + 100_ms);
  EXPECT_EQ(driver.gantt(), "A10 B10 A20 B20 A20 B20");
}

// fair.c, yield_task_fair: the deadline goes a slice back, so the other runs although both are eligible.
TEST(Eevdf, YieldingPutsTheDeadlineOff) {
  PolicyDriver driver("eevdf", {});
  driver.add({.name = "A", .arrival = {}, .steps = {{10_us, {}, true}, {1_s, {}}}});
  driver.add(hog("B"));
  driver.run(Instant() + 100_us);
  EXPECT_EQ(driver.running(CpuId()), &driver.task(1).entity);
}

// Beside a hog, one that runs its first half slice and then sleeps: it has had more than its share then.
class Sleeper {
 public:
  explicit Sleeper(const char* policy, Duration nap) : driver_(policy, {}) {
    driver_.add({.name = "S", .arrival = {}, .steps = {{300_us, nap}, {10_ms, {}}}});
    driver_.add(hog("A"));
    driver_.run(Instant() + 301_us);
  }

  void run_until(Duration since_start) { driver_.run(Instant() + since_start); }
  const EevdfState& state() const { return driver_.task(0).entity.state<EevdfState>(); }

 private:
  PolicyDriver driver_;
};

// fair.c, dequeue_entity (DELAY_DEQUEUE), pick_next_entity, finish_delayed_dequeue_entity (DELAY_ZERO).
TEST(Eevdf, ASleeperAheadOfItsShareCompetesUntilItWouldBePicked) {
  Sleeper sleeper("eevdf", 50_ms);
  EXPECT_TRUE(sleeper.state().is_delayed);
  sleeper.run_until(370_us);
  EXPECT_TRUE(sleeper.state().is_delayed);
  // A's first request ends at 375 us of its own time; S is eligible by then, and has the earlier deadline.
  sleeper.run_until(1_ms);
  EXPECT_FALSE(sleeper.state().is_competing);
  EXPECT_EQ(sleeper.state().lag, 0);
}

TEST(Eevdf, WithoutDelayedDequeueASleeperKeepsItsLag) {
  Sleeper sleeper("eevdf:delay_dequeue=false", 50_ms);
  EXPECT_FALSE(sleeper.state().is_competing);
  EXPECT_EQ(sleeper.state().lag, -150'000);  // V is 150 us, it is at 300
  sleeper.run_until(1_ms);
  EXPECT_EQ(sleeper.state().lag, -150'000);
}

// fair.c, requeue_delayed_entity.
TEST(Eevdf, ADelayedSleeperWakesUpWhereItIs) {
  Sleeper sleeper("eevdf", 100_us);
  const EligibilityNode before = sleeper.state().node;
  sleeper.run_until(402_us);
  EXPECT_FALSE(sleeper.state().is_delayed);
  EXPECT_TRUE(sleeper.state().is_queued);
  EXPECT_EQ(sleeper.state().node.vruntime, before.vruntime);
  EXPECT_EQ(sleeper.state().node.deadline, before.deadline);
}

// A hog behind a nice one: the sleeper's debt is made up while it is still delayed, and no credit comes of it.
TEST(Eevdf, ADelayedSleeperThatIsBehindByThenIsPlacedAnew) {
  PolicyDriver driver("eevdf", {});
  DriverJob sleeper{.name = "S", .arrival = {}, .steps = {{300_us, 700_us}, {10_ms, {}}}};
  driver.add(sleeper);
  DriverJob slow = hog("A");
  slow.attributes.runtime = 100_ms;  // its request goes on
  driver.add(slow);
  driver.run(Instant() + 999_us);
  const auto& state = driver.task(0).entity.state<EevdfState>();
  ASSERT_TRUE(state.is_delayed);
  driver.run(Instant() + 1_ms);
  EXPECT_EQ(state.node.vruntime, 700'000);  // V without it is A's; its own would be 300
}

}  // namespace signalbox::eevdf_test
