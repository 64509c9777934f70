#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <deque>

#include "tests/support/interactive_job.hpp"

namespace signalbox::bsd44_test {

constexpr Duration tick = 10_ms;

// Pintos' documented rules, done tick by tick and second by second for every thread, in raw 17.14 integers.
class PintosSimulation {
 public:
  struct Thread {
    std::vector<std::pair<int, int>> steps;  // runs and waits, in ticks
    int nice = 0;
    int wakes = 0;  // in which tick it comes
    std::size_t step = 0;
    int left = 0;
    std::int64_t recent_cpu = 0;
    int priority = 0;
    bool is_asleep = true;
  };
  struct Slice {
    std::size_t thread;
    int from;
    int to;
  };

  explicit PintosSimulation(std::vector<Thread> threads) : threads_(std::move(threads)) {}

  const std::vector<Slice>& run(int ticks) {
    wake_all(0);
    for (int now = 1; now <= ticks; ++now) {
      if (running_ != nobody) note_tick(now);
      if (now % 100 == 0) end_second();
      if (now % 4 == 0) compute_priorities();
      wake_all(now);
      finish_all(now);
      if (running_ != nobody) decide(now);
      finish_all(now);
    }
    return slices_;
  }

 private:
  static constexpr std::size_t nobody = ~std::size_t{0};
  static constexpr std::int64_t f = 16384;

  void note_tick(int now) {
    Thread& thread = threads_[running_];
    thread.recent_cpu += f;
    --thread.left;
    ++turn_;
    if (!slices_.empty() && slices_.back().thread == running_ && slices_.back().to == now - 1) {
      slices_.back().to = now;
    } else {
      slices_.push_back({running_, now - 1, now});
    }
  }
  void end_second() {
    std::int64_t ready = running_ == nobody ? 0 : 1;
    for (const auto& queue : ready_) ready += static_cast<std::int64_t>(queue.size());
    load_ = (59 * f / 60) * load_ / f + (f / 60) * ready;
    const std::int64_t factor = (2 * load_) * f / (2 * load_ + f);
    for (Thread& thread : threads_) {
      if (thread.step == 0 && thread.is_asleep) continue;  // not created yet
      thread.recent_cpu = factor * thread.recent_cpu / f + thread.nice * f;
    }
  }
  static int priority_of(const Thread& thread) {
    const std::int64_t exact = 63 * f - thread.recent_cpu / 4 - thread.nice * (2 * f);
    return static_cast<int>(std::clamp<std::int64_t>(exact / f, 0, 63));
  }
  void compute_priorities() {
    for (Thread& thread : threads_) thread.priority = priority_of(thread);
    const auto old = ready_;
    for (auto& queue : ready_) queue.clear();
    for (std::size_t level = 64; level-- > 0;) {
      for (const std::size_t index : old[level]) make_ready(index);
    }
  }
  void make_ready(std::size_t index) { ready_[static_cast<std::size_t>(threads_[index].priority)].push_back(index); }
  int best() const {
    for (int level = 63; level >= 0; --level) {
      if (!ready_[static_cast<std::size_t>(level)].empty()) return level;
    }
    return -1;
  }
  void pick() {
    running_ = nobody;
    turn_ = 0;
    const int level = best();
    if (level < 0) return;
    auto& queue = ready_[static_cast<std::size_t>(level)];
    running_ = queue.front();
    queue.pop_front();
  }
  void wake_all(int now) {
    for (std::size_t index = 0; index < threads_.size(); ++index) {
      Thread& thread = threads_[index];
      if (!thread.is_asleep || thread.step == thread.steps.size() || thread.wakes > now) continue;
      thread.is_asleep = false;
      thread.left = thread.steps[thread.step].first;
      thread.priority = priority_of(thread);
      make_ready(index);
      const bool ends_now = running_ != nobody && threads_[running_].left == 0;
      if (running_ != nobody && !ends_now && best() > threads_[running_].priority) yield();
    }
    if (running_ == nobody) pick();
  }
  void finish_all(int now) {
    while (running_ != nobody && threads_[running_].left == 0) {
      Thread& thread = threads_[running_];
      thread.is_asleep = true;
      thread.wakes = now + thread.steps[thread.step++].second;
      pick();
    }
  }
  void decide(int now) {
    const int mine = threads_[running_].priority;
    if (now % 4 == 0 && best() > mine) return yield();
    if (turn_ >= 4 && best() == mine) return yield();
    if (turn_ >= 4) turn_ = 0;
  }
  void yield() {
    make_ready(running_);
    pick();
  }

