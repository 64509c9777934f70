#include "kernel/mm/space/mmap.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/address_maps.hpp"

namespace signalbox::mmap_test {

using namespace vma_flag;

constexpr std::uint32_t anonymous = map_private | map_anonymous;
constexpr VirtAddr base{0x7fff'f7ff'f000};

// What a request is refused with; the space stays as it was.
Errno refused(SpaceUnderTest& space, const MmapRequest& request) {
  const std::vector<PageRange> before = space.ranges();
  const Errno error = errno_of(mmap(space.map, request));
  EXPECT_EQ(space.ranges(), before);
  return error;
}
Errno refused(const MmapRequest& request) {
  SpaceUnderTest space;
  return refused(space, request);
}

TEST(Mmap, GoesDownFromTheTopOfTheMappingAreaAndMerges) {
  SpaceUnderTest space;
  EXPECT_EQ(space.mapped({.bytes = 1}), VirtAddr(base.value() - page_bytes));
  EXPECT_EQ(space.mapped({.bytes = 2 * page_bytes}), VirtAddr(base.value() - 3 * page_bytes));
  EXPECT_EQ(space.map.vmas().size(), 1U);
  EXPECT_EQ(space.map.counters(), (MapCounters{.total = 3, .data = 3}));
  EXPECT_EQ(space.commits.committed_pages(), 3U);
}

TEST(Mmap, TakesAFreeHintAndNoOther) {
  SpaceUnderTest space;
  EXPECT_EQ(space.mapped({.hint = VirtAddr(0x10'0001), .bytes = page_bytes}), VirtAddr(0x10'0000));
  EXPECT_EQ(space.mapped({.hint = VirtAddr(0x10'0000), .bytes = page_bytes}), VirtAddr(base.value() - page_bytes));
  EXPECT_EQ(space.mapped({.hint = VirtAddr(1), .bytes = page_bytes}), VirtAddr(base.value() - 2 * page_bytes));
  EXPECT_EQ(space.mapped({.hint = VirtAddr(page_bytes), .bytes = page_bytes}), VirtAddr(65'536));
}

TEST(Mmap, FixedReplacesWhatIsThere) {
  SpaceUnderTest space;
  space.fixed(0x10'0000, 4);
  space.fixed(0x10'1000, 1, prot_read);
  EXPECT_EQ(space.map.vmas().size(), 3U);
  EXPECT_EQ(space.map.counters().total, 4U);
  EXPECT_EQ(space.commits.committed_pages(), 3U);
  EXPECT_EQ(space.pages.discarded.size(), 1U);
}

TEST(Mmap, WithoutLengthIsEinval) { EXPECT_EQ(refused({.bytes = 0}), Errno::einval); }
TEST(Mmap, LengthThatWrapsIsEnomem) { EXPECT_EQ(refused({.bytes = ~std::uint64_t{0}}), Errno::enomem); }
TEST(Mmap, LargerThanTheSpaceIsEnomem) {
  EXPECT_EQ(refused({.bytes = std::uint64_t{1} << 47U, .flags = anonymous | map_noreserve}), Errno::enomem);
}
TEST(Mmap, BadTypeIsEinval) {
  EXPECT_EQ(refused({.bytes = 1, .flags = map_anonymous}), Errno::einval);
  EXPECT_EQ(refused({.bytes = 1, .flags = map_anonymous | map_shared_validate}), Errno::einval);
  EXPECT_EQ(refused({.bytes = 1, .flags = 0, .object = opened()}), Errno::einval);
}
TEST(Mmap, UnalignedFixedIsEinval) {
  EXPECT_EQ(refused({.hint = VirtAddr(0x10'0001), .bytes = 1, .flags = anonymous | map_fixed}), Errno::einval);
}
TEST(Mmap, UnalignedOffsetIsEinval) {
  EXPECT_EQ(refused({.bytes = 1, .flags = map_private, .object = opened(), .offset = 1}), Errno::einval);
}
TEST(Mmap, SharedStackIsEinval) {
  EXPECT_EQ(refused({.bytes = 1, .flags = map_shared | map_anonymous | map_growsdown}), Errno::einval);
  EXPECT_EQ(refused({.bytes = 1, .flags = map_private | map_growsdown, .object = opened()}), Errno::einval);
}
TEST(Mmap, FixedBeyondTheSpaceIsEnomem) {
  EXPECT_EQ(refused({.hint = VirtAddr(0x7fff'ffff'f000), .bytes = 1, .flags = anonymous | map_fixed}), Errno::enomem);
}
TEST(Mmap, OffsetBeyondTheLargestFileIsEoverflow) {
  const MmapRequest request{.bytes = 1, .flags = map_private, .object = opened(), .offset = std::uint64_t{1} << 63U};
  EXPECT_EQ(refused(request), Errno::eoverflow);
}
TEST(Mmap, NoReplaceOverSomethingIsEexist) {
  SpaceUnderTest space;
  space.fixed(0x10'0000, 1);
  const MmapRequest request{
      .hint = VirtAddr(0xf'f000), .bytes = 2 * page_bytes, .flags = anonymous | map_fixed_noreplace};
  EXPECT_EQ(refused(space, request), Errno::eexist);
}
TEST(Mmap, LockedWithoutTheRightIsEperm) {
  SpaceUnderTest space;
  space.map.limits.locked = 0;
  EXPECT_EQ(refused(space, {.bytes = 1, .flags = anonymous | map_locked}), Errno::eperm);
}
TEST(Mmap, LockedBeyondTheLimitIsEagain) {
  SpaceUnderTest space;
  space.map.limits.locked = page_bytes;
  EXPECT_EQ(refused(space, {.bytes = page_bytes + 1, .flags = anonymous | map_locked}), Errno::eagain);
  space.map.limits.may_lock = true;
  const Mapped mapped = mmap(space.map, {.bytes = page_bytes + 1, .flags = anonymous | map_locked}).value();
  EXPECT_EQ(mapped.populate, (PageRange{mapped.at, mapped.at + 2 * page_bytes}));
  EXPECT_EQ(space.map.counters().locked, 2U);
}
TEST(Mmap, ExecutableFromNoexecIsEperm) {
  const MemoryObjectRef file = opened({.can_execute = false});
  EXPECT_EQ(refused({.bytes = 1, .prot = prot_exec, .flags = map_private, .object = file}), Errno::eperm);
}
TEST(Mmap, WriteSealedIsEperm) {
  EXPECT_EQ(refused({.bytes = 1, .flags = map_shared, .object = opened({.is_write_sealed = true})}), Errno::eperm);
}
TEST(Mmap, BelowTheLowestAddressIsEperm) {
  SpaceUnderTest space;
  const MmapRequest low{.hint = VirtAddr(page_bytes), .bytes = 1, .flags = anonymous | map_fixed};
  EXPECT_EQ(refused(space, low), Errno::eperm);
  space.map.limits.may_map_low = true;
  EXPECT_EQ(space.mapped(low), VirtAddr(page_bytes));
}
TEST(Mmap, WhatWasOpenedOtherwiseIsEacces) {
  EXPECT_EQ(refused({.bytes = 1, .flags = map_private, .object = opened({.can_read = false})}), Errno::eacces);
  EXPECT_EQ(refused({.bytes = 1, .flags = map_shared, .object = opened({.can_write = false})}), Errno::eacces);
  EXPECT_EQ(refused({.bytes = 1, .flags = map_shared, .object = opened({.is_append_only = true})}), Errno::eacces);
}
TEST(Mmap, SwapFileToWriteIsEtxtbsy) {
  EXPECT_EQ(refused({.bytes = 1, .flags = map_shared, .object = opened({.is_swap_file = true})}), Errno::etxtbsy);
}
TEST(Mmap, WhatCannotBeMappedIsEnodev) {
  EXPECT_EQ(refused({.bytes = 1, .flags = map_private, .object = opened({.can_map = false})}), Errno::enodev);
}
TEST(Mmap, NoObjectIsEbadf) { EXPECT_EQ(refused({.bytes = 1, .flags = map_private}), Errno::ebadf); }
TEST(Mmap, UnknownFlagIsEopnotsuppIfValidated) {
  constexpr std::uint32_t unknown = 0x8000'0000;
  EXPECT_EQ(refused({.bytes = 1, .flags = map_shared_validate | unknown, .object = opened()}), Errno::eopnotsupp);
  SpaceUnderTest space;
  EXPECT_TRUE(mmap(space.map, {.bytes = 1, .flags = map_shared | unknown, .object = opened()}));
}
// LEGACY_MAP_MASK holds both sizes of huge pages, whatever they are for.
TEST(Mmap, SizesOfHugePagesAreKnownFlags) {
  SpaceUnderTest space;
  for (const std::uint32_t size : {21U, 30U}) {
    EXPECT_TRUE(mmap(space.map, {.bytes = 1, .flags = map_shared_validate | size << 26U, .object = opened()}));
  }
}
TEST(Mmap, HugePagesThatAreNotSetAsideAreEnomem) {
  EXPECT_EQ(refused({.bytes = 1, .flags = anonymous | map_hugetlb}), Errno::enomem);
  EXPECT_EQ(refused({.bytes = 0, .flags = anonymous | map_hugetlb}), Errno::einval);
  EXPECT_EQ(refused({.bytes = 1, .flags = anonymous | map_hugetlb | 3U << 26U}), Errno::einval) << "8 bytes";
  EXPECT_EQ(refused({.bytes = 1, .flags = map_shared | map_hugetlb, .object = opened()}), Errno::einval);
}
TEST(Mmap, BeyondTheAddressSpaceLimitIsEnomem) {
  SpaceUnderTest space;
  space.map.limits.address_space = 2 * page_bytes;
  EXPECT_EQ(refused(space, {.bytes = 3 * page_bytes}), Errno::enomem);
  space.fixed(0x10'0000, 2);
  space.fixed(0x10'0000, 2, prot_read);  // replaces what it needs
}
TEST(Mmap, BeyondTheDataLimitIsEnomem) {
  SpaceUnderTest space;
  space.map.limits.data = page_bytes;
  EXPECT_EQ(refused(space, {.bytes = 2 * page_bytes}), Errno::enomem);
  EXPECT_TRUE(mmap(space.map, {.bytes = 2 * page_bytes, .prot = prot_read}));
  space.map.limits.data = 0;
  EXPECT_TRUE(mmap(space.map, {.bytes = 2 * page_bytes})) << "as for Valgrind";
}
TEST(Mmap, WhatOvercommitRefusesIsEnomem) {
  SpaceUnderTest space({}, {.ram_pages = 10});
  EXPECT_EQ(refused(space, {.bytes = 11 * page_bytes}), Errno::enomem);
  EXPECT_EQ(refused(space, {.bytes = 11 * page_bytes, .flags = map_shared | map_anonymous}), Errno::enomem);
  EXPECT_TRUE(mmap(space.map, {.bytes = 11 * page_bytes, .flags = anonymous | map_noreserve}));
  EXPECT_EQ(space.commits.committed_pages(), 0U);
}
TEST(Mmap, WhatOvercommitRefusesHasRemovedWhatWasThere) {
  SpaceUnderTest space({}, {.ram_pages = 10});
  space.fixed(0x10'0000, 2);
  const MmapRequest request{.hint = VirtAddr(0x10'0000), .bytes = 11 * page_bytes, .flags = anonymous | map_fixed};
  EXPECT_EQ(errno_of(mmap(space.map, request)), Errno::enomem);
  EXPECT_TRUE(space.ranges().empty());
}
TEST(Mmap, TooManyIsEnomem) {
  SpaceUnderTest space({.max_map_count = 2});
  for (const std::uint64_t at : {0x10'0000U, 0x20'0000U, 0x30'0000U}) space.fixed(at, 1);
  EXPECT_EQ(refused(space, {.bytes = 1}), Errno::enomem) << "one more than the limit there may be";
}

TEST(Mmap, AFileReadOnlyIsSharedInNameOnly) {
  SpaceUnderTest space;
  const MemoryObjectRef file = opened({.can_write = false});
  const VirtAddr at = space.mapped({.bytes = 1, .prot = prot_read, .flags = map_shared, .object = file});
  const Vma& vma = *space.map.vmas().find(at);
  EXPECT_TRUE(vma.has(may_share));
  EXPECT_FALSE(vma.has_any(shared | may_write));
}

TEST(Mmap, SharedAnonymousMemoryIsPromisedWhileItLives) {
  SpaceUnderTest space;
  const MmapRequest request{.bytes = 3 * page_bytes, .flags = map_shared | map_anonymous};
  const VirtAddr at = space.mapped(request);
  space.mapped(request);
  EXPECT_EQ(space.map.vmas().size(), 2U) << "two objects";
  EXPECT_EQ(space.commits.committed_pages(), 6U);
  EXPECT_TRUE(munmap(space.map, at, page_bytes));
  EXPECT_EQ(space.commits.committed_pages(), 6U);
  EXPECT_TRUE(munmap(space.map, at, 3 * page_bytes));
  EXPECT_EQ(space.commits.committed_pages(), 3U);
}

TEST(Mmap, In32BitsStaysBelow2GiB) {
  SpaceUnderTest space;
  EXPECT_EQ(space.mapped({.bytes = 1, .flags = anonymous | map_32bit}), VirtAddr(0x4000'0000));
}

TEST(Mmap, AFullMappingAreaGoesOnUpwards) {
  SpaceUnderTest space({}, {.mode = OvercommitMode::always});
  space.mapped({.hint = VirtAddr(65'536), .bytes = base.value() - 65'536, .flags = anonymous | map_fixed});
  EXPECT_EQ(space.mapped({.bytes = 65'536}), base);
}

TEST(Munmap, OfAHoleSucceeds) {
  SpaceUnderTest space;
  EXPECT_TRUE(munmap(space.map, VirtAddr(0x10'0000), page_bytes));
}

TEST(Munmap, CutsAtBothEnds) {
  SpaceUnderTest space;
  space.fixed(0x10'0000, 4);
  EXPECT_TRUE(munmap(space.map, VirtAddr(0x10'1000), 1));
  EXPECT_EQ(space.map.counters().total, 3U);
  EXPECT_EQ(space.map.vmas().size(), 2U);
  EXPECT_EQ(space.commits.committed_pages(), 3U);
}

TEST(Munmap, UnalignedNoLengthOrBeyondTheTopIsEinval) {
  SpaceUnderTest space;
  EXPECT_EQ(errno_of(munmap(space.map, VirtAddr(1), page_bytes)), Errno::einval);
  EXPECT_EQ(errno_of(munmap(space.map, VirtAddr(0x10'0000), 0)), Errno::einval);
  EXPECT_EQ(errno_of(munmap(space.map, VirtAddr(0x7fff'ffff'e000), page_bytes + 1)), Errno::einval);
  EXPECT_EQ(errno_of(munmap(space.map, VirtAddr(0x8000'0000'0000), page_bytes)), Errno::einval);
}

TEST(Munmap, ASplitOverTheLimitIsEnomem) {
  SpaceUnderTest space({.max_map_count = 1});
  space.fixed(0x10'0000, 4);
  EXPECT_EQ(errno_of(munmap(space.map, VirtAddr(0x10'1000), page_bytes)), Errno::enomem);
  EXPECT_EQ(space.map.counters().total, 4U);
  EXPECT_TRUE(munmap(space.map, VirtAddr(0x10'0000), page_bytes));
}

}  // namespace signalbox::mmap_test
