#include "kernel/mm/space/mremap.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::mremap_test {

constexpr VirtAddr at{0x10'0000};
constexpr VirtAddr there{0x40'0000};

constexpr std::uint64_t pages(std::uint64_t count) { return count * page_bytes; }

struct Mremap : testing::Test {
  Mremap() { space.fixed(at.value(), 4); }
  Result<Mapped> remap(std::uint64_t from, std::uint64_t to, std::uint32_t flags = 0, VirtAddr new_at = {}) {
    return mremap(space.map,
                  {.at = at, .old_bytes = pages(from), .new_bytes = pages(to), .flags = flags, .new_at = new_at});
  }
  SpaceUnderTest space;
};

// Between the tries somebody else may have mapped something there, and below the shrunken end.
TEST_F(Mremap, AnotherTryUnmapsNothing) {
  MremapRequest request{.at = at,
                        .old_bytes = pages(4),
                        .new_bytes = pages(2),
                        .flags = mremap_maymove | mremap_fixed,
                        .new_at = there,
                        .is_again = true};
  space.fixed(there.value() + pages(1), 1, prot_read);
  EXPECT_EQ(errno_of(mremap(space.map, request)), Errno::enomem);
  EXPECT_NE(space.map.vmas().find(there + pages(1)), nullptr);
  EXPECT_EQ(space.map.counters().total, 5U);
  request.new_at = there + pages(4);
  EXPECT_EQ(mremap(space.map, request).value().at, request.new_at);
  EXPECT_NE(space.map.vmas().find(at + pages(2)), nullptr) << "the end that the first try would have unmapped";
  EXPECT_EQ(space.map.counters().total, 5U);
}

TEST_F(Mremap, ShrinksInPlace) {
  EXPECT_EQ(remap(4, 1).value().at, at);
  EXPECT_EQ(space.map.counters().total, 1U);
  EXPECT_EQ(remap(1, 1).value().at, at);
}

TEST_F(Mremap, GrowsInPlaceAndMergesWithWhatItMeets) {
  space.fixed(at.value() + pages(6), 1);
  EXPECT_EQ(remap(4, 6).value().at, at);
  EXPECT_EQ(space.map.vmas().size(), 1U);
  EXPECT_EQ(space.map.counters().total, 7U);
  EXPECT_EQ(space.commits.committed_pages(), 7U);
}

TEST_F(Mremap, MovesWhatCannotGrow) {
  space.fixed(at.value() + pages(4), 1, prot_read);
  EXPECT_EQ(errno_of(remap(4, 5)), Errno::enomem);
  const VirtAddr moved = remap(4, 5, mremap_maymove).value().at;
  EXPECT_EQ(moved, VirtAddr(0x7fff'f7ff'f000 - pages(5)));
  EXPECT_EQ(space.pages.moved.back().second, moved);
  EXPECT_EQ(space.map.vmas().find(at), nullptr);
  EXPECT_EQ(space.map.counters().total, 6U);
  EXPECT_EQ(space.commits.committed_pages(), 5U);
}

TEST_F(Mremap, MovesAPartToAFixedPlace) {
  space.fixed(there.value(), 1, prot_read);
  const Result<Mapped> moved = mremap(space.map, {.at = at + pages(1),
                                                  .old_bytes = pages(2),
                                                  .new_bytes = pages(2),
                                                  .flags = mremap_maymove | mremap_fixed,
                                                  .new_at = there});
  EXPECT_EQ(moved.value().at, there);
  EXPECT_EQ(space.ranges(),
            (std::vector<PageRange>{{at, at + pages(1)}, {at + pages(3), at + pages(4)}, {there, there + pages(2)}}));
  EXPECT_EQ(space.commits.committed_pages(), 4U);
}

TEST_F(Mremap, KeepsTheOldPlaceEmptyIfTold) {
  EXPECT_EQ(remap(4, 4, mremap_maymove | mremap_dontunmap, there).value().at, there);
  EXPECT_EQ(space.map.counters().total, 8U);
  EXPECT_EQ(space.commits.committed_pages(), 8U);
}

TEST_F(Mremap, KeepingTheOldPlaceUnlocksIt) {
  SpaceUnderTest locked;
  locked.mapped({.hint = at, .bytes = pages(2), .flags = map_private | map_anonymous | map_fixed | map_locked});
  EXPECT_TRUE(mremap(locked.map, {.at = at,
                                  .old_bytes = pages(2),
                                  .new_bytes = pages(2),
                                  .flags = mremap_maymove | mremap_dontunmap,
                                  .new_at = there}));
  EXPECT_EQ(locked.map.counters().locked, 2U);
  EXPECT_FALSE(locked.map.vmas().find(at)->has(vma_flag::locked));
}

TEST_F(Mremap, NoOldLengthMapsSharedPagesTwice) {
  const VirtAddr shared = space.mapped({.bytes = pages(2), .flags = map_shared | map_anonymous});
  const Result<Mapped> twice =
      mremap(space.map, {.at = shared, .old_bytes = 0, .new_bytes = pages(2), .flags = mremap_maymove});
  ASSERT_TRUE(twice);
  EXPECT_EQ(space.map.vmas().find(twice->at)->object, space.map.vmas().find(shared)->object);
  EXPECT_EQ(space.commits.committed_pages(), 6U) << "one object, promised once";
}

TEST_F(Mremap, NoOldLengthInTheMiddleLeavesTheMappingWhole) {
  const VirtAddr shared = space.mapped({.bytes = pages(4), .flags = map_shared | map_anonymous});
  const VirtAddr twice =
      mremap(space.map, {.at = shared + pages(2), .old_bytes = 0, .new_bytes = pages(2), .flags = mremap_maymove})
          .value()
          .at;
  EXPECT_EQ(space.map.vmas().find(shared)->range, (PageRange{shared, shared + pages(4)}));
  EXPECT_EQ(space.map.vmas().find(twice)->page_offset, 2U);
}

TEST_F(Mremap, WhatCountsItsMappingsGrowsAsOne) {
  const MemoryObjectRef counted = opened({.counts_its_mappings = true});
  const VirtAddr begin = space.mapped({.hint = there, .bytes = pages(2), .flags = map_shared, .object = counted});
  EXPECT_TRUE(mremap(space.map, {.at = begin, .old_bytes = pages(2), .new_bytes = pages(3)}));
  EXPECT_EQ(space.map.vmas().find(begin)->range, (PageRange{begin, begin + pages(3)}));
  EXPECT_EQ(space.map.counters().total, 7U);
}

// mremap.c, "locked && new_len > old_len".
TEST(MremapLocked, OnlyTheNewPagesAreMadePresent) {
  SpaceUnderTest space;
  space.mapped({.hint = at, .bytes = pages(2), .flags = map_private | map_anonymous | map_fixed | map_locked});
  const auto populated = [&space](VirtAddr from, std::uint64_t before, std::uint64_t after, std::uint32_t flags) {
    return mremap(space.map,
                  {.at = from, .old_bytes = pages(before), .new_bytes = pages(after), .flags = flags, .new_at = there})
        .value()
        .populate;
  };
  EXPECT_EQ(populated(at, 2, 3, 0), (PageRange{at + pages(2), at + pages(3)}));
  EXPECT_EQ(populated(at, 3, 3, mremap_maymove | mremap_dontunmap).pages(), 0U);
  EXPECT_EQ(populated(there, 3, 3, 0).pages(), 0U);
  EXPECT_EQ(populated(there, 3, 2, 0).pages(), 0U);
}

TEST_F(Mremap, BadFlagsAreEinval) {
  EXPECT_EQ(errno_of(remap(4, 4, 0x8)), Errno::einval);
  EXPECT_EQ(errno_of(remap(4, 4, mremap_fixed, there)), Errno::einval);
  EXPECT_EQ(errno_of(remap(4, 4, mremap_dontunmap, there)), Errno::einval);
  EXPECT_EQ(errno_of(remap(4, 3, mremap_maymove | mremap_dontunmap, there)), Errno::einval);
}
TEST_F(Mremap, AlignmentAndLengthsAreEinval) {
  EXPECT_EQ(errno_of(mremap(space.map, {.at = at + 1, .old_bytes = 1, .new_bytes = 1})), Errno::einval);
  EXPECT_EQ(errno_of(remap(4, 0)), Errno::einval);
  EXPECT_EQ(errno_of(remap(0, 4, mremap_maymove)), Errno::einval) << "private pages are not mapped twice";
  EXPECT_EQ(errno_of(remap(4, 4, mremap_maymove | mremap_fixed, there + 1)), Errno::einval);
  EXPECT_EQ(errno_of(remap(4, 4, mremap_maymove | mremap_fixed, VirtAddr(0x7fff'ffff'e000))), Errno::einval);
}
TEST_F(Mremap, PlacesThatOverlapAreEinval) {
  EXPECT_EQ(errno_of(remap(4, 4, mremap_maymove | mremap_fixed, at + pages(3))), Errno::einval);
}
TEST_F(Mremap, NothingMappedIsEfault) {
  EXPECT_EQ(errno_of(mremap(space.map, {.at = there, .old_bytes = 1, .new_bytes = 1})), Errno::efault);
}
TEST_F(Mremap, BeyondOneVmaIsEfault) { EXPECT_EQ(errno_of(remap(5, 6)), Errno::efault); }
TEST_F(Mremap, OfTheMiddleCannotGrowInPlace) { EXPECT_EQ(errno_of(remap(2, 3)), Errno::enomem); }
TEST_F(Mremap, LockedBeyondTheLimitIsEagain) {
  SpaceUnderTest locked;
  locked.map.limits.locked = pages(2);
  locked.mapped({.hint = at, .bytes = pages(2), .flags = map_private | map_anonymous | map_fixed | map_locked});
  EXPECT_EQ(errno_of(mremap(locked.map, {.at = at, .old_bytes = pages(2), .new_bytes = pages(3)})), Errno::eagain);
}
TEST_F(Mremap, BeyondALimitIsEnomem) {
  space.map.limits.address_space = pages(4);
  EXPECT_EQ(errno_of(remap(4, 5)), Errno::enomem);
  EXPECT_EQ(errno_of(remap(4, 4, mremap_maymove | mremap_dontunmap)), Errno::enomem);
}
TEST_F(Mremap, WhatOvercommitRefusesIsEnomem) {
  EXPECT_EQ(errno_of(remap(4, 300'000)), Errno::enomem);
  EXPECT_EQ(space.map.counters().total, 4U);
  EXPECT_EQ(space.commits.committed_pages(), 4U);
}
TEST(MremapLimit, NearTheLimitOfVmasIsEnomem) {
  SpaceUnderTest space({.max_map_count = 5});
  space.fixed(at.value(), 2);
  space.fixed(at.value() + pages(2), 1, prot_read);
  EXPECT_EQ(
      errno_of(mremap(space.map, {.at = at, .old_bytes = pages(2), .new_bytes = pages(3), .flags = mremap_maymove})),
      Errno::enomem);
}

// No memory for the tables of the new place: all is as before, in VMAs, counters and promises.
TEST_F(Mremap, PagesThatCannotMoveAreEnomemAndStay) {
  space.fixed(at.value() + pages(4), 1, prot_read);  // so that it cannot grow where it is
  space.pages.refuses_to_move = true;
  const MapCounters counters = space.map.counters();
  const std::vector<PageRange> ranges = space.ranges();
  const std::uint64_t promised = space.commits.committed_pages();
  EXPECT_EQ(errno_of(remap(4, 300, mremap_maymove)), Errno::enomem);
  EXPECT_EQ(space.map.counters(), counters);
  EXPECT_EQ(space.ranges(), ranges);
  EXPECT_EQ(space.commits.committed_pages(), promised);
}

}  // namespace signalbox::mremap_test
