#include "kernel/mm/shortage/workingset.hpp"

#include <gtest/gtest.h>

namespace signalbox::workingset_test {

// So many pages on each list, in the order of PageList.
PageLists lists_of(std::array<std::uint32_t, 4> sizes) {
  PageLists lists(sizes[0] + sizes[1] + sizes[2] + sizes[3]);
  std::uint32_t next = 0;
  for (const PageList list : evictable_lists) {
    const bool is_file = list == PageList::inactive_file || list == PageList::active_file;
    for (std::uint32_t i = 0; i < sizes[static_cast<std::size_t>(list)]; ++i) {
      lists.add(FrameNumber(next++), is_file ? PageKind::file : PageKind::anonymous, list);
    }
  }
  return lists;
}

// Whether a page comes back to the active list when so many were evicted or activated since.
bool is_activated_at(std::uint64_t distance, PageKind kind, const PageLists& lists, SwapRoom room) {
  Workingset workingset;
  for (std::uint64_t i = 0; i < distance; ++i) workingset.aged();
  return workingset.refaulted({.age = 0}, kind, lists, room).is_activated;
}

// inactive anonymous 7, active anonymous 5, inactive file 11, active file 3
struct Row {
  PageKind kind;
  SwapRoom room;
  std::uint64_t farthest;
};

TEST(Workingset, DistanceIsComparedWithThoseItCompetesWith) {
  const PageLists lists = lists_of({7, 5, 11, 3});
  for (const Row row :
       {Row{PageKind::file, SwapRoom::none, 3}, Row{PageKind::file, SwapRoom::some, 3 + 5 + 7},
        Row{PageKind::anonymous, SwapRoom::none, 3 + 11}, Row{PageKind::anonymous, SwapRoom::some, 3 + 11 + 5}}) {
    EXPECT_TRUE(is_activated_at(row.farthest, row.kind, lists, row.room)) << row.farthest;
    EXPECT_FALSE(is_activated_at(row.farthest + 1, row.kind, lists, row.room)) << row.farthest;
  }
}

TEST(Workingset, EvictionsAndActivationsAge) {
  Workingset workingset;
  workingset.aged();
  EXPECT_EQ(workingset.evicted(true), (EvictionShadow{.age = 1, .was_workingset = true}));
  EXPECT_EQ(workingset.evicted(false), (EvictionShadow{.age = 2, .was_workingset = false}));
  EXPECT_EQ(workingset.age(), 3U);
}

TEST(Workingset, RefaultThatIsActivatedAgesTheOthers) {
  const PageLists lists = lists_of({0, 0, 0, 4});
  Workingset workingset;
  const EvictionShadow shadow = workingset.evicted(true);
  const Workingset::Refault refault = workingset.refaulted(shadow, PageKind::file, lists, SwapRoom::none);
  EXPECT_TRUE(refault.is_activated);
  EXPECT_TRUE(refault.was_workingset);
  EXPECT_EQ(workingset.age(), 2U);
}

TEST(Workingset, RefaultOfTheWorkingSetCostsItsKind) {
  const PageLists lists = lists_of({0, 0, 0, 16});
  Workingset workingset;
  workingset.refaulted({.age = 0, .was_workingset = true}, PageKind::file, lists, SwapRoom::none);
  workingset.refaulted({.age = 0, .was_workingset = false}, PageKind::file, lists, SwapRoom::none);
  EXPECT_EQ(workingset.cost(PageKind::file), 1U);
}

// lru_note_cost: both are halved when their sum passes a quarter of all pages.
TEST(Workingset, OldCostsFade) {
  const PageLists lists = lists_of({10, 10, 10, 10});
  Workingset workingset;
  workingset.note_cost(PageKind::anonymous, 6, lists);
  workingset.note_cost(PageKind::file, 4, lists);
  EXPECT_EQ(workingset.cost(PageKind::anonymous), 6U);
  workingset.note_cost(PageKind::file, 1, lists);
  EXPECT_EQ(workingset.cost(PageKind::anonymous), 3U);
  EXPECT_EQ(workingset.cost(PageKind::file), 2U);
}

}  // namespace signalbox::workingset_test
