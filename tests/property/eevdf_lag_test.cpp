// Stoica and Abdel-Wahab, Earliest Eligible Virtual Deadline First: A Flexible and Accurate Mechanism for Proportional
// Share Resource Allocation, 1995: in a steady system, which threads join with no lag and none leaves, a thread's lag
// stays within its requests. Measured from the facts of a run by an observer that knows nothing of the policy.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>
#include <string>

#include "kernel/sched/nice.hpp"
#include "tests/support/scenario_run.hpp"

namespace signalbox::eevdf_lag_test {

using rc::gen::inRange;

constexpr Duration base_slice = 750_us;  // eevdf's default on one CPU

// How far each runnable thread is behind the fluid machine, which serves all of them at once by their weights.
class LagObserver {
 public:
  struct Thread {
    double weight = 0;
    bool is_runnable = false;
    double lag = 0;  // ns; what it should have got less what it got
    double least = 0;
    double most = 0;
    double ran = 0;
    unsigned stretches = 0;
  };

  void see(const TraceEvent& event) {
    advance_to(event.when);
    if (event.kind == TraceKind::thread_attributes) threads_[event.thread].weight = static_cast<double>(event.a);
    if (event.kind == TraceKind::thread_ready) threads_[event.thread].is_runnable = true;
    if (event.kind == TraceKind::run_begin) running_ = event.thread;
    if (event.kind != TraceKind::run_end) return;
    ++threads_[event.thread].stretches;
    running_.reset();
  }
  const std::map<Tid, Thread>& threads() const { return threads_; }

 private:
  void advance_to(Instant now) {
    const auto passed = static_cast<double>((now - now_).nanoseconds());
    now_ = now;
    double all = 0;
    for (const auto& [tid, thread] : threads_) all += thread.is_runnable ? thread.weight : 0;
    for (auto& [tid, thread] : threads_) {
      if (thread.is_runnable) thread.lag += passed * thread.weight / all;
      if (running_ == tid) {
        thread.lag -= passed;
        thread.ran += passed;
      }
      thread.least = std::min(thread.least, thread.lag);
      thread.most = std::max(thread.most, thread.lag);
    }
  }

  std::map<Tid, Thread> threads_;
  std::optional<Tid> running_;
  Instant now_;
};

// Threads that only compute, of random weights and requests, which come at random times and stay.
Scenario joining_hogs() {
  Scenario scenario;
  const auto count = *inRange<std::size_t>(2, 13);
  for (std::size_t i = 0; i < count; ++i) {
    Task& task = scenario.tasks.emplace_back();
    task.name = fmt::format("hog{}", i);
    task.delay = 10_us * *inRange(0, 10'000);
    SchedAttributes& attributes = task.sched.attributes.emplace();
    attributes.nice = static_cast<std::int8_t>(*inRange(min_nice, max_nice + 1));
    if (*rc::gen::arbitrary<bool>()) attributes.runtime = 100_us * *inRange(5, 200);
    task.phases.emplace_back().events.push_back({RunEvent{1000_s}, {}});
  }
  return scenario;
}

Duration request_of(const Task& task) {
  const Duration asked = task.sched.attributes->runtime;
  return asked > Duration() ? asked : base_slice;
}

// Linux rounds the virtual time of each stretch down to a nanosecond, which is w / 1024 ns of CPU that nobody is
// charged for; so often at most as the thread was stopped, used a request up, or was disturbed by one who came.
double uncharged(const LagObserver::Thread& thread, double request, std::size_t threads) {
  const double times = thread.stretches + thread.ran / request + static_cast<double>(threads);
  return times * (thread.weight / nice_0_weight + 1);
}

// Nobody gets ahead by more than its own request, and nobody falls behind by more than the longest, which whoever runs
// may finish first (theorem 1 of the paper, with a quantum as long as a request).
RC_GTEST_PROP(EevdfLag, StaysWithinTheRequestsOfASteadySystem, ()) {
  const Scenario scenario = joining_hogs();
  ScenarioRun run("eevdf");
  run.launch(scenario);
  run.run(Instant() + 300_ms);
  LagObserver observer;
  for (const TraceEvent& event : run.trace.events()) observer.see(event);

  std::map<std::string, double> requests;
  for (const Task& task : scenario.tasks) requests[task.name] = static_cast<double>(request_of(task).nanoseconds());
  const double longest = std::ranges::max(requests | std::views::values);
  const auto names = run.thread_names();
  double rounding = 0;
  for (const auto& [tid, thread] : observer.threads()) {
    const auto request = requests.find(names.at(tid));
    if (request == requests.end()) continue;  // init
    const double own_rounding = uncharged(thread, request->second, requests.size());
    RC_ASSERT(thread.least >= -request->second - own_rounding);
    rounding += own_rounding;
  }
  for (const auto& [tid, thread] : observer.threads()) RC_ASSERT(thread.most <= longest + rounding);
}

}  // namespace signalbox::eevdf_lag_test
