// What every policy of the registry promises, on random workloads. RapidCheck prints the seed of a failure; all of it
// is repeated by RC_PARAMS="seed=...".
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "kernel/sched/balance/registry.hpp"
#include "tests/support/policy_driver.hpp"

namespace signalbox::policy_registry_test {

using rc::gen::inRange;

constexpr std::array nices{-5, 0, 0, 0, 5};

struct Change {
  std::int64_t after_us;
  std::size_t job;
  int kind;  // 0: nice, 1: real-time priority, 2: affinity, 3: class idle, 4: period
  unsigned value;
};

struct Toggle {
  std::int64_t after_us;
  unsigned cpu;
};

struct Workload {
  unsigned cpus;
  std::uint64_t seed;
  bool picks_at_once;
  bool ticks;
  bool is_uneven;  // CPUs of different capacity
  std::vector<DriverJob> jobs;
  std::vector<Change> changes;
  std::vector<Toggle> toggles = {};  // of CPUs, after the changes
};

std::vector<unsigned> some_cpus(unsigned cpus) {
  if (*inRange(0, 3) != 0) return {};
  std::vector<unsigned> allowed;
  for (unsigned cpu = 0; cpu < cpus; ++cpu) {
    if (*rc::gen::arbitrary<bool>()) allowed.push_back(cpu);
  }
  return allowed;
}

DriverJob some_job(std::size_t index, unsigned cpus) {
  DriverJob job{.name = fmt::format("job{}", index), .arrival = Instant() + 100_us * *inRange(0, 200), .steps = {}};
  const int steps = *inRange(1, 6);
  for (int i = 0; i < steps; ++i) {
    const Duration wait = *inRange(0, 3) == 0 ? Duration() : 100_us * *inRange(0, 100);
    job.steps.push_back({100_us * *inRange(1, 150), wait, *inRange(0, 5) == 0});
  }
  job.attributes.nice = static_cast<std::int8_t>(*rc::gen::elementOf(nices));
  if (*inRange(0, 4) == 0) job.attributes.deadline = 1_ms * *inRange(1, 50);
  if (*inRange(0, 8) == 0) job.attributes.sched_class = SchedClass::batch;
  if (*inRange(0, 8) == 0) job.attributes.runtime = 100_us * *inRange(1, 200);
  job.cpus = some_cpus(cpus);
  job.process = Pid(*inRange(1, 5));
  job.declares_bursts = *inRange(0, 3) != 0;
  return job;
}

Workload some_workload() {
  Workload work;
  work.cpus = static_cast<unsigned>(*inRange(1, 9));
  work.seed = *rc::gen::arbitrary<std::uint64_t>();
  work.picks_at_once = *rc::gen::arbitrary<bool>();
  work.ticks = *inRange(0, 4) == 0;
  work.is_uneven = *inRange(0, 4) == 0;
  const auto jobs = static_cast<std::size_t>(*inRange(1, 25));
  for (std::size_t i = 0; i < jobs; ++i) work.jobs.push_back(some_job(i, work.cpus));
  const int changes = *inRange(0, 12);
  for (int i = 0; i < changes; ++i) {
    work.changes.push_back(
        {*inRange(0, 5000), *inRange<std::size_t>(0, jobs), *inRange(0, 5), *rc::gen::arbitrary<unsigned>()});
  }
  return work;
}

void apply(PolicyDriver& driver, const Change& change, unsigned cpus) {
  const DriverTask& task = driver.task(change.job);
  if (task.state == DriverTask::State::gone) return;
  SchedAttributes attributes = task.entity.attributes;
  switch (change.kind) {
    case 0:
      attributes.nice = static_cast<std::int8_t>(static_cast<int>(change.value % 40) + min_nice);
      break;
    case 1:
      attributes.sched_class = SchedClass::fifo;
      attributes.realtime_priority = static_cast<std::uint8_t>(1 + change.value % 99);
      break;
    case 2:
      driver.change_affinity(change.job, {change.value % cpus});
      return;
    case 3:
      attributes.sched_class = SchedClass::idle;
      break;
    default:
      attributes.period = 1_ms * (1 + change.value % 50);
      break;
  }
  driver.change_attributes(change.job, attributes);
}

// Takes a CPU offline, or brings it back; the last one stays.
void toggle(PolicyDriver& driver, unsigned cpu, unsigned cpus) {
  unsigned online = 0;
  for (unsigned other = 0; other < cpus; ++other) online += driver.is_online(other) ? 1U : 0U;
  if (driver.is_online(cpu) && online == 1) return;
  driver.set_online(cpu, !driver.is_online(cpu));
}

// Fills a driver with a workload and runs it to its end.
class Played {
 public:
  Played(std::string_view policy, const Workload& work) : driver_(policy, options(work)) {
    for (const DriverJob& job : work.jobs) driver_.add(job);
    for (const Change& change : work.changes) {
      driver_.run(driver_.now() + 1_us * change.after_us);
      apply(driver_, change, work.cpus);
    }
    for (const Toggle& each : work.toggles) {
      driver_.run(driver_.now() + 1_us * each.after_us);
      toggle(driver_, each.cpu, work.cpus);
    }
    driver_.run();
  }
  const PolicyDriver& driver() const { return driver_; }

