#include <gtest/gtest.h>

#include "kernel/mm/paging/page_statistics.hpp"
#include "kernel/mm/reclaim/registry.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::huge_pages_test {

constexpr VirtAddr first_huge(0x4000'0000);

class HugePages : public ::testing::Test {
 protected:
  HugePages() {
    mmap(space_->map(),
         {.hint = first_huge, .bytes = 2 * huge_page_bytes, .flags = map_private | map_anonymous | map_fixed})
        .value();
  }
  FrameNumber page_at(VirtAddr at) const { return machine_.entry(*space_, at).frame(); }
  MappingUse statistics() { return mapping_use(machine_.memory, *space_, *space_->map().vmas().find(first_huge)); }

  PagedMachine machine_{8192, 4096, {.huge_pages = HugePagePolicy::always}};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
};

TEST_F(HugePages, SmapsTellsOfThem) {
  EXPECT_TRUE(statistics().may_be_huge);
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  MappingUse sum = statistics();
  EXPECT_EQ(sum.anonymous_huge, huge_page_bytes);
  EXPECT_EQ(sum.resident, huge_page_bytes);
  EXPECT_EQ(sum.private_dirty, huge_page_bytes);
  EXPECT_EQ(sum.referenced, huge_page_bytes);
  const auto child = machine_.fork(*space_);
  ASSERT_TRUE(machine_.store(*child, first_huge, 8));
  sum = statistics();
  EXPECT_EQ(sum.anonymous_huge, huge_page_bytes);
  EXPECT_EQ(sum.shared_dirty, huge_page_bytes - page_bytes) << "the child has a page of its own";
  EXPECT_EQ(pagemap_page(machine_.memory, *space_, first_huge + page_bytes).frame, frame_after(page_at(first_huge), 1));
  ASSERT_TRUE(madvise(space_->map(), first_huge, 2 * huge_page_bytes, madv_nohugepage));
  EXPECT_FALSE(statistics().may_be_huge);
}

TEST_F(HugePages, TheHugePageOfZerosIsOneForAllAndGoesWithTheLast) {
  const std::uint32_t before = machine_.used_frames();
  EXPECT_EQ(machine_.load(*space_, first_huge), 0U);
  EXPECT_EQ(machine_.load(*space_, first_huge + huge_page_bytes), 0U);
  auto child = machine_.fork(*space_);
  EXPECT_EQ(machine_.load(*child, first_huge), 0U);
  EXPECT_EQ(machine_.memory.events().huge_zero_pages, 1U);
  EXPECT_EQ(statistics().resident, 0U);
  space_.reset();
  EXPECT_EQ(machine_.load(*child, first_huge), 0U);
  child.reset();
  EXPECT_EQ(machine_.used_frames(), before - 1) << "the space's root went too";
}

TEST_F(HugePages, OneUseOfAPartIsAUseOfTheWhole) {
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  const FrameNumber head = page_at(first_huge);
  EXPECT_EQ(machine_.memory.take_references(head).accessed, 1U);
  EXPECT_EQ(machine_.memory.take_references(head).accessed, 0U);
  EXPECT_EQ(machine_.load(*space_, first_huge + 100 * page_bytes), 0U);
  EXPECT_EQ(machine_.memory.take_references(head).accessed, 1U);
}

TEST_F(HugePages, SmallEntriesOfOthersAreUsesToo) {
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  const FrameNumber head = page_at(first_huge);
  const auto child = machine_.fork(*space_);
  ASSERT_TRUE(machine_.store(*child, first_huge, 8));
  (void)machine_.memory.take_references(head);
  EXPECT_EQ(machine_.load(*child, first_huge + 9 * page_bytes), 0U);
  EXPECT_EQ(machine_.load(*child, first_huge + 10 * page_bytes), 0U);
  EXPECT_EQ(machine_.load(*space_, first_huge + 9 * page_bytes), 0U);
  EXPECT_EQ(machine_.memory.take_references(head).accessed, 3U);
}

TEST_F(HugePages, APageIsSplitForAllBeforeItGoesToSwap) {
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  const auto child = machine_.fork(*space_);
  const FrameNumber head = page_at(first_huge);
  const PageLists& lists = machine_.memory.shortage().lists();
  EXPECT_EQ(lists.size(PageList::inactive_anonymous), huge_page_frames);
  machine_.evict(head);
  EXPECT_FALSE(space_->is_huge_at(first_huge));
  EXPECT_FALSE(child->is_huge_at(first_huge));
  EXPECT_EQ(machine_.memory.events().huge_page_splits, 1U);
  EXPECT_EQ(machine_.memory.events().huge_entry_splits, 2U);
  EXPECT_EQ(lists.size(PageList::inactive_anonymous), huge_page_frames - 1);
  EXPECT_EQ(space_->resident().swapped, 1U);
  EXPECT_EQ(machine_.load(*child, first_huge), 7U);
}

TEST_F(HugePages, ReclaimTakesTheWholeBlockPageByPage) {
  ASSERT_TRUE(machine_.store(*space_, first_huge, 7));
  ASSERT_TRUE(machine_.store(*space_, first_huge + huge_page_bytes, 8));
  (void)machine_.memory.take_references(page_at(first_huge));
  DirectReclaim effort(machine_.memory.shortage(), {.watermark = WatermarkLevel::min});
  while (space_->resident().swapped < huge_page_frames) ASSERT_TRUE(machine_.reclaim(effort));
  EXPECT_EQ(machine_.load(*space_, first_huge), 7U);
  EXPECT_EQ(machine_.load(*space_, first_huge + huge_page_bytes), 8U);
}

// A textbook policy is told of the parts, and asks whether they were used.
TEST(HugePagesByPolicy, HalfOfAHugePageIsUnmapped) {
  PagedMachine machine{
      8192,
      4096,
      {.shortage = {.replacement = {.policy = find_reclaimer("second_chance")}}, .huge_pages = HugePagePolicy::always}};
  const auto space = machine.new_space();
  const MmapRequest wanted{
      .hint = first_huge, .bytes = huge_page_bytes, .flags = map_private | map_anonymous | map_fixed};
  ASSERT_TRUE(mmap(space->map(), wanted).has_value());
  ASSERT_TRUE(machine.store(*space, first_huge, 7));
  const std::uint32_t used = machine.used_frames();
  ASSERT_TRUE(munmap(space->map(), first_huge + huge_page_bytes / 2, huge_page_bytes / 2).has_value());
  EXPECT_EQ(machine.load(*space, first_huge), 7U);
  EXPECT_EQ(space->resident().anonymous, huge_page_frames / 2);
  EXPECT_LE(machine.used_frames(), used);
}

}  // namespace signalbox::huge_pages_test
