#include "tools/experiment/comparison.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace signalbox {
namespace {

std::vector<ComparedRun> empty_grid(const ComparisonPlan& plan) {
  std::vector<ComparedRun> runs;
  for (std::size_t setting = 0; setting < plan.settings.size(); ++setting) {
    for (std::size_t policy = 0; policy < plan.policies.size(); ++policy) {
      for (std::uint64_t seed = 0; seed < plan.seeds; ++seed) {
        ComparedRun& run = runs.emplace_back();
        run.setting = setting;
        run.policy = policy;
        run.seed = plan.first_seed + seed;
      }
    }
  }
  return runs;
}

// Host threads that take the next run until none is left, one fails, or the user has had enough.
class Workers {
 public:
  Workers(const ComparisonPlan& plan, std::vector<ComparedRun>& runs, const ComparisonProgress& progress)
      : plan_(plan), runs_(runs), progress_(progress) {}

  void work() {
    while (!is_stopped_) {
      const std::size_t index = next_++;
      if (index >= runs_.size()) return;
      try {
        perform(runs_[index]);
        report_done();
      } catch (...) {  // passed on to the caller of run_comparison
        const std::scoped_lock lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        is_stopped_ = true;
      }
    }
  }

  void rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void perform(ComparedRun& run) const {
    const Setting& setting = plan_.settings[run.setting];
    const RunRequest request{.scenario = setting.scenario,
                             .machine = setting.machine,
                             .policy = plan_.policies[run.policy],
                             .seed = run.seed,
                             .until = plan_.until};
    auto outcome = run_experiment(request, {}, [this](Instant) { return !is_stopped_; });
    if (is_stopped_) return;  // cut short: what it has measured is of another length than the others
    run.report = outcome->metrics.report();
    run.trace_hash = outcome->trace_hash;
    if (plan_.keeps_threads || !outcome->is_sound()) run.outcome = std::move(outcome);
    run.is_done = true;
  }

  void report_done() {
    const std::scoped_lock lock(mutex_);
    ++done_;
    if (progress_ && !progress_(done_, runs_.size())) is_stopped_ = true;
  }

  const ComparisonPlan& plan_;
  std::vector<ComparedRun>& runs_;
  const ComparisonProgress& progress_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> is_stopped_ = false;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::vector<ComparedRun> run_comparison(const ComparisonPlan& plan, const ComparisonProgress& progress) {
  std::vector<ComparedRun> runs = empty_grid(plan);
  Workers workers(plan, runs, progress);
  {
    std::vector<std::jthread> threads;
    const std::size_t count = std::min<std::size_t>(plan.jobs, runs.size());
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back([&workers] { workers.work(); });
    workers.work();
  }
  workers.rethrow_failure();
  return runs;
}

}  // namespace signalbox
