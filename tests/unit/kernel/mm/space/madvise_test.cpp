#include "kernel/mm/space/madvise.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/mlock.hpp"
#include "tests/support/address_maps.hpp"

namespace signalbox::madvise_test {

using namespace vma_flag;

constexpr VirtAddr at{0x10'0000};

struct Madvise : testing::Test {
  Madvise() { space.fixed(at.value(), 4); }
  VmaFlags flags_after(std::int32_t advice) {
    EXPECT_TRUE(madvise(space.map, at, 4 * page_bytes, advice));
    return space.map.vmas().find(at)->flags;
  }
  SpaceUnderTest space;
};

TEST_F(Madvise, SetsAndClearsFlags) {
  const VmaFlags plain = space.map.vmas().find(at)->flags;
  EXPECT_EQ(flags_after(madv_random), plain | random);
  EXPECT_EQ(flags_after(madv_sequential), plain | sequential);
  EXPECT_EQ(flags_after(madv_normal), plain);
  EXPECT_EQ(flags_after(madv_dontfork), plain | not_in_fork);
  EXPECT_EQ(flags_after(madv_dofork), plain);
  EXPECT_EQ(flags_after(madv_wipeonfork), plain | wiped_in_fork);
  EXPECT_EQ(flags_after(madv_keeponfork), plain);
  EXPECT_EQ(flags_after(madv_dontdump), plain | not_in_dump);
  EXPECT_EQ(flags_after(madv_dodump), plain);
  EXPECT_EQ(flags_after(madv_hugepage), plain | huge);
  EXPECT_EQ(flags_after(madv_nohugepage), plain | not_huge);
}

TEST_F(Madvise, SplitsAndMerges) {
  EXPECT_TRUE(madvise(space.map, at + page_bytes, 1, madv_random));
  EXPECT_EQ(space.map.vmas().size(), 3U);
  EXPECT_TRUE(madvise(space.map, at, 4 * page_bytes, madv_normal));
  EXPECT_EQ(space.map.vmas().size(), 1U);
}

TEST_F(Madvise, GivesPagesUp) {
  EXPECT_TRUE(madvise(space.map, at, page_bytes, madv_dontneed));
  EXPECT_EQ(space.pages.discarded, (std::vector<PageRange>{{at, at + page_bytes}}));
  EXPECT_EQ(space.map.counters().total, 4U);
  EXPECT_TRUE(madvise(space.map, at, page_bytes, madv_free));
  EXPECT_EQ(space.pages.advised.back().second, madv_free);
}

TEST_F(Madvise, UnalignedUnknownOrWrappingIsEinval) {
  EXPECT_EQ(errno_of(madvise(space.map, at + 1, 1, madv_normal)), Errno::einval);
  EXPECT_EQ(errno_of(madvise(space.map, at, 1, 5)), Errno::einval);
  EXPECT_EQ(errno_of(madvise(space.map, at, ~std::uint64_t{0}, madv_normal)), Errno::einval);
  EXPECT_EQ(errno_of(madvise(space.map, at, 0 - page_bytes, madv_normal)), Errno::einval);
  EXPECT_TRUE(madvise(space.map, at + (std::uint64_t{1} << 40U), 0, madv_normal));
}
TEST_F(Madvise, GivingUpLockedPagesIsEinval) {
  EXPECT_TRUE(mlock(space.map, at, 1));
  for (const std::int32_t advice : {madv_dontneed, madv_free, madv_cold, madv_pageout, madv_remove})
    EXPECT_EQ(errno_of(madvise(space.map, at, 1, advice)), Errno::einval) << advice;
  EXPECT_TRUE(madvise(space.map, at, 1, madv_dontneed_locked));
}
TEST_F(Madvise, FreeingOrWipingAFileIsEinval) {
  const VirtAddr file = space.mapped({.bytes = 1, .flags = map_private, .object = opened()});
  EXPECT_EQ(errno_of(madvise(space.map, file, 1, madv_free)), Errno::einval);
  EXPECT_EQ(errno_of(madvise(space.map, file, 1, madv_wipeonfork)), Errno::einval);
}
TEST_F(Madvise, AHoleIsEnomemButTheRestIsApplied) {
  space.fixed(at.value() + 6 * page_bytes, 1);
  EXPECT_EQ(errno_of(madvise(space.map, at, 7 * page_bytes, madv_random)), Errno::enomem);
  EXPECT_TRUE(space.map.vmas().find(at)->has(random));
  EXPECT_TRUE(space.map.vmas().find(at + 6 * page_bytes)->has(random));
  EXPECT_EQ(errno_of(madvise(space.map, at + 4 * page_bytes, page_bytes, madv_random)), Errno::enomem);
  EXPECT_EQ(errno_of(madvise(space.map, at + 6 * page_bytes, 2 * page_bytes, madv_random)), Errno::enomem);
}
TEST_F(Madvise, WillneedOfAnonymousMemoryWithoutSwapIsEbadf) {
  SpaceUnderTest without({.has_swap = false});
  without.fixed(at.value(), 1);
  EXPECT_EQ(errno_of(madvise(without.map, at, 1, madv_willneed)), Errno::ebadf);
  EXPECT_TRUE(madvise(space.map, at, 1, madv_willneed));
}
TEST_F(Madvise, RemoveTakesASharedWritableObject) {
  const MemoryObjectRef holes = opened({.can_punch_holes = true});
  const VirtAddr own = space.mapped({.bytes = 1, .flags = map_private, .object = holes});
  EXPECT_EQ(errno_of(madvise(space.map, own, 1, madv_remove)), Errno::eacces);
  const VirtAddr read_only = space.mapped({.bytes = 1, .prot = prot_read, .flags = map_shared, .object = holes});
  EXPECT_EQ(errno_of(madvise(space.map, read_only, 1, madv_remove)), Errno::eacces);
  const VirtAddr solid = space.mapped({.bytes = 1, .flags = map_shared, .object = opened()});
  EXPECT_EQ(errno_of(madvise(space.map, solid, 1, madv_remove)), Errno::eopnotsupp);
  EXPECT_EQ(errno_of(madvise(space.map, at, 1, madv_remove)), Errno::einval);
  const VirtAddr good = space.mapped({.bytes = 1, .flags = map_shared, .object = holes});
  EXPECT_TRUE(madvise(space.map, good, 1, madv_remove));
  EXPECT_EQ(space.pages.advised.back().second, madv_remove);
}
TEST_F(Madvise, ASplitOverTheLimitIsEagain) {
  SpaceUnderTest full({.max_map_count = 1});
  full.fixed(at.value(), 2);
  EXPECT_EQ(errno_of(madvise(full.map, at, 1, madv_random)), Errno::eagain);
}

TEST_F(Madvise, AdviceOnHugePagesNeedsThem) {
  SpaceUnderTest without({.has_huge_pages = false});
  const VirtAddr mapped = mmap(without.map, {.bytes = page_bytes, .flags = map_private | map_anonymous}).value().at;
  EXPECT_EQ(madvise(without.map, mapped, page_bytes, madv_hugepage).error(), Errno::einval);
  EXPECT_EQ(madvise(without.map, mapped, page_bytes, madv_nohugepage).error(), Errno::einval);
  EXPECT_TRUE(madvise(without.map, mapped, page_bytes, madv_random));
}

}  // namespace signalbox::madvise_test
