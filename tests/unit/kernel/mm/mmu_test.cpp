#include "kernel/mm/mmu.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "kernel/mm/page_table.hpp"
#include "tests/support/emulated_ram.hpp"

namespace signalbox::mmu_test {

constexpr std::uint64_t writable = page_bit::present | page_bit::writable | page_bit::user;
constexpr std::uint64_t readable = page_bit::present | page_bit::user;

class MmuTiers : public ::testing::TestWithParam<MmuTier> {
 protected:
  MmuTiers()
      : table_(PageTable::create(ram_.memory, x86_64_format()).value()), mmu_(ram_.memory, {.tier = GetParam()}) {
    mmu_.load_root(x86_64_format(), table_.root(), Asid(0), Mmu::Known::forget);
  }
  void map(std::uint64_t at, std::uint32_t frame, std::uint64_t flags = writable) {
    ASSERT_TRUE(table_.map(VirtAddr(at), PageEntry(FrameNumber(frame), flags)));
  }
  PageEntry entry(std::uint64_t at) const { return table_.look_up(VirtAddr(at)).last().entry; }
  std::uint64_t word(std::uint32_t frame, std::uint64_t offset) const {
    return ram_.memory.read<std::uint64_t>(address_of(FrameNumber(frame)) + offset);
  }