  std::vector<Thread> threads_;
  std::array<std::deque<std::size_t>, 64> ready_;
  std::size_t running_ = nobody;
  int turn_ = 0;
  std::int64_t load_ = 0;
  std::vector<Slice> slices_;
};

std::string text(const std::vector<PintosSimulation::Slice>& slices) {
  std::string all;
  for (const auto& [thread, from, to] : slices) all += fmt::format("{}:{}-{} ", thread, from, to);
  return all;
}

// What the policy makes of the same threads.
std::vector<PintosSimulation::Slice> scheduled(const std::vector<PintosSimulation::Thread>& threads, int ticks,
                                               Duration machine_tick) {
  PolicyDriver driver("bsd44", {.tick = machine_tick});
  for (std::size_t i = 0; i < threads.size(); ++i) {
    DriverJob job{.name = fmt::format("{}", i), .arrival = Instant() + tick * threads[i].wakes, .steps = {}};
    for (const auto& [run, wait] : threads[i].steps) job.steps.push_back({tick * run, tick * wait});
    job.attributes.nice = static_cast<std::int8_t>(threads[i].nice);
    driver.add(job);
  }
  driver.run(Instant() + tick * ticks);
  std::vector<PintosSimulation::Slice> slices;
  for (const PolicyDriver::Slice& slice : driver.slices()) {
    slices.push_back({static_cast<std::size_t>(slice.task->entity.id.value() - 1),
                      static_cast<int>(slice.from.since_start() / tick),
                      static_cast<int>(slice.to.since_start() / tick)});
  }
  return slices;
}

// Events on every fourth tick, so that a priority is never computed between two of them.
std::vector<PintosSimulation::Thread> some_threads() {
  std::vector<PintosSimulation::Thread> threads;
  const auto count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    PintosSimulation::Thread thread{.steps = {}};
    thread.nice = *rc::gen::inRange(-20, 20);
    thread.wakes = 4 * *rc::gen::inRange(0, 100);
    const auto steps = *rc::gen::inRange(1, 30);
    for (int step = 0; step < steps; ++step) {
      thread.steps.emplace_back(4 * *rc::gen::inRange(1, 60), 4 * *rc::gen::inRange(1, 120));
    }
    threads.push_back(std::move(thread));
  }
  return threads;
}

RC_GTEST_PROP(Bsd44, SchedulesAsPintosRulesDoTickByTick, ()) {
  const auto threads = some_threads();
  constexpr int ticks = 6000;
  RC_ASSERT(text(scheduled(threads, ticks, {})) == text(PintosSimulation(threads).run(ticks)));
}

RC_GTEST_PROP(Bsd44, SchedulesTheSameOnAMachineThatTicks, ()) {
  const auto threads = some_threads();
  constexpr int ticks = 3000;
  RC_ASSERT(text(scheduled(threads, ticks, tick)) == text(PintosSimulation(threads).run(ticks)));
}

// Pintos, tests/threads/mlfqs-block.c: who spun for 20 seconds and then blocks for 10 has decayed meanwhile, so it runs
// at once when who spun the last 5 seconds wakes it.
TEST(Bsd44, PintosBlockedThreadDecays) {
  PolicyDriver driver("bsd44", {});
  driver.add({.name = "block", .arrival = {}, .steps = {{20_s, 10_s}, {10_ms, {}}}});
  driver.add({.name = "main", .arrival = Instant() + 25_s, .steps = {{10_s, {}}}});
  driver.run(Instant() + 31_s);
  EXPECT_EQ(driver.task(0).finish, Instant() + 30_s + 10_ms);
  EXPECT_EQ(driver.task(0).longest_wait, Duration());
}

// A job of 2 ms in 50 stays above the hogs: once there is a load to decay by, it never waits when it wakes.
TEST(Bsd44, WhoUsesLittleRunsWhenItWakes) {
  EXPECT_EQ(InteractiveJob("bsd44").longest_wait(Instant() + 5_s, Instant() + 30_s), Duration());
}

// Its priority of before the sleep would displace nobody; by that of now it takes the CPU of the lowest.
TEST(Bsd44, SleeperTakesTheCpuOfTheLowest) {
  PolicyDriver driver("bsd44", {.cpus = 2});
  DriverJob nice = hog("nice");
  nice.attributes.nice = 5;
  driver.add({.name = "S", .arrival = {}, .steps = {{900_ms, 20_s}, {10_ms, {}}}});
  driver.add(hog("A"));
  driver.add(nice);
  driver.run(Instant() + 30_s);
  const DriverTask& sleeper = driver.task(0);
  ASSERT_EQ(sleeper.state, DriverTask::State::gone);
  const auto last = std::ranges::find(driver.slices(), sleeper.finish, &PolicyDriver::Slice::to);
  ASSERT_NE(last, driver.slices().end());
  EXPECT_EQ(last->from, sleeper.finish - 10_ms);
  const auto before = std::ranges::find_if(driver.slices(), [&](const PolicyDriver::Slice& slice) {
    return slice.to == last->from && slice.cpu == last->cpu;
  });
  ASSERT_NE(before, driver.slices().end());
  EXPECT_EQ(before->task, &driver.task(2));
}

TEST(Bsd44, NiceOfARunningOneTakesEffectAtOnce) {
  PolicyDriver driver("bsd44", {});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 10_ms);
  SchedAttributes nicer;
  nicer.nice = 10;
  driver.change_attributes(0, nicer);
  driver.run(Instant() + 200_ms);
  EXPECT_EQ(driver.gantt(), "A10 B190");
}

TEST(Bsd44, IdleIsNiceTwenty) {
  PolicyDriver driver("bsd44", {});
  DriverJob idle = hog("I");
  idle.attributes.sched_class = SchedClass::idle;
  driver.add(idle);
  driver.add({.name = "A", .arrival = Instant() + 40_ms, .steps = {{500_ms, {}}}});
  driver.run(Instant() + 1_s);
  EXPECT_EQ(driver.gantt(), "I40 A500 I460");
}

}  // namespace signalbox::bsd44_test
