// What the papers promise of proportional shares: stride's error is at most a quantum between any two clients, and
// lottery's is that of drawing with replacement.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "kernel/sched/nice.hpp"
#include "tests/support/policy_table.hpp"
#include "tests/support/scenario_run.hpp"

namespace signalbox::proportional_share_test {

using rc::gen::inRange;

// Threads that only compute, of random nice values, all from the beginning.
Scenario hogs(std::size_t count) {
  Scenario scenario;
  for (std::size_t i = 0; i < count; ++i) {
    Task& task = scenario.tasks.emplace_back();
    task.name = fmt::format("hog{}", i);
    task.sched.attributes.emplace().nice = static_cast<std::int8_t>(*inRange(min_nice, max_nice + 1));
    task.phases.emplace_back().events.push_back({RunEvent{1000_s}, {}});
  }
  return scenario;
}

struct Client {
  double weight = 0;
  double quanta = 0;
};

// Calls `look` with what every client has got, each time that one has used a quantum: the facts of the run, not the
// policy's books.
template <class Look>
void follow_shares(const RecordedTrace& trace, Duration quantum, Look look) {
  std::map<Tid, Client> clients;
  for (const TraceEvent& event : trace.events()) {
    if (event.kind == TraceKind::thread_attributes) clients[event.thread].weight = static_cast<double>(event.a);
    if (event.kind != TraceKind::run_end || event.detail == static_cast<std::uint8_t>(SwitchReason::stopped)) continue;
    clients[event.thread].quanta += static_cast<double>(event.a) / static_cast<double>(quantum.nanoseconds());
    look(clients);
  }
}

// Waldspurger and Weihl, Stride Scheduling, MIT/LCS/TM-528, 1995, section 4: of what two clients got together, neither
// is more than a quantum away from its share.
RC_GTEST_PROP(ProportionalShare, StrideErrsByAQuantumAtMostBetweenAnyTwo, ()) {
  ScenarioRun run("stride:quantum=1ms");
  run.launch(hogs(*inRange<std::size_t>(2, 9)));
  run.run(Instant() + 400_ms);
  double worst = 0;
  follow_shares(run.trace, 1_ms, [&](const std::map<Tid, Client>& clients) {
    for (const auto& [tid, one] : clients) {
      for (const auto& [other_tid, other] : clients) {
        if (tid == other_tid) continue;
        const double share = one.weight / (one.weight + other.weight);
        worst = std::max(worst, std::abs(one.quanta - share * (one.quanta + other.quanta)));
      }
    }
  });
  RC_ASSERT(worst > 0.0);
  RC_ASSERT(worst <= 1.001);  // a pass is an integer
}

// Waldspurger and Weihl, Lottery Scheduling, 1994, section 2.2: the quanta a client wins are binomially distributed,
// n p on average with a variance of n p (1 - p).
RC_GTEST_PROP(ProportionalShare, LotteryErrsAsDrawingWithReplacementDoes, ()) {
  constexpr int runs = 200;
  constexpr int draws = 100;
  std::vector<std::uint32_t> weights;
  double all = 0;
  const auto clients = *inRange<std::size_t>(2, 6);
  for (std::size_t i = 0; i < clients; ++i) {
    weights.push_back(static_cast<std::uint32_t>(*inRange(1, 11)));
    all += weights.back();
  }
  const auto first_seed = *inRange<std::uint64_t>(0, 1'000'000);

  double sum = 0;
  double squares = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + runs; ++seed) {
    PolicyDriver driver("lottery:quantum=1ms", {.seed = seed});
    for (std::size_t i = 0; i < clients; ++i) driver.add(hog(fmt::format("{}", i), weights[i]));
    driver.run(Instant() + 1_ms * draws);
    const double won = driver.task(0).ran.seconds() * 1e3;
    sum += won;
    squares += won * won;
  }
  const double mean = sum / runs;
  const double variance = (squares - sum * mean) / (runs - 1);
  const double chance = weights[0] / all;
  const double expected = draws * chance * (1 - chance);
  // Six standard deviations of each estimate.
  RC_ASSERT(std::abs(mean - draws * chance) < 6 * std::sqrt(expected / runs));
  RC_ASSERT(std::abs(variance / expected - 1) < 6 * std::sqrt(2.0 / (runs - 1) + 1 / expected / runs));
}

}  // namespace signalbox::proportional_share_test
