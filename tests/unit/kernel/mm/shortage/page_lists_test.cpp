#include "kernel/mm/shortage/page_lists.hpp"

#include <gtest/gtest.h>

namespace signalbox::page_lists_test {

TEST(PageLists, CountsEachListAndEachKind) {
  PageLists lists(16);
  lists.add(FrameNumber(0), PageKind::file, PageList::inactive_file);
  lists.add(FrameNumber(1), PageKind::file, PageList::active_file);
  lists.add(FrameNumber(2), PageKind::anonymous, PageList::inactive_anonymous);
  lists.move_to_head(FrameNumber(0), PageList::unevictable);
  EXPECT_EQ(lists.size(PageList::unevictable), 1U);
  EXPECT_EQ(lists.size(PageKind::file), 1U);
  EXPECT_EQ(lists.size(PageKind::anonymous), 1U);
  EXPECT_EQ(lists.kind_of(FrameNumber(0)), PageKind::file);
}

TEST(PageLists, HugePageSplitsWhereItStandsTheFirstTheOldest) {
  PageLists lists(1024);
  lists.add(FrameNumber(1), PageKind::anonymous, PageList::inactive_anonymous);
  lists.add(FrameNumber(512), PageKind::anonymous, PageList::inactive_anonymous, huge_page_frames);
  lists.add(FrameNumber(2), PageKind::anonymous, PageList::inactive_anonymous);
  lists.marks(FrameNumber(512)).is_referenced = true;
  EXPECT_EQ(lists.size(PageKind::anonymous), huge_page_frames + 2);
  lists.split(FrameNumber(512));
  EXPECT_EQ(lists.size(PageKind::anonymous), huge_page_frames + 2);
  EXPECT_EQ(lists.younger(FrameNumber(1)), FrameNumber(512));
  EXPECT_EQ(lists.younger(FrameNumber(512)), FrameNumber(513));
  EXPECT_EQ(lists.younger(FrameNumber(1023)), FrameNumber(2));
  EXPECT_TRUE(lists.marks(FrameNumber(700)).is_referenced);
  EXPECT_EQ(lists.pages(FrameNumber(512)), 1U);
}

TEST(PageLists, PageThatComesAnewHasNoMarks) {
  PageLists lists(4);
  lists.add(FrameNumber(1), PageKind::file, PageList::inactive_file);
  lists.marks(FrameNumber(1)).was_workingset = true;
  lists.remove(FrameNumber(1));
  lists.add(FrameNumber(1), PageKind::anonymous, PageList::inactive_anonymous);
  EXPECT_FALSE(lists.marks(FrameNumber(1)).was_workingset);
}

TEST(PageLists, MovesToEitherEnd) {
  PageLists lists(4);
  for (std::uint32_t i = 0; i < 3; ++i) lists.add(FrameNumber(i), PageKind::file, PageList::inactive_file);
  lists.move_to_head(FrameNumber(0), PageList::inactive_file);
  EXPECT_EQ(lists.oldest(PageList::inactive_file), FrameNumber(1));
  lists.move_to_tail(FrameNumber(2), PageList::inactive_file);
  EXPECT_EQ(lists.oldest(PageList::inactive_file), FrameNumber(2));
  EXPECT_EQ(lists.younger(FrameNumber(2)), FrameNumber(1));
}

// The table above inactive_is_low in mm/vmscan.c: 1 GiB 3:1, 10 GiB 10:1, 100 GiB 31:1, 1 TiB 101:1; below, one to one.
TEST(InactiveIsLow, RatioGrowsWithTheMemory) {
  struct Row {
    std::uint64_t gib;
    std::uint64_t ratio;
  };
  for (const Row row : {Row{1, 3}, Row{10, 10}, Row{100, 31}, Row{1024, 101}}) {
    const std::uint64_t pages = row.gib << 18U;
    const std::uint64_t inactive = pages / (row.ratio + 1);
    EXPECT_FALSE(inactive_is_low(inactive + 1, pages - inactive - 1)) << row.gib;
    EXPECT_TRUE(inactive_is_low(inactive - 1, pages - inactive + 1)) << row.gib;
  }
  EXPECT_TRUE(inactive_is_low(99, 100));
  EXPECT_FALSE(inactive_is_low(100, 100));
}

}  // namespace signalbox::page_lists_test
