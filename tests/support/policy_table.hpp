#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/policy_driver.hpp"

namespace signalbox {

// A row of a textbook's table of processes. A unit of time is a millisecond; the priority is a nice value.
struct TableRow {
  std::string name;
  std::int64_t arrival;
  std::int64_t service;
  int priority = 0;
};
using Finishes = std::vector<std::int64_t>;

// What a policy makes of a textbook's table on one CPU.
class PolicyTable {
 public:
  PolicyTable(std::string_view policy, const std::vector<TableRow>& rows) : driver_(policy, {}) {
    for (const TableRow& row : rows) {
      DriverJob job{.name = row.name, .arrival = Instant() + 1_ms * row.arrival, .steps = {{1_ms * row.service, {}}}};
      job.attributes.nice = static_cast<std::int8_t>(row.priority);
      driver_.add(job);
    }
    driver_.run();
    CHECK(driver_.violations().empty(), "a policy keeps its word while a table is made");
  }

  double mean_wait() const { return driver_.mean_wait_ms(); }
  double mean_turnaround() const { return driver_.mean_turnaround_ms(); }
  double mean_response() const { return driver_.mean_response_ms(); }
  std::string gantt() const { return driver_.gantt(); }
  Finishes finishes() const {
    Finishes all;
    for (std::size_t i = 0; i < driver_.task_count(); ++i) all.push_back(driver_.task(i).finish.since_start() / 1_ms);
    return all;
  }

 private:
  PolicyDriver driver_;
};

// Stallings, Operating Systems: Internals and Design Principles, 9th edition, table 9.4.
inline const std::vector<TableRow> stallings_table{{"A", 0, 3}, {"B", 2, 6}, {"C", 4, 4}, {"D", 6, 5}, {"E", 8, 2}};

// A job that computes for ever, from the beginning.
inline DriverJob hog(std::string name, std::uint32_t weight = nice_0_weight) {
  DriverJob job{.name = std::move(name), .arrival = {}, .steps = {{1'000'000_s, {}}}};
  job.weight = weight;
  job.declares_bursts = false;
  return job;
}

}  // namespace signalbox
