#include <gtest/gtest.h>

#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::fork_test {

class Fork : public ::testing::Test {
 protected:
  PagedMachine machine_{4096, 64};
  std::unique_ptr<UserSpace> parent_ = machine_.new_space();
};

TEST_F(Fork, BothSidesLoseTheRightToWriteAndTheChildsEntryIsOld) {
  const VirtAddr at = map_pages(*parent_, 1);
  ASSERT_TRUE(machine_.store(*parent_, at, 5));
  const std::uint64_t generation = parent_->generation();
  const auto child = machine_.fork(*parent_);
  EXPECT_GT(parent_->generation(), generation);
  EXPECT_FALSE(machine_.entry(*parent_, at).has(page_bit::writable));
  EXPECT_TRUE(machine_.entry(*parent_, at).has(page_bit::accessed | page_bit::dirty));
  EXPECT_FALSE(machine_.entry(*child, at).has(page_bit::writable));
  EXPECT_FALSE(machine_.entry(*child, at).has(page_bit::accessed));
  EXPECT_TRUE(machine_.entry(*child, at).has(page_bit::dirty));
  EXPECT_EQ(child->resident(), (ResidentCounters{.anonymous = 1, .peak = 1}));
  EXPECT_EQ(child->map().counters(), parent_->map().counters());
}

TEST_F(Fork, WhatHasNoPrivatePagesFaultsAgain) {
  const MemoryObjectRef file(new TestFile(4));
  const VirtAddr text = map_file(*parent_, file, map_private, prot_read | prot_exec);
  const VirtAddr unwritten = map_pages(*parent_, 1);
  EXPECT_EQ(machine_.load(*parent_, text), 0U);
  EXPECT_EQ(machine_.load(*parent_, unwritten), 0U);
  const auto child = machine_.fork(*parent_);
  EXPECT_EQ(child->resident(), ResidentCounters{});
  EXPECT_EQ(child->tables().table_frames(), 1U);
  EXPECT_EQ(machine_.load(*child, text + page_bytes), 1U);
}

TEST_F(Fork, PrivateWriteTakesTheFilePagesOfItsMappingAlong) {
  const MemoryObjectRef file(new TestFile(4));
  const VirtAddr data = map_file(*parent_, file, map_private);
  EXPECT_EQ(machine_.load(*parent_, data), 0U);
  ASSERT_TRUE(machine_.store(*parent_, data + page_bytes, 9));
  const std::uint64_t mapped = parent_->resident().file;
  const auto child = machine_.fork(*parent_);
  EXPECT_EQ(child->resident().anonymous, 1U);
  EXPECT_EQ(child->resident().file, mapped);
  EXPECT_EQ(machine_.load(*child, data + page_bytes), 9U);
}

TEST_F(Fork, AdviceSaysWhatTheChildHas) {
  const VirtAddr left_out = map_pages(*parent_, 1);
  const VirtAddr apart = map_pages(*parent_, 1, prot_read);  // so that the two do not merge
  const VirtAddr wiped = map_pages(*parent_, 1);
  ASSERT_TRUE(madvise(parent_->map(), left_out, page_bytes, madv_dontfork));
  ASSERT_TRUE(madvise(parent_->map(), wiped, page_bytes, madv_wipeonfork));
  ASSERT_TRUE(machine_.store(*parent_, left_out, 1));
  ASSERT_TRUE(machine_.store(*parent_, wiped, 2));
  const auto child = machine_.fork(*parent_);
  EXPECT_EQ(child->map().vmas().find(left_out), nullptr);
  EXPECT_NE(child->map().vmas().find(apart), nullptr);
  EXPECT_EQ(machine_.load(*child, wiped), 0U);
  EXPECT_EQ(machine_.load(*parent_, wiped), 2U);
}

