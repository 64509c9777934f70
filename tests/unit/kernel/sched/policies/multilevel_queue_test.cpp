#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <optional>

#include "tests/support/policy_table.hpp"

namespace signalbox::multilevel_queue_test {

// Silberschatz prints no table of times, so this is the definition, a millisecond at a time: the first queue that is
// not empty; round robin, the quantum twice as long a queue further down, but for the last queue, which is first come,
// first served. Who is preempted stays at the head with the rest of its quantum.
class Definition {
 public:
  Definition(const std::vector<TableRow>& rows, std::size_t queues, std::int64_t quantum)
      : rows_(rows), quantum_(quantum), queues_(queues), used_(rows.size()) {
    for (const TableRow& row : rows) left_.push_back(row.service);
  }

  std::vector<std::size_t> plan(std::int64_t horizon) {
    std::vector<std::size_t> plan;
    for (std::int64_t now = 0; now < horizon; ++now) {
      for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].arrival == now) arrive(i);
      }
      give_way();
      if (!running_) pick();
      if (!running_) continue;
      plan.push_back(*running_);
      --left_[*running_];
      ++used_[*running_];
    }
    return plan;
  }

 private:
  std::size_t level(std::size_t i) const { return static_cast<std::size_t>(rows_[i].priority); }
  std::size_t best_level() const {
    return static_cast<std::size_t>(std::ranges::find_if_not(queues_, &std::deque<std::size_t>::empty) -
                                    queues_.begin());
  }
  // Those that arrive at one instant come one after the other.
  void arrive(std::size_t i) {
    queues_[level(i)].push_back(i);
    if (!running_ || left_[*running_] == 0 || level(*running_) <= level(i)) return;
    give_way();
    pick();
  }
  void give_way() {
    if (!running_) return;
    const std::size_t i = *running_;
    const bool is_last = level(i) == queues_.size() - 1;
    const bool is_over = !is_last && used_[i] == quantum_ << level(i);
    if (is_over) used_[i] = 0;
    if (left_[i] > 0 && best_level() > level(i)) return;
    if (left_[i] > 0 && best_level() == level(i) && !is_over) return;
    if (left_[i] > 0 && is_over) queues_[level(i)].push_back(i);
    if (left_[i] > 0 && !is_over) queues_[level(i)].push_front(i);
    running_.reset();
  }
  void pick() {
    const std::size_t best = best_level();
    if (best == queues_.size()) return;
    running_ = queues_[best].front();
    queues_[best].pop_front();
  }

  const std::vector<TableRow>& rows_;
  std::int64_t quantum_;
  std::vector<std::deque<std::size_t>> queues_;
  std::vector<std::int64_t> used_;
  std::vector<std::int64_t> left_;
  std::optional<std::size_t> running_;
};

std::vector<std::size_t> plan_of(const PolicyDriver& driver) {
  std::vector<std::size_t> plan;
  for (const PolicyDriver::Slice& slice : driver.slices()) {
    plan.insert(plan.end(), static_cast<std::size_t>((slice.to - slice.from) / 1_ms),
                static_cast<std::size_t>(slice.task->entity.id.value()) - 1);
  }
  return plan;
}

RC_GTEST_PROP(MultilevelQueue, FollowsTheDefinition, ()) {
  const auto queues = *rc::gen::inRange(2, 5);
  const auto quantum = *rc::gen::inRange(1, 5);
  std::vector<TableRow> rows;
  const int jobs = *rc::gen::inRange(1, 12);
  PolicyDriver driver(fmt::format("multilevel_queue:queues={},quantum={}ms", queues, quantum), {});
  for (int i = 0; i < jobs; ++i) {
    rows.push_back(
        {fmt::format("{}", i), *rc::gen::inRange(0, 40), *rc::gen::inRange(1, 20), *rc::gen::inRange(0, queues)});
    const TableRow& row = rows.back();
    DriverJob job{.name = row.name, .arrival = Instant() + 1_ms * row.arrival, .steps = {{1_ms * row.service, {}}}};
    job.attributes.nice = static_cast<std::int8_t>(row.priority);
    driver.add(job);
  }
  driver.run();
  RC_ASSERT(plan_of(driver) == Definition(rows, static_cast<std::size_t>(queues), quantum).plan(400));
}

TEST(MultilevelQueue, ATurnThatNobodyTakesIsLeftToTheFirstOfTheOthers) {
  PolicyDriver driver("multilevel_queue:queues=3,between=turns,share=50,cycle=40ms", {});
  DriverJob last = hog("L");
  last.attributes.nice = 2;
  driver.add(last);
  driver.add({.name = "F", .arrival = Instant() + 45_ms, .steps = {{30_ms, {}}}});
  driver.run(Instant() + 120_ms);
  // F has 40 to 60; then the second queue, which is empty, until 70; then L's turn is over at 80.
  EXPECT_EQ(driver.gantt(), "L45 F25 L10 F5 L35");
}

DriverJob job_of(std::string name, std::int64_t arrival_ms, int nice, SchedClass sched_class = SchedClass::other) {
  DriverJob job{.name = std::move(name), .arrival = Instant() + 1_ms * arrival_ms, .steps = {{10_ms, {}}}};
  job.attributes.nice = static_cast<std::int8_t>(nice);
  job.attributes.sched_class = sched_class;
  return job;
}

TEST(MultilevelQueue, ForegroundTakesTheCpuFromTheBackgroundAtOnce) {
  PolicyDriver driver("multilevel_queue", {});
  driver.add(job_of("B", 0, 0, SchedClass::batch));
  driver.add(job_of("C", 0, 1));
  driver.add(job_of("F", 4, -5));
  driver.add(job_of("R", 6, 0, SchedClass::fifo));
  driver.run();
  EXPECT_EQ(driver.gantt(), "B4 F10 R10 B6 C10");
}

TEST(MultilevelQueue, MovedWhileRunningGivesWay) {
  PolicyDriver driver("multilevel_queue", {});
  driver.add(job_of("A", 0, 0));
  driver.add(job_of("B", 0, 0));
  driver.run(Instant() + 5_ms);
  driver.change_attributes(0, job_of("A", 0, 10).attributes);
  driver.run();
  EXPECT_EQ(driver.gantt(), "A5 B10 A5");
}

}  // namespace signalbox::multilevel_queue_test