  EmulatedRam ram_{4096};
  PageTable table_;
  Mmu mmu_;
};
INSTANTIATE_TEST_SUITE_P(Tiers, MmuTiers, ::testing::Values(MmuTier::fast, MmuTier::exact, MmuTier::full));

TEST_P(MmuTiers, StoresWhereTheTablesSay) {
  map(0x5000, 2000);
  ASSERT_TRUE(mmu_.store<std::uint64_t>(VirtAddr(0x5008), 0x0123'4567'89ab'cdef));
  EXPECT_EQ(word(2000, 8), 0x0123'4567'89ab'cdefU);
  EXPECT_EQ(mmu_.load<std::uint16_t>(VirtAddr(0x500a)), 0x89ab);
  EXPECT_EQ(mmu_.load<std::int8_t>(VirtAddr(0x500f)), 0x01);
  EXPECT_EQ(mmu_.counters().accesses, 3U);
}

TEST_P(MmuTiers, SetsAccessedAndDirtyBitsAsTheyComeTrue) {
  map(0x5000, 2000);
  EXPECT_FALSE(entry(0x5000).has(page_bit::accessed));
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  EXPECT_TRUE(entry(0x5000).has(page_bit::accessed));
  EXPECT_FALSE(entry(0x5000).has(page_bit::dirty));
  EXPECT_TRUE(mmu_.store<char>(VirtAddr(0x5000), 'x'));
  EXPECT_TRUE(entry(0x5000).has(page_bit::dirty));
}

TEST_P(MmuTiers, AccessedBitThatWasClearedComesBack) {
  map(0x5000, 2000);
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  table_.visit(VirtAddr(0x5000), VirtAddr(0x5fff),
               [](VirtAddr, PageEntry& page, PageSize) { page = page.without(page_bit::accessed); });
  mmu_.forget_page(VirtAddr(0x5000));
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  EXPECT_TRUE(entry(0x5000).has(page_bit::accessed));
}

TEST_P(MmuTiers, SaysWhyAnAccessCannotBeMade) {
  map(0x5000, 2000, readable | page_bit::no_execute);
  EXPECT_EQ(mmu_.load<int>(VirtAddr(0x9004)), std::nullopt);
  EXPECT_EQ(mmu_.fault(), (PageFault{VirtAddr(0x9004), Access::read, PageFault::Kind::not_present}));
  EXPECT_EQ(mmu_.fault().error_code(x86_64_format()), 4U);
  EXPECT_FALSE(mmu_.store<int>(VirtAddr(0x5004), 1));
  EXPECT_EQ(mmu_.fault(), (PageFault{VirtAddr(0x5004), Access::write, PageFault::Kind::forbidden}));
  EXPECT_EQ(mmu_.fault().error_code(x86_64_format()), 7U);
  EXPECT_TRUE(mmu_.run(VirtAddr(0x5000), 16, Access::execute).empty());
  EXPECT_EQ(mmu_.fault().error_code(x86_64_format()), 0x15U);
  EXPECT_EQ(mmu_.load<char>(VirtAddr(0x8000'0000'0000)), std::nullopt);
  EXPECT_EQ(mmu_.fault().kind, PageFault::Kind::not_canonical);
  EXPECT_EQ(mmu_.counters().faults, 4U);
}

TEST_P(MmuTiers, FetchIsToldOfOnlyWhereItCanBeForbidden) {
  PageTable narrow = PageTable::create(ram_.memory, x86_32_format()).value();
  mmu_.load_root(x86_32_format(), narrow.root(), Asid(0), Mmu::Known::forget);
  EXPECT_TRUE(mmu_.run(VirtAddr(0x5000), 16, Access::execute).empty());
  EXPECT_EQ(mmu_.fault().error_code(x86_32_format()), 4U);
  EXPECT_EQ(mmu_.fault().error_code(x86_64_format()), 0x14U);
}

TEST_P(MmuTiers, KnowsHowManyEntriesItsTlbHas) {
  map(0x5000, 2000);
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  EXPECT_EQ(mmu_.known_entries(), GetParam() == MmuTier::fast ? 0U : 2U);
  mmu_.forget_all();
  EXPECT_EQ(mmu_.known_entries(), 0U);
}

TEST_P(MmuTiers, RightsThatGrewNeedNoFlush) {
  map(0x5000, 2000, readable);
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  table_.visit(VirtAddr(0x5000), VirtAddr(0x5fff),
               [](VirtAddr, PageEntry& page, PageSize) { page = page.with(page_bit::writable); });
  EXPECT_TRUE(mmu_.store<char>(VirtAddr(0x5000), 'x'));
}

TEST_P(MmuTiers, AccessAcrossPagesIsTwoAndMovesAllOrNothing) {
  map(0x5000, 2000);
  EXPECT_FALSE(mmu_.store<std::uint64_t>(VirtAddr(0x5ffc), 0x1122'3344'5566'7788));
  EXPECT_EQ(mmu_.fault().at, VirtAddr(0x6000));
  EXPECT_EQ(word(2000, 0xff8), 0U);
  map(0x6000, 1000);
  const std::uint64_t before = mmu_.counters().accesses;
  EXPECT_TRUE(mmu_.store<std::uint64_t>(VirtAddr(0x5ffc), 0x1122'3344'5566'7788));
  EXPECT_EQ(mmu_.counters().accesses, before + 2);
  EXPECT_EQ(word(2000, 0xff8), 0x5566'7788'0000'0000U);
  EXPECT_EQ(word(1000, 0), 0x1122'3344U);
  EXPECT_EQ(mmu_.load<std::uint64_t>(VirtAddr(0x5ffc)), 0x1122'3344'5566'7788U);
}

TEST_P(MmuTiers, UnalignedWithinAPageIsOneAccess) {
  map(0x5000, 2000);
  EXPECT_TRUE(mmu_.store<std::uint32_t>(VirtAddr(0x5001), 0xdead'beef));
  EXPECT_EQ(mmu_.load<std::uint32_t>(VirtAddr(0x5001)), 0xdead'beefU);
  EXPECT_EQ(mmu_.counters().accesses, 2U);
}

TEST_P(MmuTiers, CopiesPageByPageUntilAFault) {
  map(0x5000, 2000);
  map(0x6000, 1000);
  std::vector<std::byte> out(3 * page_bytes);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(i * 7);
  EXPECT_EQ(mmu_.copy_to(VirtAddr(0x5800), out), 2 * page_bytes - 0x800);
  EXPECT_EQ(mmu_.fault().at, VirtAddr(0x7000));
  std::vector<std::byte> back(0x1000);
  EXPECT_EQ(mmu_.copy_from(VirtAddr(0x5800), back), back.size());
  EXPECT_TRUE(std::ranges::equal(back, std::span(out).first(back.size())));
  EXPECT_EQ(mmu_.counters().accesses, 3U + 2U);
}

TEST_P(MmuTiers, AddressOfAnotherSpaceIsAnotherPage) {
  map(0x5000, 2000);
  PageTable other = PageTable::create(ram_.memory, x86_64_format()).value();
  ASSERT_TRUE(other.map(VirtAddr(0x5000), PageEntry(FrameNumber(1000), writable)));
  ASSERT_TRUE(mmu_.store<int>(VirtAddr(0x5000), 1));
  mmu_.load_root(x86_64_format(), other.root(), Asid(1), Mmu::Known::keep);
  ASSERT_TRUE(mmu_.store<int>(VirtAddr(0x5000), 2));
  mmu_.load_root(x86_64_format(), table_.root(), Asid(0), Mmu::Known::keep);
  EXPECT_EQ(mmu_.load<int>(VirtAddr(0x5000)), 1);
  // A tag that goes to another space is flushed.
  mmu_.load_root(x86_64_format(), other.root(), Asid(0), Mmu::Known::forget);
  EXPECT_EQ(mmu_.load<int>(VirtAddr(0x5000)), 2);
}

// A crafted address must not reach what another space has in a slot, whatever number the slot's space has.
TEST_P(MmuTiers, NoAddressReachesAnotherSpace) {
  map(0x5000, 2000);
  ASSERT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  const PageTable empty = PageTable::create(ram_.memory, x86_64_format()).value();
  mmu_.load_root(x86_64_format(), empty.root(), Asid(1), Mmu::Known::keep);
  for (unsigned bit = 12; bit < 64; ++bit) {
    const VirtAddr crafted(0x5000 ^ (std::uint64_t{1} << bit));
    EXPECT_EQ(mmu_.load<char>(crafted), std::nullopt);
    EXPECT_EQ(mmu_.load<std::uint64_t>(crafted), std::nullopt);
  }
}

TEST_P(MmuTiers, FlushedSpaceIsReadAgainHoweverOften) {
  map(0x5000, 2000);
  for (int i = 0; i < 2000; ++i) {  // more flushes than a tag has numbers
    ASSERT_TRUE(mmu_.store<int>(VirtAddr(0x5000), i));
    table_.visit(VirtAddr(0x5000), VirtAddr(0x5fff), [&](VirtAddr, PageEntry& page, PageSize) {
      page = PageEntry(FrameNumber(i % 2 == 0 ? 1000 : 2000), writable);
    });
    mmu_.forget_all();
  }
  EXPECT_EQ(word(2000, 0), 1998U);
  EXPECT_EQ(word(1000, 0), 1999U);
}

TEST_P(MmuTiers, ForgottenLargePageIsForgottenWhole) {
  ASSERT_TRUE(table_.map(VirtAddr(0x40'0000), PageEntry(FrameNumber(1024), writable), PageSize::large));
  ASSERT_TRUE(mmu_.store<int>(VirtAddr(0x40'1000), 1));
  ASSERT_TRUE(mmu_.store<int>(VirtAddr(0x5f'f000), 2));
  table_.visit(VirtAddr(0x40'0000), VirtAddr(0x40'0000),
               [](VirtAddr, PageEntry& page, PageSize) { page = PageEntry(); });
  mmu_.forget_page(VirtAddr(0x50'0000));
  EXPECT_EQ(mmu_.load<int>(VirtAddr(0x40'1000)), std::nullopt);
  EXPECT_EQ(mmu_.load<int>(VirtAddr(0x5f'f000)), std::nullopt);
  EXPECT_EQ(word(1024 + 511, 0), 2U);
}

TEST_P(MmuTiers, LongRangesAreForgottenWhole) {
  map(0x5000, 2000);
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  const MmuCounters before = mmu_.counters();
  mmu_.forget_range(VirtAddr(), VirtAddr(33 * page_bytes - 1));
  EXPECT_EQ(mmu_.counters().page_flushes, before.page_flushes + 33);
  EXPECT_EQ(mmu_.counters().flushes, before.flushes);
  mmu_.forget_range(VirtAddr(), VirtAddr(34 * page_bytes - 1));
  EXPECT_EQ(mmu_.counters().flushes, before.flushes + 1);
}

TEST(ExactMmu, CountsTheAccessesOfAWalk) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, x86_64_format()).value();
  ASSERT_TRUE(table.map(VirtAddr(0x5000), PageEntry(FrameNumber(2000), writable)));
  ASSERT_TRUE(table.map(VirtAddr(0x6000), PageEntry(FrameNumber(2001), writable)));
  Mmu mmu(ram.memory);
  mmu.load_root(x86_64_format(), table.root(), Asid(0), Mmu::Known::keep);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(mmu.load<char>(VirtAddr(0x5000)));
  EXPECT_EQ(mmu.counters(), (MmuCounters{.accesses = 10, .l1_misses = 1, .l2_misses = 1, .walk_accesses = 4}));
  EXPECT_TRUE(mmu.load<char>(VirtAddr(0x6000)));
  EXPECT_EQ(mmu.counters().walk_accesses, 5U);  // the walk cache knew three levels
  EXPECT_TRUE(mmu.store<char>(VirtAddr(0x6000), 'x'));
  EXPECT_EQ(mmu.counters().walk_accesses, 6U);  // to set the dirty bit
  EXPECT_EQ(mmu.counters().l1_misses, 2U);
}

// The look-up of a page that cannot be written fills the first level for a moment, and drives out whom a slot stands
// for.
TEST(ExactMmu, RefusedWriteCostsTheOtherPageItsPlace) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, x86_64_format()).value();
  const VirtAddr a(0x40'0000);
  const VirtAddr b(0x60'0000);
  ASSERT_TRUE(table.map(a, PageEntry(FrameNumber(1024), writable), PageSize::large));
  ASSERT_TRUE(table.map(b, PageEntry(FrameNumber(1536), readable), PageSize::large));
  Mmu mmu(ram.memory, {.tlb = {.large_l1 = {1, 1}}});
  mmu.load_root(x86_64_format(), table.root(), Asid(0), Mmu::Known::keep);
  for (const VirtAddr at : {a, b, a}) ASSERT_TRUE(mmu.load<char>(at));
  EXPECT_EQ(mmu.counters().l1_misses, 3U);
  EXPECT_FALSE(mmu.store<char>(b, 'x'));
  ASSERT_TRUE(mmu.load<char>(a));
  EXPECT_EQ(mmu.counters().l1_misses, 5U);
  EXPECT_EQ(mmu.counters().l2_misses, 3U);
}

TEST(FullMmu, CachesSeeTheAccessesOfProgramsAndOfWalks) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, x86_64_format()).value();
  ASSERT_TRUE(table.map(VirtAddr(0x5000), PageEntry(FrameNumber(2000), writable)));
  Mmu mmu(ram.memory, {.tier = MmuTier::full});
  mmu.load_root(x86_64_format(), table.root(), Asid(0), Mmu::Known::keep);
  for (std::uint64_t at = 0x5000; at < 0x5100; at += 8) ASSERT_TRUE(mmu.load<std::uint64_t>(VirtAddr(at)));
  EXPECT_EQ(mmu.cache_counters(),
            (DataCacheCounters{.lines = 32 + 4, .l1_misses = 4 + 4, .l2_misses = 8, .llc_misses = 8}));
  EXPECT_EQ(mmu.run(VirtAddr(0x5000), page_bytes, Access::read).size(), page_bytes);
  EXPECT_EQ(mmu.cache_counters().lines, 36U + 64U);
  EXPECT_EQ(mmu.cache_counters().llc_misses, 8U + 60U);
}

TEST(Mmu, ASpanGoesOnWhereFramesDoAndIsCountedPageByPage) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, x86_64_format()).value();
  for (const auto& [page, frame] : {std::pair{5U, 2000U}, {6U, 2001U}, {7U, 2002U}, {8U, 2010U}}) {
    ASSERT_TRUE(table.map(VirtAddr(page * page_bytes), PageEntry(FrameNumber(frame), writable)));
  }
  Mmu mmu(ram.memory);
  mmu.load_root(x86_64_format(), table.root(), Asid(0), Mmu::Known::keep);
  const VirtAddr at(0x5800);
  EXPECT_EQ(mmu.span(at, 4 * page_bytes, Access::read).size(), page_bytes / 2) << "the TLB knows no other page yet";
  for (unsigned page = 6; page < 9; ++page) ASSERT_TRUE(mmu.load<char>(VirtAddr(page * page_bytes)));
  const MmuCounters before = mmu.counters();
  EXPECT_EQ(mmu.span(at, 4 * page_bytes, Access::read).size(), page_bytes / 2 + 2 * page_bytes);
  EXPECT_EQ(mmu.counters().accesses, before.accesses + 3);
  EXPECT_EQ(mmu.counters().l2_misses, before.l2_misses);
  EXPECT_EQ(mmu.span(at, page_bytes, Access::read).size(), page_bytes) << "no more than is asked for";
  EXPECT_EQ(mmu.span(at, 4 * page_bytes, Access::write).size(), page_bytes / 2) << "the next page is not dirty";
}

TEST(MmuDeathTest, AccessBeforeARootFails) {
  EmulatedRam ram(16);
  Mmu mmu(ram.memory);
  EXPECT_DEATH((void)mmu.load<char>(VirtAddr()), "root is loaded");
}

TEST(MmuDeathTest, PageBeyondRamFails) {
  EmulatedRam ram(1024);
  PageTable table = PageTable::create(ram.memory, x86_64_format()).value();
  ASSERT_TRUE(table.map(VirtAddr(0x5000), PageEntry(FrameNumber(1024), writable)));
  Mmu mmu(ram.memory);
  mmu.load_root(x86_64_format(), table.root(), Asid(0), Mmu::Known::keep);
  EXPECT_DEATH((void)mmu.load<char>(VirtAddr(0x5000)), "points into emulated RAM");
}

TEST_P(MmuTiers, UseThatIsForgottenIsSeenAgain) {
  map(0x5000, 2000);
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  table_.visit(VirtAddr(0x5000), VirtAddr(0x5fff),
               [](VirtAddr, PageEntry& page, PageSize) { page = page.without(page_bit::accessed); });
  mmu_.forget_use(VirtAddr(0x5000), Asid(0));
  EXPECT_EQ(mmu_.counters().page_flushes, 0U);
  EXPECT_TRUE(mmu_.load<char>(VirtAddr(0x5000)));
  EXPECT_TRUE(entry(0x5000).has(page_bit::accessed));
}

// Every field its own number, so that a sum that mixes two of them is seen.
TEST(MmuCounters, AddEveryField) {
  constexpr MmuCounters all{1, 2, 3, 4, 5, 6, 7};
  MmuCounters sum = all;
  sum += all;
  EXPECT_EQ(sum, (MmuCounters{2, 4, 6, 8, 10, 12, 14}));
}

}  // namespace signalbox::mmu_test