TEST_F(Fork, ChildHasNoLocks) {
  const VirtAddr at = map_pages(*parent_, 2);
  ASSERT_TRUE(mlock(parent_->map(), at, page_bytes, 0));
  const auto child = machine_.fork(*parent_);
  EXPECT_EQ(child->map().counters().locked, 0U);
  EXPECT_EQ(child->map().vmas().size(), 2U);
}

TEST_F(Fork, SharedMemoryStaysShared) {
  const VirtAddr at = map_pages(*parent_, 1, prot_read | prot_write, map_shared | map_anonymous);
  ASSERT_TRUE(machine_.store(*parent_, at, 5));
  const auto child = machine_.fork(*parent_);
  ASSERT_TRUE(machine_.store(*child, at, 6));
  EXPECT_EQ(machine_.load(*parent_, at), 6U);
  EXPECT_EQ(parent_->resident().shared, 1U);
  EXPECT_EQ(child->resident().shared, 1U);
}

TEST_F(Fork, SwapEntriesAreCounted) {
  const VirtAddr at = map_pages(*parent_, 1);
  ASSERT_TRUE(machine_.store(*parent_, at, 5));
  machine_.evict(machine_.entry(*parent_, at).frame());
  auto child = machine_.fork(*parent_);
  EXPECT_EQ(child->resident(), (ResidentCounters{.swapped = 1}));
  EXPECT_EQ(machine_.memory.swap().uses(SwapSlot(0)), 2U);
  EXPECT_EQ(machine_.load(*child, at), 5U);
  child.reset();
  EXPECT_EQ(machine_.load(*parent_, at), 5U);
}

// Every frame that the child needs is refused once, with a page that is swapped and one that is shared with a brother.
TEST_F(Fork, FailureLeavesNothingBehind) {
  const VirtAddr low = map_pages(*parent_, 1);
  ASSERT_TRUE(machine_.store(*parent_, low, 5));
  machine_.evict(machine_.entry(*parent_, low).frame());
  const VirtAddr high = map_pages(*parent_, 1024);
  for (std::uint64_t page = 0; page < 1024; page += 100)
    ASSERT_TRUE(machine_.store(*parent_, high + page * page_bytes, page));
  const auto brother = machine_.fork(*parent_);
  const std::uint32_t frames = machine_.used_frames();
  const std::uint64_t promised = machine_.memory.commits().committed_pages();
  const std::size_t pool = machine_.memory.records().pool_used();
  std::uint64_t n = 0;
  for (bool has_failed = true; has_failed; ++n) {
    machine_.memory.frames().refuse_after(n);
    MemoryWork work;
    const auto child = parent_->fork(AddressSpaceId(99), work);
    has_failed = !child;
    if (!has_failed) break;
    EXPECT_EQ(child.error(), Errno::enomem);
    EXPECT_EQ(machine_.used_frames(), frames) << n;
    EXPECT_EQ(machine_.memory.commits().committed_pages(), promised);
    EXPECT_EQ(machine_.memory.records().pool_used(), pool);
    EXPECT_EQ(machine_.memory.swap().uses(SwapSlot(0)), 2U);
  }
  EXPECT_EQ(n, brother->tables().table_frames());
  machine_.memory.frames().refuse_after(PhysicalMemory::never);
  EXPECT_EQ(machine_.load(*parent_, low), 5U);
}

TEST_F(Fork, RefusedPromiseIsEnomem) {
  PagedMachine strict(16'384, 0, {.overcommit = OvercommitMode::never});
  const auto parent = strict.new_space();
  const std::uint64_t limit = strict.memory.commits().limit_pages();
  const auto mapped = mmap(parent->map(), {.bytes = limit * page_bytes * 2 / 3});
  ASSERT_TRUE(mapped);
  const std::uint64_t promised = strict.memory.commits().committed_pages();
  MemoryWork work;
  EXPECT_EQ(parent->fork(AddressSpaceId(2), work).error(), Errno::enomem);
  EXPECT_EQ(strict.memory.commits().committed_pages(), promised);
}

}  // namespace signalbox::fork_test
