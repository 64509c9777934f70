#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::fair_share_test {

void add_threads(PolicyDriver& driver, std::int32_t process, int threads) {
  for (int i = 0; i < threads; ++i) {
    DriverJob job = hog(fmt::format("{}.{}", process, i));
    job.process = Pid(process);
    driver.add(job);
  }
}

TEST(FairShare, ThreadsTakeTurnsInTheirProcessesShare) {
  PolicyDriver driver("guaranteed:by=process", {});
  add_threads(driver, 1, 1);
  add_threads(driver, 2, 3);
  driver.run(Instant() + 6_s);
  EXPECT_NEAR(driver.task(0).ran.seconds(), 3, 0.021);
  for (const std::size_t thread : {1U, 2U, 3U}) EXPECT_NEAR(driver.task(thread).ran.seconds(), 1, 0.021);
}

// Threads of one process wait in two queues here; both advance.
TEST(FairShare, PinnedThreadsOfAProcessTakeTurnsWithTheOthers) {
  PolicyDriver driver("guaranteed:by=process", {});
  add_threads(driver, 1, 2);
  DriverJob pinned = hog("pinned");
  pinned.process = Pid(1);
  pinned.cpus = {0};
  driver.add(pinned);
  driver.run(Instant() + 3_s);
  for (std::size_t thread = 0; thread < 3; ++thread) EXPECT_NEAR(driver.task(thread).ran.seconds(), 1, 0.021);
}

using Run = std::tuple<Instant, Instant, std::int32_t>;

std::vector<Run> schedule(const std::string& policy, const std::vector<int>& arrivals) {
  PolicyDriver driver(policy, {});
  std::int32_t process = 0;
  for (const int at : arrivals) {
    DriverJob job = hog(fmt::format("{}", at));
    job.arrival = Instant() + 1_ms * at;
    job.process = Pid(++process);
    driver.add(job);
  }
  driver.run(Instant() + 300_ms);
  std::vector<Run> runs;
  for (const PolicyDriver::Slice& slice : driver.slices()) {
    runs.emplace_back(slice.from, slice.to, slice.task->entity.id.value());
  }
  return runs;
}

// The definition is tested by threads, against Tanenbaum's.
RC_GTEST_PROP(FairShare, OfProcessesWithOneThreadEachIsGuaranteedByThread, ()) {
  std::vector<int> arrivals = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100));
  std::ranges::sort(arrivals);
  RC_ASSERT(schedule("guaranteed:quantum=1ms,by=process", arrivals) == schedule("guaranteed:quantum=1ms", arrivals));
}

}  // namespace signalbox::fair_share_test
