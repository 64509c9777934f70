#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <utility>

#include "tests/support/periodic_tasks.hpp"

namespace signalbox::least_laxity_test {

// The definition, a millisecond at a time: who has least laxity runs the next one; among equals whoever runs, then the
// one queued first. Jobs are released one after the other, and one that has not run yet keeps its place.
class Definition {
 public:
  explicit Definition(const std::vector<PeriodicTask>& tasks) : tasks_(tasks), jobs_(tasks.size()) {}

  // The number of the task for each millisecond, -1 for none.
  std::vector<int> plan(int horizon) {
    std::vector<int> plan;
    for (now_ = 0; now_ < horizon; ++now_) {
      // A task whose job ends now is released again behind those that wait.
      const int ended = running_ >= 0 && job(running_).left == 0 ? std::exchange(running_, -1) : -1;
      for (int i = 0; i < static_cast<int>(tasks_.size()); ++i) {
        if (i != ended) release_if_due(i);
      }
      if (ended >= 0) release_if_due(ended);
      choose();
      plan.push_back(running_);
      if (running_ >= 0) --job(running_).left;
      has_run_ = true;
    }
    return plan;
  }

 private:
  struct Job {
    int left = 0;
    int due = 0;
    int queued = 0;
  };

  Job& job(int i) { return jobs_[static_cast<std::size_t>(i)]; }
  int laxity(int i) { return job(i).due - now_ - job(i).left; }
  void release_if_due(int i) {
    const PeriodicTask& task = tasks_[static_cast<std::size_t>(i)];
    const auto period = static_cast<int>(task.period / 1_ms);
    if (now_ % period != 0) return;
    job(i) = {.left = static_cast<int>(task.run / 1_ms), .due = now_ + period, .queued = ++last_};
    if (running_ >= 0) choose();
  }
  void choose() {
    int best = -1;
    for (int i = 0; i < static_cast<int>(jobs_.size()); ++i) {
      if (job(i).left == 0 || i == running_) continue;
      const bool is_before =
          best < 0 || laxity(i) < laxity(best) || (laxity(i) == laxity(best) && job(i).queued < job(best).queued);
      if (is_before) best = i;
    }
    if (best < 0 || (running_ >= 0 && laxity(best) >= laxity(running_))) return;
    if (running_ >= 0) job(running_).queued = has_run_ ? ++last_ : --first_;
    running_ = best;
    has_run_ = false;
  }

  const std::vector<PeriodicTask>& tasks_;
  std::vector<Job> jobs_;
  int now_ = 0;
  int running_ = -1;
  bool has_run_ = false;
  int first_ = 0;
  int last_ = 0;
};

std::vector<int> by_policy(const std::vector<PeriodicTask>& tasks, int horizon) {
  const PeriodicRun run("least_laxity:quantum=1ms", tasks, 1_ms * horizon);
  std::vector<int> plan(static_cast<std::size_t>(horizon), -1);
  for (const PolicyDriver::Slice& slice : run.driver().slices()) {
    for (Instant t = slice.from; t < slice.to; t += 1_ms) {
      plan[static_cast<std::size_t>(t.since_start() / 1_ms)] = static_cast<int>(slice.task->entity.id.value()) - 1;
    }
  }
  return plan;
}

RC_GTEST_PROP(LeastLaxity, WithAQuantumFollowsTheDefinition, ()) {
  const std::vector<PeriodicTask> tasks = some_tasks_in_milliseconds();
  RC_ASSERT(by_policy(tasks, 120) == Definition(tasks).plan(120));
}

DriverJob job_of(std::string name, Duration run, Duration deadline) {
  DriverJob job{.name = std::move(name), .arrival = {}, .steps = {{run, {}}}};
  job.attributes.deadline = deadline;
  return job;
}

// B's laxity of 6 is that of A when A has run for 2; from then on they would take turns of a nanosecond.
TEST(LeastLaxity, EqualLaxitySwitchesOnce) {
  PolicyDriver driver("least_laxity", {});
  driver.add(job_of("A", 6_ms, 10_ms));
  driver.add(job_of("B", 3_ms, 9_ms));
  driver.run();
  ASSERT_EQ(driver.slices().size(), 3U);
  EXPECT_EQ(driver.slices()[0].to, Instant() + 2_ms + 1_ns);
  EXPECT_EQ(driver.task(1).finish, Instant() + 5_ms + 1_ns);
  EXPECT_EQ(driver.task(0).finish, Instant() + 9_ms);
}

// B comes with more laxity than A has, 5 and 4, and the nearer deadline; its laxity falls below A's after 1 ms.
TEST(LeastLaxity, WhoComesTakesOverWhenItsLaxityIsLess) {
  PolicyDriver driver("least_laxity", {});
  driver.add(job_of("A", 10_ms, 14_ms));
  DriverJob later = job_of("B", 2_ms, 7_ms);
  later.arrival = Instant() + 2_ms;
  driver.add(later);
  driver.run();
  EXPECT_EQ(driver.task(1).first_run, Instant() + 3_ms + 1_ns);
  EXPECT_EQ(driver.task(1).finish, Instant() + 5_ms + 1_ns);
}

TEST(LeastLaxity, DeclaredRuntimeIsTheJobsLength) {
  PolicyDriver driver("least_laxity", {});
  DriverJob pessimist = job_of("P", 1_ms, 20_ms);
  pessimist.attributes.runtime = 15_ms;
  driver.add(job_of("A", 1_ms, 10_ms));
  driver.add(pessimist);
  driver.run();
  EXPECT_EQ(driver.gantt(), "P1 A1");
}

TEST(LeastLaxity, WithoutDeadlineRunsInTheBackground) {
  PolicyDriver driver("least_laxity", {});
  driver.add(job_of("N", 4_ms, {}));
  driver.add(job_of("D", 1_ms, 50_ms));
  driver.run();
  EXPECT_EQ(driver.gantt(), "D1 N4");
}

}  // namespace signalbox::least_laxity_test
