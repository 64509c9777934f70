#include "kernel/mm/tlb.hpp"

#include <gtest/gtest.h>

namespace signalbox::tlb_test {

constexpr TlbGeometry tiny{.small_l1 = {1, 2}, .large_l1 = {1, 1}, .l2 = {1, 4}};
constexpr unsigned large_shift = 21;

PageName small(std::uint64_t number) { return PageName(number, PageSize::small); }
TlbEntry entry(std::uint32_t frame) { return {.frame = FrameNumber(frame), .rights = {}, .is_dirty = false}; }
VirtAddr page(std::uint64_t number) { return VirtAddr(number << page_shift); }

class TinyTlb : public ::testing::Test {
 protected:
  Tlb::Level level_of(VirtAddr at, Asid asid = Asid(1)) { return tlb_.look_up(at, asid, large_shift).level; }
  void fill(std::uint64_t number, Asid asid = Asid(1)) { tlb_.fill(small(number), asid, entry(7)); }

  Tlb tlb_{tiny};
};

TEST_F(TinyTlb, CountsTheEntriesOfBothLevels) {
  for (const std::uint64_t number : {1U, 2U, 3U}) fill(number);
  EXPECT_EQ(tlb_.known(), 2U + 3U);
  tlb_.forget_all(Asid(1));
  EXPECT_EQ(tlb_.known(), 0U);
}

TEST_F(TinyTlb, WalkFillsBothLevelsAndTheFirstForgetsSooner) {
  EXPECT_EQ(level_of(page(1)), Tlb::Level::none);
  for (const std::uint64_t number : {1U, 2U, 3U}) fill(number);
  EXPECT_EQ(level_of(page(3)), Tlb::Level::l1);
  EXPECT_EQ(level_of(page(1)), Tlb::Level::l2);
  EXPECT_EQ(level_of(page(1)), Tlb::Level::l1);
  EXPECT_EQ(level_of(page(2)), Tlb::Level::l2);
}

TEST_F(TinyTlb, SecondLevelForgetsTheLeastRecentlyUsed) {
  for (const std::uint64_t number : {1U, 2U, 3U, 4U, 5U}) fill(number);
  EXPECT_EQ(level_of(page(1)), Tlb::Level::none);
  EXPECT_EQ(level_of(page(2)), Tlb::Level::l2);
}

TEST_F(TinyTlb, TagsKeepSpacesApart) {
  fill(1, Asid(1));
  EXPECT_EQ(level_of(page(1), Asid(2)), Tlb::Level::none);
  tlb_.forget_all(Asid(2));
  EXPECT_EQ(level_of(page(1), Asid(1)), Tlb::Level::l1);
  tlb_.forget_all(Asid(1));
  EXPECT_EQ(level_of(page(1), Asid(1)), Tlb::Level::none);
}

TEST_F(TinyTlb, LargePageAnswersForAllItsAddresses) {
  const PageName large(3, PageSize::large);
  tlb_.fill(large, Asid(1), entry(512));
  const Tlb::Found found = tlb_.look_up(VirtAddr(0x7f'ffff), Asid(1), large_shift);
  EXPECT_EQ(found.page, large);
  EXPECT_EQ(found.entry->frame, FrameNumber(512));
  EXPECT_EQ(level_of(VirtAddr(0x80'0000)), Tlb::Level::none);
  tlb_.fill(PageName(4, PageSize::large), Asid(1), entry(1024));
  EXPECT_EQ(level_of(VirtAddr(0x60'0000)), Tlb::Level::l2);
}

TEST_F(TinyTlb, ForgottenPageIsInNoLevel) {
  fill(1);
  fill(2);
  tlb_.forget(small(1), Asid(1));
  EXPECT_EQ(level_of(page(1)), Tlb::Level::none);
  EXPECT_EQ(level_of(page(2)), Tlb::Level::l1);
}

TEST(TlbEntry, CleanPageServesNoWrite) {
  TlbEntry clean = entry(1);
  EXPECT_TRUE(clean.serves(Access::read));
  EXPECT_FALSE(clean.serves(Access::write));
  clean.is_dirty = true;
  EXPECT_TRUE(clean.serves(Access::write));
  clean.rights.writable = false;
  EXPECT_FALSE(clean.serves(Access::write));
}

}  // namespace signalbox::tlb_test
