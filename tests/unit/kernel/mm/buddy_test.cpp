#include "kernel/mm/buddy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <vector>

namespace signalbox::buddy_test {

// The first `count` frames of RAM, or some behind `first`.
struct Fixture {
  explicit Fixture(std::uint32_t count, std::uint32_t first = 0)
      : frames(first + count), buddy(frames, FrameNumber(first), count) {}

  std::vector<Frame> frames;
  Buddy buddy;
};

FreeBlocks one_block_of(unsigned order) {
  FreeBlocks blocks{};
  blocks[order] = 1;
  return blocks;
}

TEST(Buddy, AllFreeIsAsFewBlocksAsAlignmentAllows) {
  EXPECT_EQ(Fixture(1024).buddy.free_blocks(), one_block_of(10));
  // Frames 3, 4 to 7, 8 to 9.
  FreeBlocks expected{};
  expected[0] = expected[1] = expected[2] = 1;
  EXPECT_EQ(Fixture(7, 3).buddy.free_blocks(), expected);
}

TEST(Buddy, SplitsHandOutTheLowerHalf) {
  Fixture ram(16);
  EXPECT_EQ(ram.buddy.allocate(0), FrameNumber(0));
  const FreeBlocks expected{1, 1, 1, 1};  // frames 1, 2, 4, 8
  EXPECT_EQ(ram.buddy.free_blocks(), expected);
  EXPECT_EQ(ram.buddy.allocate(2), FrameNumber(4));
  EXPECT_EQ(ram.buddy.free_frames(), 11U);
}

TEST(Buddy, MergesWithItsNeighbourOnlyIfThatIsWhole) {
  Fixture ram(4);
  const auto a = ram.buddy.allocate(0);
  const auto b = ram.buddy.allocate(0);
  const auto c = ram.buddy.allocate(0);
  ram.buddy.give_back(*a);
  EXPECT_EQ(ram.buddy.free_blocks(), (FreeBlocks{2}));  // frames 0 and 3 are no buddies
  ram.buddy.give_back(*c);
  EXPECT_EQ(ram.buddy.free_blocks(), (FreeBlocks{1, 1}));
  ram.buddy.give_back(*b);
  EXPECT_EQ(ram.buddy.free_blocks(), one_block_of(2));
}

TEST(Buddy, BlockGivenBackLastIsHandedOutFirst) {
  Fixture ram(8);
  std::vector<FrameNumber> all;
  for (int i = 0; i < 8; ++i) all.push_back(*ram.buddy.allocate(0));
  ram.buddy.give_back(all[0]);
  ram.buddy.give_back(all[4]);
  EXPECT_EQ(ram.buddy.allocate(0), all[4]);
}

TEST(Buddy, BlockThatMayMergeSoonWaits) {
  Fixture ram(8);
  std::vector<FrameNumber> all;
  for (int i = 0; i < 8; ++i) all.push_back(*ram.buddy.allocate(0));
  ram.buddy.give_back(all[6]);
  ram.buddy.give_back(all[2]);
  ram.buddy.give_back(all[3]);  // 2 and 3 are one block now
  ram.buddy.give_back(all[0]);  // with 1 it would make 0 to 3: the end of the list
  EXPECT_EQ(ram.buddy.allocate(0), all[6]);
}

TEST(Buddy, AloneAtTheEndOfItsRangeItMergesWithNobody) {
  Fixture ram(3);
  const auto pair = ram.buddy.allocate(1);
  const auto last = ram.buddy.allocate(0);
  EXPECT_EQ(last, FrameNumber(2));
  ram.buddy.give_back(*last);
  ram.buddy.give_back(*pair);
  EXPECT_EQ(ram.buddy.free_blocks(), (FreeBlocks{1, 1}));
}

TEST(Buddy, NothingLargeEnoughIsNothing) {
  Fixture ram(6);
  EXPECT_FALSE(ram.buddy.allocate(3));
  EXPECT_FALSE(ram.buddy.has_block(3));
  EXPECT_TRUE(ram.buddy.has_block(2));
  EXPECT_EQ(ram.buddy.free_frames(), 6U);
}

TEST(BuddyDeathTest, GivingBackTwiceFails) {
  Fixture ram(4);
  const auto block = ram.buddy.allocate(0);
  ram.buddy.give_back(*block);
  EXPECT_DEATH(ram.buddy.give_back(*block), "given back once");
}

TEST(BuddyDeathTest, GivingBackTheMiddleOfABlockFails) {
  Fixture ram(4);
  const auto block = ram.buddy.allocate(1);
  EXPECT_DEATH(ram.buddy.give_back(FrameNumber(block->value() + 1)), "by its head");
}

struct Block {
  std::uint32_t first;
  unsigned order;
};

void check_apart(const std::vector<Block>& held, std::uint32_t first, std::uint32_t count) {
  std::set<std::uint32_t> frames;
  for (const Block& block : held) {
    const std::uint32_t size = std::uint32_t{1} << block.order;
    RC_ASSERT(block.first % size == 0);
    RC_ASSERT(block.first >= first && block.first + size <= first + count);
    for (std::uint32_t i = 0; i < size; ++i) RC_ASSERT(frames.insert(block.first + i).second);
  }
}

// Two free buddies of one order never stand beside each other, and a refusal is true.
void check_merged(const std::vector<Frame>& frames, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t head = first; head < first + count; ++head) {
    if (frames[head].state != Frame::State::free) continue;
    const unsigned order = frames[head].order;
    const std::uint32_t other = head ^ (std::uint32_t{1} << order);
    if (order + 1 == orders || other < first || other >= first + count) continue;
    RC_ASSERT(!(frames[other].state == Frame::State::free && frames[other].order == order));
  }
}

TEST(BuddyProperty, NoFrameIsInTwoPlacesAndAllComesBackAsItWas) {
  EXPECT_TRUE(rc::check("buddy", [] {
    const auto first = *rc::gen::inRange<std::uint32_t>(0, 3000);
    const auto count = *rc::gen::inRange<std::uint32_t>(1, 3000);
    Fixture ram(count, first);
    const FreeBlocks at_start = ram.buddy.free_blocks();
    std::vector<Block> held;
    std::uint32_t used = 0;
    const auto steps = *rc::gen::inRange(0, 200);
    const auto give_back = [&](std::size_t index) {
      ram.buddy.give_back(FrameNumber(held[index].first));
      used -= std::uint32_t{1} << held[index].order;
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(index));
    };
    for (int i = 0; i < steps; ++i) {
      if (!held.empty() && *rc::gen::inRange(0, 5) < 2) {
        give_back(*rc::gen::inRange<std::size_t>(0, held.size()));
        continue;
      }
      const auto order = *rc::gen::inRange(0U, orders);
      const bool could = ram.buddy.has_block(order);
      const auto block = ram.buddy.allocate(order);
      RC_ASSERT(block.has_value() == could);
      if (!block) continue;
      held.push_back({block->value(), order});
      used += std::uint32_t{1} << order;
      RC_ASSERT(ram.buddy.free_frames() == count - used);
    }
    check_apart(held, first, count);
    check_merged(ram.frames, first, count);
    while (!held.empty()) give_back(*rc::gen::inRange<std::size_t>(0, held.size()));
    RC_ASSERT(ram.buddy.free_blocks() == at_start);
  }));
}

}  // namespace signalbox::buddy_test
