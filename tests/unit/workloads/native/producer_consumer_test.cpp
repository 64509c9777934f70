#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::producer_consumer_test {

TEST(ProducerConsumer, ConsumesAllThatIsProduced) {
  const NativeRun run("producer_consumer", {{"producers", "3"},
                                            {"consumers", "2"},
                                            {"items", "20"},
                                            {"capacity", "1"},
                                            {"produce", "0"},
                                            {"consume", "100us"}});
  EXPECT_EQ(run.status(), WaitStatus::exited(0));
  // Times are uniform around their mean: 60 items cannot differ from 6 ms by more than half.
  const auto times = run->user_times();
  const Duration consumed = times.at("consumer-0") + times.at("consumer-1");
  EXPECT_GT(consumed, 3_ms);
  EXPECT_LT(consumed, 9_ms);
}

}  // namespace signalbox::producer_consumer_test
