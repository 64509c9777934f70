#include "kernel/sched/balance/distances.hpp"

#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::distances_test {

TEST(Distances, SortQueuesByWhatTheyShare) {
  std::vector<CpuPlace> places(6);
  for (std::uint16_t cpu = 0; cpu < 6; ++cpu) {
    places[cpu] = {.core = static_cast<std::uint16_t>(cpu / 2), .llc = static_cast<std::uint16_t>(cpu / 4), .node = {}};
  }
  PolicyDriver driver("fcfs", {.places = places});
  const RunQueues queues(driver, QueueScope::cpu, [](SchedulerView& view, RunQueues::Index) {
    return std::get<PolicyChoice>(parse_policy("fcfs")).make(view, Prng(1));
  });
  Distances distances(queues);
  std::vector<std::pair<int, int>> found;
  for (const auto& [distance, queue] : distances.of(1)) found.emplace_back(distance, queue);
  EXPECT_EQ(found, (std::vector<std::pair<int, int>>{{0, 0}, {1, 2}, {1, 3}, {2, 4}, {2, 5}}));
}

}  // namespace signalbox::distances_test
