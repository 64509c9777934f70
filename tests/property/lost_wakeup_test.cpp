// Random programs around mutexes, conditions, semaphores and barriers, written so that they end if and only if no
// wake-up is ever lost. RapidCheck prints the seed of a failure; RC_PARAMS="seed=..." repeats it.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "tests/support/scenario_run.hpp"
#include "tests/support/script_tasks.hpp"

namespace signalbox::lost_wakeup_test {

using rc::gen::inRange;

struct Surroundings {
  std::string policy;
  MachineConfig config;
};

Surroundings some_surroundings() {
  Surroundings made;
  made.policy =
      *rc::gen::element<std::string>("fcfs", "round_robin:quantum=100us", "cfs", "priority", "random", "mlfq");
  made.config.topology = Topology::uniform(static_cast<unsigned>(*inRange(1, 4)));
  if (*rc::gen::arbitrary<bool>()) {
    made.config.costs.syscall = 300_ns;
    made.config.costs.lock = 20_ns;
    made.config.costs.wakeup = 2_us;
    made.config.costs.thread_switch = made.config.costs.process_switch = 1_us;
  }
  if (*inRange(0, 3) == 0) made.config.tick = 1_ms;
  if (*inRange(0, 3) == 0) made.config.kernel_preemption = KernelPreemption::full;
  return made;
}

std::vector<Duration> some_times(int count) {
  std::vector<Duration> times;
  for (int index = 0; index < count; ++index) times.push_back(*inRange(0, 3) == 0 ? 0_us : 50_us * *inRange(0, 10));
  return times;
}

// Tickets that threads give and take, counted under a mutex.
struct Office {
  Mutex mutex;
  Condition has_tickets;
  std::int64_t tickets = 0;
  std::int64_t taken = 0;

  void give(Guest& guest) {
    RC_ASSERT(guest.lock(mutex).has_value());
    ++tickets;
    RC_ASSERT(guest.signal(has_tickets).has_value());
    RC_ASSERT(guest.unlock(mutex).has_value());
  }
  void take(Guest& guest) {
    RC_ASSERT(guest.lock(mutex).has_value());
    while (tickets == 0) RC_ASSERT(guest.wait(has_tickets, mutex).has_value());
    --tickets;
    ++taken;
    RC_ASSERT(guest.unlock(mutex).has_value());
  }
};

// Some give, some take, as many as are given.
struct Trade {
  std::vector<std::vector<Duration>> givers;  // a time before each ticket
  std::vector<std::vector<Duration>> takers;
  std::int64_t total = 0;
};

Trade some_trade() {
  Trade trade;
  const int givers = *inRange(1, 4);
  for (int giver = 0; giver < givers; ++giver) {
    const int count = *inRange(1, 12);
    trade.givers.push_back(some_times(count));
    trade.total += count;
  }
  for (std::int64_t left = trade.total; left > 0;) {
    const auto count = std::min<std::int64_t>(left, *inRange(1, 8));
    trade.takers.push_back(some_times(static_cast<int>(count)));
    left -= count;
  }
  return trade;
}

void spend(Guest& guest, Duration time) {
  if (time.nanoseconds() % 100'000 == 0) {
    static_cast<void>(guest.sleep(time));
  } else {
    guest.compute(time);
  }
}

void start(ScenarioRun& run, const Trade& trade, const std::shared_ptr<Office>& office) {
  for (const auto& times : trade.takers) {
    run.spawn("taker", [=](Guest& guest) {
      for (const Duration time : times) {
        office->take(guest);
        spend(guest, time);
      }
      return 0;
    });
  }
  for (const auto& times : trade.givers) {
    run.spawn("giver", [=](Guest& guest) {
      for (const Duration time : times) {
        spend(guest, time);
        office->give(guest);
      }
      return 0;
    });
  }
}

TEST(LostWakeup, EveryTicketIsTaken) {
  EXPECT_TRUE(rc::check([] {
    const Trade trade = some_trade();
    const Surroundings at = some_surroundings();
    ScenarioRun run(at.policy, at.config);
    auto office = std::make_shared<Office>();
    start(run, trade, office);
    RC_ASSERT(run.run() == RunEnd::finished);
    RC_ASSERT(office->tickets == 0);
    RC_ASSERT(office->taken == trade.total);
  }));
}

// Some takers are killed anywhere; nobody is killed while it holds the mutex, because nothing but that costs time here.
TEST(LostWakeup, TicketsOfKilledTakersGoToOthers) {
  EXPECT_TRUE(rc::check([] {
    const Trade trade = some_trade();
    Surroundings at = some_surroundings();
    at.config.costs = CostModel();
    ScenarioRun run(at.policy, at.config);
    auto office = std::make_shared<Office>();
    start(run, trade, office);
    const int kills = *inRange(1, 4);
    for (int kill = 0; kill < kills; ++kill) {
      const auto victim = *inRange<Pid::Value>(0, static_cast<Pid::Value>(trade.takers.size()));
      run.machine->at(Instant() + 50_us * *inRange(0, 40), [&run, victim] {
        Process* process = run.machine->processes().find_process(Pid(2 + victim));
        if (process != nullptr) run.machine->end_process(*process, WaitStatus::killed_by(9));
      });
    }
    RC_ASSERT(run.run() == RunEnd::finished);
    RC_ASSERT(office->tickets + office->taken == trade.total);
  }));
}

// Semaphores, barriers and mutexes in scripts: posts and waits balance, and everybody comes to every barrier.
Scenario some_scripts() {
  const int parties = *inRange(1, 5);
  const int rounds = *inRange(1, 6);
  std::vector<Task> tasks;
  for (int party = 0; party < parties; ++party) {
    std::vector<ScriptAction> actions;
    const int steps = *inRange(1, 6);
    for (int step = 0; step < steps; ++step) {
      const Duration time = 50_us * *inRange(0, 6);
      switch (*inRange(0, 4)) {
        case 0:
          actions.emplace_back(RunEvent{time});
          break;
        case 1:
          actions.emplace_back(SleepEvent{time});
          break;
        case 2:
          actions.insert(actions.end(), {LockEvent{"m"}, RunEvent{time}, UnlockEvent{"m"}});
          break;
        default:
          actions.insert(actions.end(), {SemaphoreWaitEvent{"s"}, RunEvent{time}, SemaphorePostEvent{"s"}});
      }
    }
    actions.insert(*rc::gen::arbitrary<bool>() ? actions.end() : actions.begin(), BarrierEvent{"b"});
    tasks.push_back(task("t" + std::to_string(party), actions, rounds));
  }
  Scenario made = scenario(std::move(tasks));
  made.semaphores["s"] = *inRange(1, 3);
  return made;
}

TEST(LostWakeup, ScriptsComeToTheirEndAndTwiceTheSameWay) {
  EXPECT_TRUE(rc::check([] {
    const Scenario scripts = some_scripts();
    const Surroundings at = some_surroundings();
    ScenarioRun once(at.policy, at.config);
    RC_ASSERT(once.launch(scripts).run() == RunEnd::finished);
    RC_ASSERT(once.launched.notes().empty());
    ScenarioRun again(at.policy, at.config);
    RC_ASSERT(again.launch(scripts).run() == RunEnd::finished);
    RC_ASSERT(once.hash.value() == again.hash.value());
  }));
}

}  // namespace signalbox::lost_wakeup_test
