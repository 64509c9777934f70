#include "kernel/sim/event_bucket.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace signalbox::event_bucket_test {

Event event(std::uint64_t order) { return {.when = Instant(0), .order = order}; }

std::vector<std::uint64_t> orders_of(const EventBucket& bucket) {
  std::vector<std::uint64_t> orders;
  bucket.visit([&](const Event& each) { orders.push_back(each.order); });
  return orders;
}

TEST(EventBucket, KeepsOrderOfArrivalAcrossChunks) {
  EventChunkPool pool;
  for (const std::uint64_t count : {0U, 1U, 14U, 15U, 16U, 30U, 31U, 100U}) {
    EventBucket bucket;
    std::vector<std::uint64_t> expected;
    for (std::uint64_t k = 0; k < count; ++k) {
      bucket.append(event(k), pool);
      expected.push_back(k);
    }
    EXPECT_EQ(bucket.size(), count);
    EXPECT_EQ(orders_of(bucket), expected);
    std::vector<std::uint64_t> drained;
    bucket.drain(pool, [&](const Event& each) { drained.push_back(each.order); });
    EXPECT_EQ(drained, expected);
    EXPECT_TRUE(bucket.empty());
  }
}

TEST(EventBucket, DrainedChunksServeTheNextBucket) {
  EventChunkPool pool;
  EventBucket bucket;
  for (std::uint64_t round = 0; round < 100; ++round) {
    for (std::uint64_t k = 0; k < 10 * EventChunk::capacity; ++k) bucket.append(event(k), pool);
    bucket.drain(pool, [](const Event&) {});
  }
  EXPECT_EQ(pool.chunks(), 32U);
}

TEST(EventBucket, DrainIntoABucketOfTheSamePoolWhileDraining) {
  EventChunkPool pool;
  EventBucket from;
  EventBucket to;
  for (std::uint64_t k = 0; k < 1'000; ++k) from.append(event(k), pool);
  const std::vector<std::uint64_t> expected = orders_of(from);
  from.drain(pool, [&](const Event& each) { to.append(each, pool); });
  EXPECT_EQ(orders_of(to), expected);
}

TEST(EventChunkPool, HoldsThirtyTwoBytesAnEventAndASixteenthMore) {
  EventChunkPool pool;
  EventBucket bucket;
  constexpr std::uint64_t count = 1'000'000;
  for (std::uint64_t k = 0; k < count; ++k) bucket.append(event(k), pool);
  // The last slab is at most half of what was there before, and 2 MiB.
  EXPECT_LE(pool.chunks() * sizeof(EventChunk), count * 32 * 16 / 15 + (2U << 20U));
}

}  // namespace signalbox::event_bucket_test
