#include "tools/experiment/run_queue.hpp"

#include <gtest/gtest.h>

namespace signalbox::run_queue_test {

TEST(RunQueue, GivesEachRunOnceInOrder) {
  RunQueue queue({4, 7}, [](std::size_t, const RunResult&) {}, [] { return true; });
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.next(), 4U);
  EXPECT_EQ(queue.next(), 7U);
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(RunQueue, HandsOnWhatIsFinishedAndNotWhatWasCutShort) {
  std::vector<std::size_t> finished;
  RunQueue queue({1, 2}, [&](std::size_t run, const RunResult&) { finished.push_back(run); }, [] { return true; });
  queue.finish(2, RunResult());
  queue.finish(1, std::nullopt);
  EXPECT_EQ(finished, std::vector<std::size_t>{2});
}

TEST(RunQueue, GivesNothingMoreOnceTheUserHasHadEnough) {
  bool is_enough = false;
  RunQueue queue({1, 2, 3}, [](std::size_t, const RunResult&) {}, [&] { return !is_enough; });
  EXPECT_TRUE(queue.next() && queue.goes_on());
  is_enough = true;
  queue.finish(1, RunResult());
  EXPECT_EQ(queue.next(), std::nullopt);
  is_enough = false;
  EXPECT_FALSE(queue.goes_on()) << "once is enough";
}

TEST(RunQueue, GivesNothingMoreOnceStopped) {
  RunQueue queue({1, 2}, [](std::size_t, const RunResult&) {}, [] { return true; });
  {
    StopAtException stop(queue);
    stop.forget();
  }
  EXPECT_TRUE(queue.goes_on());
  {
    const StopAtException stop(queue);
  }
  EXPECT_EQ(queue.next(), std::nullopt);
  EXPECT_FALSE(queue.goes_on());
}

}  // namespace signalbox::run_queue_test
