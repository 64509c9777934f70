#include "tools/experiment/comparison.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>

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

  // On each host thread. Whoever leaves has found no run left, or leaves by an exception: nobody starts another.
  void work() {
    StopAtExit stop(is_stopped_);
    while (const std::optional<std::size_t> index = next()) {
      perform(runs_[*index]);
      if (!is_stopped_) report(1);
    }
    stop.forget();
  }

 private:
  // Stops the others when an exception ends this worker's share.
  class StopAtExit {
   public:
    explicit StopAtExit(std::atomic<bool>& is_stopped) : is_stopped_(&is_stopped) {}
    ~StopAtExit() {
      if (is_stopped_ != nullptr) *is_stopped_ = true;
    }
    StopAtExit(const StopAtExit&) = delete;
    StopAtExit& operator=(const StopAtExit&) = delete;
    void forget() { is_stopped_ = nullptr; }

   private:
    std::atomic<bool>* is_stopped_;
  };

  std::optional<std::size_t> next() {
    if (is_stopped_) return std::nullopt;
    const std::size_t index = next_++;
    return index < runs_.size() ? std::optional(index) : std::nullopt;
  }

  void perform(ComparedRun& run) {
    const Setting& setting = plan_.settings[run.setting];
    std::optional<Scenario> drawn;
    if (setting.generator) drawn = generate(*setting.generator, run.seed);
    const RunRequest request{.scenario = drawn ? *drawn : setting.scenario,
                             .machine = setting.machine,
                             .policy = plan_.policies[run.policy],
                             .seed = run.seed,
                             .until = plan_.until};
    auto outcome = run_experiment(request, {}, [this](Instant) {
      report(0);
      return !is_stopped_;
    });
    if (is_stopped_) return;  // cut short: what it has measured is of another length than the others
    run.report = outcome->metrics.report();
    run.trace_hash = outcome->trace_hash;
    if (plan_.keeps_threads || !outcome->is_sound()) run.outcome = std::move(outcome);
    run.is_done = true;
  }

  void report(std::size_t newly_done) {
    const std::scoped_lock lock(mutex_);
    done_ += newly_done;
    if (progress_ && !progress_(done_, runs_.size())) is_stopped_ = true;
  }

  const ComparisonPlan& plan_;
  std::vector<ComparedRun>& runs_;
  const ComparisonProgress& progress_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> is_stopped_ = false;
  std::mutex mutex_;
  std::size_t done_ = 0;
};

}  // namespace

std::vector<ComparedRun> run_comparison(const ComparisonPlan& plan, const ComparisonProgress& progress) {
  std::vector<ComparedRun> runs = empty_grid(plan);
  Workers workers(plan, runs, progress);
  std::vector<std::future<void>> others;
  const std::size_t count = std::min<std::size_t>(plan.jobs, runs.size());
  for (std::size_t i = 1; i < count; ++i) {
    others.push_back(std::async(std::launch::async, [&workers] { workers.work(); }));
  }
  workers.work();
  for (std::future<void>& other : others) other.get();  // throws what ended it
  return runs;
}

}  // namespace signalbox
