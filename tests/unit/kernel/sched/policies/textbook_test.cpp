// Tables that textbooks print, reproduced. One unit of time is a millisecond.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/policy_driver.hpp"

namespace signalbox {
namespace {

struct Row {
  std::string name;
  std::int64_t arrival;
  std::int64_t service;
  int priority = 0;
};

// A driver does not move, so it is made in place.
class Table {
 public:
  Table(std::string_view policy, const std::vector<Row>& rows) : driver_(policy, {}) {
    for (const Row& row : rows) {
      DriverJob job{.name = row.name, .arrival = Instant() + 1_ms * row.arrival, .steps = {{1_ms * row.service, {}}}};
      job.attributes.nice = static_cast<std::int8_t>(row.priority);
      driver_.add(job);
    }
    driver_.run();
    EXPECT_TRUE(driver_.violations().empty()) << driver_.violations().front();
  }

  double mean_wait() const { return driver_.mean_wait_ms(); }
  double mean_turnaround() const { return driver_.mean_turnaround_ms(); }
  double mean_response() const { return driver_.mean_response_ms(); }
  std::string gantt() const { return driver_.gantt(); }
  std::vector<std::int64_t> finishes() const {
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < driver_.task_count(); ++i) all.push_back(driver_.task(i).finish.since_start() / 1_ms);
    return all;
  }

