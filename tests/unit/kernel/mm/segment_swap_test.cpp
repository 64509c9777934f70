#include "kernel/mm/segment_swap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <vector>

namespace signalbox::segment_swap_test {

using Kind = SegmentTransfer::Kind;
using Use = SegmentSwap::Use;
using Transfers = std::vector<SegmentTransfer>;

constexpr SegmentId a{0};
constexpr SegmentId b{1};
constexpr SegmentId c{2};
constexpr SegmentId d{3};

SegmentSwap with_three(SegmentSwap::Scattered scattered) {
  SegmentSwap swap(100, Fit::first, scattered);
  for (const std::uint64_t bytes : {30U, 40U, 30U}) EXPECT_TRUE(swap.create(bytes)->transfers.empty());
  return swap;
}

TEST(SegmentSwap, LeastRecentlyUsedGoesAndComesBack) {
  SegmentSwap swap = with_three(SegmentSwap::Scattered::swap_out);
  swap.use(a, Use::read);
  const auto created = swap.create(40);
  ASSERT_TRUE(created);
  EXPECT_EQ(created->transfers, (Transfers{{.kind = Kind::out, .segment = b, .from = 30, .bytes = 40}}));
  EXPECT_EQ(swap.address(created->segment), 30U);
  EXPECT_EQ(swap.address(b), std::nullopt);
  EXPECT_EQ(swap.use(b, Use::read), (Transfers{{.kind = Kind::out, .segment = c, .from = 70, .bytes = 30},
                                               {.kind = Kind::out, .segment = a, .from = 0, .bytes = 30},
                                               {.kind = Kind::out, .segment = d, .from = 30, .bytes = 40},
                                               {.kind = Kind::in, .segment = b, .to = 0, .bytes = 40}}));
}

TEST(SegmentSwap, CopyOnTheDiskSavesAWrite) {
  SegmentSwap swap(50, Fit::first, SegmentSwap::Scattered::swap_out);
  (void)swap.create(50);
  (void)swap.create(50);   // a goes out
  swap.use(a, Use::read);  // b goes out
  EXPECT_EQ(swap.use(b, Use::write), (Transfers{{.kind = Kind::drop, .segment = a, .from = 0, .bytes = 50},
                                                {.kind = Kind::in, .segment = b, .to = 0, .bytes = 50}}));
  EXPECT_EQ(swap.use(a, Use::read).front().kind, Kind::out);  // b was written
  EXPECT_EQ(swap.counters(),
            (SegmentSwap::Counters{.swapped_out = 3, .swapped_in = 3, .dropped = 1, .bytes_transferred = 6 * 50}));
}

// 30 and 30 bytes are free, apart: 50 fit after a move of 40 bytes, or a transfer of 40.
TEST(SegmentSwap, ScatteredBytesAreCollectedOrMadeMore) {
  for (const auto scattered : {SegmentSwap::Scattered::compact, SegmentSwap::Scattered::swap_out}) {
    SegmentSwap swap = with_three(scattered);
    swap.remove(a);
    swap.remove(c);
    const auto created = swap.create(50);
    ASSERT_TRUE(created);
    if (scattered == SegmentSwap::Scattered::compact) {
      EXPECT_EQ(created->transfers, (Transfers{{.kind = Kind::move, .segment = b, .from = 30, .to = 0, .bytes = 40}}));
      EXPECT_EQ(swap.counters().bytes_moved, 40U);
    } else {
      EXPECT_EQ(created->transfers, (Transfers{{.kind = Kind::out, .segment = b, .from = 30, .bytes = 40}}));
      EXPECT_EQ(swap.counters().bytes_transferred, 40U);
    }
  }
}

TEST(SegmentSwap, WhatIsLargerThanMemoryIsRefused) {
  SegmentSwap swap = with_three(SegmentSwap::Scattered::compact);
  EXPECT_FALSE(swap.create(101));
  EXPECT_EQ(swap.counters(), SegmentSwap::Counters());
  EXPECT_TRUE(swap.create(100));
}

TEST(SegmentSwap, RemovedSegmentsLeaveNothing) {
  SegmentSwap swap = with_three(SegmentSwap::Scattered::swap_out);
  (void)swap.create(100);
  for (const SegmentId each : {a, b, c, d}) swap.remove(each);
  EXPECT_EQ(swap.memory().free_bytes(), 100U);
}

// Bytes in memory and on the disk, moved as the transfers say.
class SegmentBytes {
 public:
  explicit SegmentBytes(SegmentSwap& swap) : swap_(swap), memory_(swap.memory().free_bytes()) {}

  void follow(const Transfers& transfers) {
    for (const SegmentTransfer& each : transfers) {
      if (each.kind == Kind::out) disk_[each.segment] = {place(each.from), place(each.from + each.bytes)};
      if (each.kind == Kind::in) std::ranges::copy(disk_.at(each.segment), place(each.to));
      if (each.kind == Kind::move) std::copy_n(place(each.from), each.bytes, place(each.to));
    }
  }
  void fill(SegmentId segment, int value) { std::fill_n(place(*swap_.address(segment)), swap_.bytes(segment), value); }
  bool is_full_of(SegmentId segment, int value) {
    const auto first = place(*swap_.address(segment));
    const auto last = first + static_cast<std::ptrdiff_t>(swap_.bytes(segment));
    return std::all_of(first, last, [value](int each) { return each == value; });
  }

 private:
  std::vector<int>::iterator place(std::uint64_t at) { return memory_.begin() + static_cast<std::ptrdiff_t>(at); }

  SegmentSwap& swap_;
  std::vector<int> memory_;
  std::map<SegmentId, std::vector<int>> disk_;
};

// Whoever does the transfers in their order finds in every segment what was last written there.
TEST(SegmentSwapProperty, ContentsFollowTheTransfers) {
  EXPECT_TRUE(rc::check("transfers", [] {
    SegmentSwap swap(200, *rc::gen::element(Fit::first, Fit::next, Fit::best, Fit::worst),
                     *rc::gen::element(SegmentSwap::Scattered::swap_out, SegmentSwap::Scattered::compact));
    SegmentBytes bytes(swap);
    std::map<SegmentId, int> written;
    const int steps = *rc::gen::inRange(0, 120);
    for (int step = 1; step <= steps; ++step) {
      const int what = *rc::gen::inRange(0, 10);
      if (what < 3 || written.empty()) {
        const auto created = swap.create(*rc::gen::inRange<std::uint64_t>(1, 90));
        RC_ASSERT(created.has_value());
        bytes.follow(created->transfers);
        bytes.fill(created->segment, step);
        written[created->segment] = step;
        continue;
      }
      const auto at = std::next(written.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(written)));
      if (what == 3) {
        swap.remove(at->first);
        written.erase(at);
        continue;
      }
      bytes.follow(swap.use(at->first, what < 6 ? Use::write : Use::read));
      RC_ASSERT(bytes.is_full_of(at->first, at->second));
      if (what >= 6) continue;
      bytes.fill(at->first, step);
      at->second = step;
    }
  }));
}

}  // namespace signalbox::segment_swap_test
