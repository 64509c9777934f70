#include "kernel/sim/sorted_run.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "kernel/base/prng.hpp"

namespace signalbox::sorted_run_test {

Event at(std::uint64_t when, std::uint64_t order = 0) {
  return {.when = Instant(static_cast<std::int64_t>(when)), .order = order};
}

SortedRun run_of(std::uint64_t count) {
  SortedRun run;
  run.reserve(count);
  for (std::uint64_t k = 0; k < count; ++k) run.append(at(10 * k));
  return run;
}

void expect_sorted(const SortedRun& run) {
  for (std::size_t k = 1; k < run.size(); ++k) EXPECT_TRUE(run[k - 1] < run[k]) << "at " << k;
}

TEST(SortedRun, SortsWhatWasAppendedBehindTheSortedPart) {
  for (const std::uint64_t count : {1U, 2U, 40U, 64U, 65U, 1'000U}) {
    SortedRun run = run_of(5);
    Prng prng(count);
    run.reserve(count);
    for (std::uint64_t k = 0; k < count; ++k) run.append(at(100 + prng.below(50), k));
    run.sort_from(5);
    EXPECT_EQ(run.size(), 5 + count);
    expect_sorted(run);
  }
}

TEST(SortedRun, InsertsNearEitherEndWhateverTheLength) {
  SortedRun run = run_of(10'000);
  EXPECT_TRUE(run.insert(at(5)));
  EXPECT_TRUE(run.insert(at(99'985)));
  EXPECT_TRUE(run.insert(at(200'000)));
  EXPECT_EQ(run.size(), 10'003U);
  expect_sorted(run);
}

TEST(SortedRun, RefusesToMoveManyEvents) {
  SortedRun run = run_of(10'000);
  EXPECT_FALSE(run.insert(at(50'005)));
  EXPECT_EQ(run.size(), 10'000U);
}

TEST(SortedRun, RefusesBeforeTheFrontOnceTheRoomThereIsUsed) {
  SortedRun run = run_of(1'000);
  while (run.size() > 500) run.pop();
  std::uint64_t inserted = 0;
  while (inserted < 5'000 && run.insert(at(5'000 - 1 - inserted))) ++inserted;
  EXPECT_GE(inserted, 500U);
  EXPECT_LT(inserted, 5'000U);
  expect_sorted(run);
}

TEST(SortedRun, PopsInOrderWhileInsertsKeepComing) {
  SortedRun run = run_of(20);
  Prng prng(1);
  Instant last;
  for (std::uint64_t k = 1; k < 10'000; ++k) {
    const Event event = run.pop();
    EXPECT_GE(event.when, last);
    last = event.when;
    ASSERT_TRUE(run.insert(at(static_cast<std::uint64_t>(last.nanoseconds()) + prng.below(300), k)));
    expect_sorted(run);
  }
}

}  // namespace signalbox::sorted_run_test