 private:
  PolicyDriver driver_;
};

// Silberschatz, Galvin, Gagne, Operating System Concepts, 10th edition, section 5.3.

TEST(Silberschatz, FcfsConvoy) {
  EXPECT_DOUBLE_EQ(Table("fcfs", {{"A", 0, 24}, {"B", 0, 3}, {"C", 0, 3}}).mean_wait(), 17);
  EXPECT_DOUBLE_EQ(Table("fcfs", {{"B", 0, 3}, {"C", 0, 3}, {"A", 0, 24}}).mean_wait(), 3);
}

TEST(Silberschatz, Sjf) {
  const Table table("sjf", {{"A", 0, 6}, {"B", 0, 8}, {"C", 0, 7}, {"D", 0, 3}});
  EXPECT_EQ(table.gantt(), "D3 A6 C7 B8");
  EXPECT_DOUBLE_EQ(table.mean_wait(), 7);
  EXPECT_DOUBLE_EQ(Table("fcfs", {{"A", 0, 6}, {"B", 0, 8}, {"C", 0, 7}, {"D", 0, 3}}).mean_wait(), 10.25);
}

TEST(Silberschatz, ShortestRemainingTimeFirst) {
  const std::vector<Row> rows{{"A", 0, 8}, {"B", 1, 4}, {"C", 2, 9}, {"D", 3, 5}};
  const Table table("srtf", rows);
  EXPECT_EQ(table.gantt(), "A1 B4 D5 A7 C9");
  EXPECT_DOUBLE_EQ(table.mean_wait(), 6.5);
  EXPECT_DOUBLE_EQ(Table("sjf", rows).mean_wait(), 7.75);
}

TEST(Silberschatz, RoundRobinQuantumFour) {
  const Table table("round_robin:quantum=4ms", {{"A", 0, 24}, {"B", 0, 3}, {"C", 0, 3}});
  EXPECT_EQ(table.gantt(), "A4 B3 C3 A20");
  EXPECT_DOUBLE_EQ(table.mean_wait(), 17.0 / 3);
}

TEST(Silberschatz, Priority) {
  const Table table("priority", {{"A", 0, 10, 3}, {"B", 0, 1, 1}, {"C", 0, 2, 4}, {"D", 0, 1, 5}, {"E", 0, 5, 2}});
  EXPECT_EQ(table.gantt(), "B1 E5 A10 C2 D1");
  EXPECT_DOUBLE_EQ(table.mean_wait(), 8.2);
}

TEST(Silberschatz, PriorityWithRoundRobin) {
  const Table table("priority:quantum=2ms",
                    {{"A", 0, 4, 3}, {"B", 0, 5, 2}, {"C", 0, 8, 2}, {"D", 0, 7, 1}, {"E", 0, 3, 3}});
  EXPECT_EQ(table.gantt(), "D7 B2 C2 B2 C2 B1 C4 A2 E2 A2 E1");
}

// Tanenbaum and Bos, Modern Operating Systems, 4th edition, section 2.4.2, figure 2-41.

TEST(Tanenbaum, ShortestJobFirst) {
  EXPECT_DOUBLE_EQ(Table("fcfs", {{"A", 0, 8}, {"B", 0, 4}, {"C", 0, 4}, {"D", 0, 4}}).mean_turnaround(), 14);
  EXPECT_DOUBLE_EQ(Table("sjf", {{"A", 0, 8}, {"B", 0, 4}, {"C", 0, 4}, {"D", 0, 4}}).mean_turnaround(), 11);
}

TEST(Tanenbaum, ShortestJobFirstIsNotBestWhenJobsArriveLater) {
  const std::vector<Row> rows{{"A", 0, 2}, {"B", 0, 4}, {"C", 3, 1}, {"D", 3, 1}, {"E", 3, 1}};
  EXPECT_DOUBLE_EQ(Table("sjf", rows).mean_turnaround(), 4.6);
}

// Stallings, Operating Systems: Internals and Design Principles, 9th edition, tables 9.4 and 9.5.

const std::vector<Row> stallings{{"A", 0, 3}, {"B", 2, 6}, {"C", 4, 4}, {"D", 6, 5}, {"E", 8, 2}};
using Finishes = std::vector<std::int64_t>;

TEST(Stallings, Fcfs) { EXPECT_EQ(Table("fcfs", stallings).finishes(), (Finishes{3, 9, 13, 18, 20})); }

TEST(Stallings, RoundRobin) {
  EXPECT_EQ(Table("round_robin:quantum=1ms", stallings).finishes(), (Finishes{4, 18, 17, 20, 15}));
  EXPECT_EQ(Table("round_robin:quantum=4ms", stallings).finishes(), (Finishes{3, 17, 11, 20, 19}));
}

TEST(Stallings, ShortestProcessNext) { EXPECT_EQ(Table("sjf", stallings).finishes(), (Finishes{3, 9, 15, 20, 11})); }

TEST(Stallings, ShortestRemainingTime) { EXPECT_EQ(Table("srtf", stallings).finishes(), (Finishes{3, 15, 8, 20, 10})); }

TEST(Stallings, Feedback) {
  const std::string rules = "mlfq:queues=8,quantum=1ms,boost=off,preempt=false,demote=contended,growth=";
  EXPECT_EQ(Table(rules + "1", stallings).finishes(), (Finishes{4, 20, 16, 19, 11}));
  EXPECT_EQ(Table(rules + "2", stallings).finishes(), (Finishes{4, 17, 18, 20, 14}));
}

// Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapters 7 to 9. Units of time are seconds there.

TEST(Ostep, FifoAndSjf) {
  EXPECT_DOUBLE_EQ(Table("fcfs", {{"A", 0, 10}, {"B", 0, 10}, {"C", 0, 10}}).mean_turnaround(), 20);
  EXPECT_DOUBLE_EQ(Table("fcfs", {{"A", 0, 100}, {"B", 0, 10}, {"C", 0, 10}}).mean_turnaround(), 110);
  EXPECT_DOUBLE_EQ(Table("sjf", {{"A", 0, 100}, {"B", 0, 10}, {"C", 0, 10}}).mean_turnaround(), 50);
  EXPECT_NEAR(Table("sjf", {{"A", 0, 100}, {"B", 10, 10}, {"C", 10, 10}}).mean_turnaround(), 103.33, 0.01);
}

TEST(Ostep, ShortestTimeToCompletionFirst) {
  const Table table("srtf", {{"A", 0, 100}, {"B", 10, 10}, {"C", 10, 10}});
  EXPECT_EQ(table.gantt(), "A10 B10 C10 A90");
  EXPECT_DOUBLE_EQ(table.mean_turnaround(), 50);
}

TEST(Ostep, RoundRobinRespondsSooner) {
  const std::vector<Row> rows{{"A", 0, 5}, {"B", 0, 5}, {"C", 0, 5}};
  EXPECT_DOUBLE_EQ(Table("sjf", rows).mean_response(), 5);
  EXPECT_DOUBLE_EQ(Table("round_robin:quantum=1ms", rows).mean_response(), 1);
  EXPECT_DOUBLE_EQ(Table("round_robin:quantum=1ms", rows).mean_turnaround(), 14);
}

// Figure 8.2: one job sinks from the top to the bottom, a slice of 10 a level.
TEST(Ostep, MlfqLongJobAlongsideAShortOne) {
  const Table table("mlfq:queues=3,quantum=10ms,growth=1,boost=off", {{"A", 0, 180}, {"B", 100, 20}});
  EXPECT_EQ(table.gantt(), "A100 B20 A80");
}

}  // namespace
}  // namespace signalbox
