#include "kernel/alloc/process/process_pages.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_heap_calls.hpp"

namespace signalbox::process_pages_test {

using namespace alloc;

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t huge = std::uint64_t{4} << 20U;

struct Rig {
  explicit Rig(Dss dss) : pages(dss, huge) { pages.serve(&calls); }

  FakeHeapCalls calls;
  ProcessPages pages;
};

TEST(ProcessPages, MapsFirstAndTakesTheBreakWhereThereIsNoRoom) {
  Rig rig(Dss::secondary);
  EXPECT_GE(rig.pages.map(page, page), FakeHeapCalls::first_mapping);
  rig.calls.refuses_maps = true;
  EXPECT_EQ(rig.pages.map(2 * page, page), FakeHeapCalls::first_break);
  EXPECT_EQ(rig.calls.the_break, FakeHeapCalls::first_break + 2 * page);
  EXPECT_EQ(rig.pages.counts().break_bytes, 2 * page);
}

TEST(ProcessPages, PrimaryBreakServesWhatIsNotHuge) {
  Rig rig(Dss::primary);
  EXPECT_EQ(rig.pages.map(page, page), FakeHeapCalls::first_break);
  EXPECT_GE(rig.pages.map(huge, page), FakeHeapCalls::first_mapping);
  rig.calls.refuses_breaks = true;
  EXPECT_GE(rig.pages.map(page, page), FakeHeapCalls::first_mapping);
}

TEST(ProcessPages, DisabledBreakIsNeverMoved) {
  Rig rig(Dss::disabled);
  rig.calls.refuses_maps = true;
  EXPECT_EQ(rig.pages.map(page, page), VirtAddr());
  EXPECT_EQ(rig.pages.counts().brk, 0U);
}

TEST(ProcessPages, BreakThatTheProgramMovedIsLeftAlone) {
  Rig rig(Dss::primary);
  const VirtAddr first = rig.pages.map(page, page);
  rig.calls.the_break += 100;  // sbrk(100)
  EXPECT_EQ(rig.pages.map(page, page), first + 2 * page);
  EXPECT_EQ(rig.pages.counts().break_bytes, 3 * page - 100);
}

TEST(ProcessPages, OnlyTheEndOfTheBreakIsGivenBack) {
  Rig rig(Dss::primary);
  const VirtAddr at = rig.pages.map(4 * page, page);
  EXPECT_FALSE(rig.pages.unmap(at, page));
  EXPECT_TRUE(rig.pages.unmap(at + 2 * page, 2 * page));
  EXPECT_EQ(rig.calls.the_break, at + 2 * page);
  rig.calls.the_break += page;  // somebody else's, now
  EXPECT_FALSE(rig.pages.unmap(at, 2 * page));
}

TEST(ProcessPages, AlignedMappingsLoseNothing) {
  Rig rig(Dss::disabled);
  rig.pages.map(page, page);
  const std::uint64_t alignment = 64 * page;
  const VirtAddr at = rig.pages.map(3 * page, alignment);
  EXPECT_EQ(at.value() % alignment, 0U);
  EXPECT_EQ(rig.calls.mapped_bytes(), 4 * page);
  EXPECT_EQ(rig.pages.counts().mapped_bytes, 4 * page);
}

TEST(ProcessPages, MoveThatFailsLosesTheNewRange) {
  Rig rig(Dss::disabled);
  const VirtAddr old = rig.pages.map(huge, page);
  const VirtAddr wider = rig.pages.map(2 * huge, page);
  rig.calls.refuses_moves = true;
  EXPECT_FALSE(rig.pages.move(old, huge, wider, 2 * huge));
  EXPECT_EQ(rig.calls.mapped_bytes(), huge);
  EXPECT_EQ(rig.pages.counts().mapped_bytes, huge);
  rig.calls.refuses_moves = false;
  const VirtAddr again = rig.pages.map(2 * huge, page);
  EXPECT_TRUE(rig.pages.move(old, huge, again, 2 * huge));
  EXPECT_EQ(rig.calls.mapped_bytes(), 2 * huge);
  EXPECT_EQ(rig.pages.counts().mapped_bytes, 2 * huge);
}

TEST(ProcessPages, MoveThatFailsLeavesWhatOtherThreadsMappedThere) {
  Rig rig(Dss::disabled);
  const VirtAddr old = rig.pages.map(huge, page);
  const VirtAddr wider = rig.pages.map(2 * huge, page);
  rig.calls.refuses_moves = true;
  rig.calls.has_other_threads = true;
  EXPECT_FALSE(rig.pages.move(old, huge, wider, 2 * huge));
  EXPECT_EQ(rig.calls.mapped_bytes(), 3 * huge);
  EXPECT_EQ(rig.pages.counts().mapped_bytes, huge);
}

}  // namespace signalbox::process_pages_test
