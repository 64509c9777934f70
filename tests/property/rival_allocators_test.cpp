// Every allocator of the registry on random calls over a process that also refuses: blocks never overlap, keep their
// contents, and each allocator keeps its own promises. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "kernel/base/prng.hpp"
#include "tests/support/allocator_shadow.hpp"

namespace signalbox::rival_allocators_test {

std::vector<std::uint8_t> some_bytes(std::uint64_t seed, std::size_t count) {
  Prng random(seed);
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& each : bytes) each = static_cast<std::uint8_t>(random.next());
  return bytes;
}

RC_GTEST_PROP(RivalAllocators, KeepWhatAnAllocatorPromises, (std::uint64_t seed)) {
  const std::vector<std::uint8_t> bytes = some_bytes(seed, 1000);
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) {
    const std::string broken = AllocatorShadow(row).run(bytes);
    if (!broken.empty()) RC_FAIL(std::string(row.name) + ": " + broken);
  }
}

// The same life while the system fails at its n-th call, once or from then on; answers whether it got there.
bool survives_failure(const alloc::AllocatorRow& row, std::uint64_t n, std::uint64_t failures) {
  AllocatorShadow shadow(row);
  shadow.process().fail_after(n, failures);
  alloc::Allocator& heap = shadow.allocator();
  std::vector<VirtAddr> live;
  for (std::uint64_t i = 0; i < 60; ++i) {
    if (i % 20 == 10) static_cast<void>(heap.add_thread());
    const VirtAddr at = heap.allocate(0, i % 10 == 9 ? std::uint64_t{4} << 20U : 1 + i * i * 40);
    if (at != VirtAddr()) live.push_back(at);
    if (i % 3 != 2 || live.empty()) continue;
    const VirtAddr now = heap.reallocate(0, live.back(), 1 + i * i * 90);
    if (now != VirtAddr()) live.back() = now;
  }
  EXPECT_EQ(heap.broken(), "") << row.name << " " << n;
  const bool was_reached = shadow.process().calls().all() > n;
  for (const VirtAddr at : live) heap.free(0, at);
  heap.flush();
  EXPECT_EQ(heap.broken(), "") << row.name << " " << n;
  EXPECT_EQ(heap.last_words(), "") << row.name << " " << n;
  EXPECT_EQ(heap.totals().active, 0U) << row.name << " " << n;
  EXPECT_FALSE(shadow.process().was_misused()) << row.name << " " << n;
  return was_reached;
}

TEST(RivalAllocators, SurviveEveryFailureOfTheSystem) {
  for (const alloc::AllocatorRow& row : alloc::all_allocators()) {
    for (const std::uint64_t failures : {std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()}) {
      std::uint64_t n = 0;
      while (survives_failure(row, n, failures)) ++n;
      EXPECT_GT(n, 5U) << row.name << " had calls to fail at";
    }
  }
}

}  // namespace signalbox::rival_allocators_test
