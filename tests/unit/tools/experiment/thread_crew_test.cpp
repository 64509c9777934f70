#include "tools/experiment/thread_crew.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>

namespace signalbox::thread_crew_test {

std::vector<std::size_t> numbers(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

TEST(ThreadCrew, MakesEachRunOnceWhateverItsSize) {
  for (const unsigned threads : {1U, 3U, 50U}) {
    std::vector<unsigned> made(20);  // guarded by the queue
    RunQueue queue(numbers(20), [&](std::size_t run, const RunResult&) { ++made[run]; }, [] { return true; });
    ThreadCrew(threads).empty(queue, [](std::size_t, const Progress&) { return RunResult(); });
    EXPECT_EQ(made, std::vector<unsigned>(20, 1)) << threads;
  }
}

TEST(ThreadCrew, AFailureOfOneEndsAllAndIsThrown) {
  for (const unsigned threads : {1U, 4U}) {
    std::atomic<std::size_t> made = 0;
    RunQueue queue(numbers(100'000), [&](std::size_t, const RunResult&) { ++made; }, [] { return true; });
    const MakeRun make = [](std::size_t run, const Progress&) -> std::optional<RunResult> {
      if (run == 5) throw std::runtime_error("no memory");
      return RunResult();
    };
    EXPECT_THROW(ThreadCrew(threads).empty(queue, make), std::runtime_error) << threads;
    EXPECT_LT(made, 100'000U);
  }
}

}  // namespace signalbox::thread_crew_test