 private:
  static PolicyDriver::Options options(const Workload& work) {
    PolicyDriver::Options options{.cpus = work.cpus, .seed = work.seed, .picks_at_once = work.picks_at_once};
    if (work.ticks) options.tick = 4_ms;
    if (!work.is_uneven) return options;
    for (unsigned cpu = 0; cpu < work.cpus; ++cpu) {
      options.places.push_back({});
      options.places.back().capacity = static_cast<std::uint16_t>(cpu % 2 == 0 ? 1024 : 430);
    }
    return options;
  }

  PolicyDriver driver_;
};

// Every policy by its defaults, and variants whose options change the rules.
std::vector<std::string> all_texts() {
  std::vector<std::string> texts;
  for (const PolicyRow* const row : all_policies()) texts.emplace_back(row->name);
  for (const char* const variant : {"bsd44:tick=1ms,quantum=4ms",
                                    "sjf:predict=ewma",
                                    "srtf:predict=ewma,first_guess=1ms",
                                    "round_robin:quantum=300us",
                                    "priority:aging=2ms",
                                    "priority:aging=500us,quantum=1ms",
                                    "priority:preemptive=false,quantum=1ms",
                                    "mlfq:quantum=1ms,boost=20ms,io_bump=true",
                                    "mlfq:queues=5,quantum=500us,allotment=3,stay=true,boost=off",
                                    "mlfq:preempt=false,demote=contended,quantum=1ms",
                                    "lottery:quantum=1ms,compensation=false",
                                    "pct:depth=20,steps=100,step=500us",
                                    "hrrn:predict=ewma",
                                    "guaranteed:by=process,quantum=1ms",
                                    "least_laxity:quantum=1ms",
                                    "multilevel_queue:queues=4,fcfs=0,quantum=1ms,between=turns,cycle=20ms",
                                    "multilevel_queue:queues=5,fcfs=2",
                                    "stride:quantum=1ms",
                                    "cfs:latency=1ms,min_granularity=200us",
                                    "eevdf:base_slice=300us"}) {
    texts.emplace_back(variant);
  }
  // Run queues of their own: every policy with one balancer, and every balancer with one policy.
  for (const PolicyRow* const row : all_policies()) texts.push_back(fmt::format("{}:queue_per=cpu", row->name));
  for (const BalancerRow* const row : all_balancers()) {
    texts.push_back(fmt::format("eevdf:queue_per=cpu,balance={}", row->name));
    texts.push_back(fmt::format("round_robin:quantum=1ms,queue_per=llc,balance={}", row->name));
  }
  return texts;
}

class EveryPolicy : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Registry, EveryPolicy, ::testing::ValuesIn(all_texts()), [](const auto& suite) {
  std::string name;
  for (const char c : suite.param) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

void check_that(const std::string& what, const std::function<void()>& property) {
  EXPECT_TRUE(rc::check(what, property));
}

// Nobody is lost (all end), run twice or twice at once, or run where it must not; no allowed CPU idles while somebody
// is ready; peek says what is picked; attributes and affinity may change at any moment.
TEST_P(EveryPolicy, KeepsItsPromisesUnderRandomWork) {
  check_that("promises", [&] {
    const Workload work = some_workload();
    const Played played(GetParam(), work);
    const auto& violations = played.driver().violations();
    if (!violations.empty()) RC_FAIL(violations.front());
    for (std::size_t i = 0; i < work.jobs.size(); ++i) {
      RC_ASSERT(played.driver().task(i).state == DriverTask::State::gone);
    }
  });
}

// The same while CPUs go offline and come online; who is left no CPU may use all.
TEST_P(EveryPolicy, KeepsItsPromisesWhileCpusComeAndGo) {
  check_that("hotplug", [&] {
    Workload work = some_workload();
    work.changes.resize(std::min<std::size_t>(work.changes.size(), 3));
    const int toggles = *inRange(1, 12);
    for (int i = 0; i < toggles; ++i) work.toggles.push_back({*inRange(0, 8000), *inRange(0U, work.cpus)});
    const Played played(GetParam(), work);
    const auto& violations = played.driver().violations();
    if (!violations.empty()) RC_FAIL(violations.front());
    for (std::size_t i = 0; i < work.jobs.size(); ++i) {
      RC_ASSERT(played.driver().task(i).state == DriverTask::State::gone);
    }
  });
}

TEST_P(EveryPolicy, RunsTheWholeOfEveryBurstAndNoMore) {
  check_that("exact", [&] {
    Workload work = some_workload();
    work.is_uneven = false;
    const Played played(GetParam(), work);
    for (std::size_t i = 0; i < work.jobs.size(); ++i) {
      Duration asked;
      for (const DriverStep& step : work.jobs[i].steps) asked += step.run;
      RC_ASSERT(played.driver().task(i).ran == asked);
    }
  });
}

TEST_P(EveryPolicy, DecidesTheSameTwice) {
  check_that("deterministic", [&] {
    const Workload work = some_workload();
    const Played first(GetParam(), work);
    const Played second(GetParam(), work);
    const auto& a = first.driver().slices();
    const auto& b = second.driver().slices();
    RC_ASSERT(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      RC_ASSERT(a[i].cpu == b[i].cpu && a[i].from == b[i].from && a[i].to == b[i].to);
      RC_ASSERT(a[i].task->entity.id == b[i].task->entity.id);
    }
  });
}

PolicyChoice choice_of(const std::string& text) { return std::get<PolicyChoice>(parse_policy(text)); }
const PolicyRow& row_of(const std::string& text) { return *choice_of(text).row; }

// Compute-bound entities of equal weight, four for each CPU, and every one of them advances.
TEST_P(EveryPolicy, StarvesNobodyUnlessItsRuleIsTo) {
  static constexpr std::array may_starve{
      "deadline", "deadline_monotonic", "edf", "fcfs", "hrrn", "least_laxity", "manual", "multilevel_queue",
      "pct",      "rate_monotonic",     "rt",  "sjf",  "srtf"};
  const bool takes_turns = GetParam().starts_with("multilevel_queue:queues=4,fcfs=0");
  const bool starves = std::ranges::count(may_starve, row_of(GetParam()).name) > 0 && !takes_turns;
  const bool prefers = GetParam() == "priority" || GetParam() == "priority:queue_per=cpu";
  if (starves || prefers) GTEST_SKIP() << "runs to completion, or prefers some for ever";
  check_that("no starvation", [&] {
    const auto cpus = static_cast<unsigned>(*inRange(1, 9));
    PolicyDriver driver(GetParam(), {.cpus = cpus, .seed = *rc::gen::arbitrary<std::uint64_t>()});
    for (unsigned i = 0; i < 4 * cpus; ++i) {
      DriverJob job{.name = fmt::format("{}", i), .arrival = {}, .steps = {{1000_s, {}}}};
      job.attributes.nice = static_cast<std::int8_t>(*rc::gen::elementOf(nices));
      // Nice 5 waits for some seconds until the load of 4.4BSD has risen.
      const bool waits_by_nice = row_of(GetParam()).name == "bsd44";
      if (waits_by_nice || GetParam() == "priority:preemptive=false,quantum=1ms") job.attributes.nice = 0;
      driver.add(job);
    }
    driver.run(Instant() + 4_s);
    for (unsigned i = 0; i < 4 * cpus; ++i) RC_ASSERT(driver.task(i).ran > Duration());
  });
}

// The long-run share of a CPU-bound entity is its weight's, where no weight exceeds a CPU.
TEST_P(EveryPolicy, SharesFollowWeightsIfClaimed) {
  if (!choice_of(GetParam()).respects_weight()) GTEST_SKIP() << "claims nothing of weights";
  const bool is_drawn = row_of(GetParam()).name == "lottery";
  check_that("weights", [&] {
    const auto cpus = is_drawn ? 1U : static_cast<unsigned>(*inRange(1, 9));
    PolicyDriver driver(GetParam(), {.cpus = cpus, .seed = *rc::gen::arbitrary<std::uint64_t>()});
    const unsigned jobs = 5 * cpus;
    std::int64_t all = 0;
    for (unsigned i = 0; i < jobs; ++i) {
      DriverJob job{.name = fmt::format("{}", i), .arrival = {}, .steps = {{1000_s, {}}}};
      job.weight = static_cast<std::uint32_t>(*inRange(512, 2049));
      all += job.weight;
      driver.add(job);
    }
    const Duration horizon = 15_s;
    driver.run(Instant() + horizon);
    for (unsigned i = 0; i < jobs; ++i) {
      const double share = static_cast<double>(driver.task(i).entity.weight) / static_cast<double>(all);
      const double fair = share * horizon.seconds() * cpus;
      // A draw's count has a standard deviation of sqrt(n p (1 - p)), n quanta of 10 ms; the others err by some slices.
      const double draws = horizon.seconds() / 0.01;
      const double deviation = 6 * std::sqrt(draws * share * (1 - share)) * 0.01;
      RC_ASSERT(std::abs(driver.task(i).ran.seconds() - fair) <= (is_drawn ? deviation : 0.05));
    }
  });
}

// Beside hogs of equal weight and one of next to none, who computes a tenth of the time gets what it wants: it pays
// neither for what the light one left to others nor for CPUs that nobody else wanted before.
TEST_P(EveryPolicy, ServesASleeperBesideHogsIfItRespectsWeights) {
  if (!choice_of(GetParam()).respects_weight() || row_of(GetParam()).name == "lottery")
    GTEST_SKIP() << "claims nothing";
  check_that("sleepers", [&] {
    const auto cpus = static_cast<unsigned>(*inRange(2, 9));
    PolicyDriver driver(GetParam(), {.cpus = cpus, .seed = 1});
    for (unsigned i = 0; i < cpus; ++i) driver.add({.name = "hog", .arrival = {}, .steps = {{1000_s, {}}}});
    driver.add({.name = "light",
                .arrival = {},
                .steps = {{1000_s, {}}},
                .weight = static_cast<std::uint32_t>(*inRange(3, 30))});
    DriverJob sleeper{.name = "sleeper", .arrival = Instant() + 1_ms * *inRange(0, 2000), .steps = {}};
    for (int i = 0; i < 200; ++i) sleeper.steps.push_back({1_ms, 9_ms});
    const std::size_t index = driver.add(std::move(sleeper));
    driver.run(Instant() + 8_s);
    RC_ASSERT(driver.task(index).ran == 200_ms);
    if (driver.task(index).waited > 200 * 10_ms)
      RC_FAIL(fmt::format("{} cpus, waited {}", cpus, driver.task(index).waited.seconds()));
  });
}

}  // namespace signalbox::policy_registry_test
