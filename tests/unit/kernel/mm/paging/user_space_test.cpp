#include "kernel/mm/paging/user_space.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/paging/space_mirror.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::user_space_test {

TEST(UserSpace, NewOneIsARootTable) {
  PagedMachine machine(256);
  const auto space = machine.new_space();
  EXPECT_EQ(space->tables().table_frames(), 1U);
  EXPECT_EQ(space->resident(), ResidentCounters{});
  EXPECT_EQ(space->map().vmas().size(), 0U);
}

TEST(UserSpace, WithoutAFrameForTheRootIsEnomem) {
  PagedMachine machine(256);
  machine.memory.frames().refuse_after(0);
  EXPECT_EQ(UserSpace::create(machine.memory, AddressSpaceId(1), plain_layout({})).error(), Errno::enomem);
}

// Below the low watermark background reclaim is wanted; only below the lowest does an allocation fail.
TEST(UserSpace, FramesAreTakenDownToTheLowestWatermark) {
  PagedMachine machine(256);
  const auto space = machine.new_space();
  const VirtAddr at = map_pages(*space, 256);
  const Watermarks& marks = machine.memory.frames().zones()[0].watermarks;
  std::uint64_t page = 0;
  while (machine.first_step(*space, at + page * page_bytes, Access::write).step == FaultPlan::Step::retry) ++page;
  EXPECT_EQ(machine.memory.frames().free_frames(), marks.min);
  EXPECT_TRUE(machine.memory.shortage().background().is_wanted());
  EXPECT_EQ(space->resolve({.at = at + page * page_bytes, .access = Access::write}, FrameUrgency::victim).step,
            FaultPlan::Step::retry);
  EXPECT_LT(machine.memory.frames().free_frames(), marks.min);
}

TEST(UserSpace, EndGivesEverythingBack) {
  PagedMachine machine(1024, 16);
  const MemoryObjectRef file(new TestFile(4));
  {
    const auto space = machine.new_space();
    const VirtAddr at = map_pages(*space, 100);
    for (std::uint64_t page = 0; page < 100; page += 7)
      ASSERT_TRUE(machine.store(*space, at + page * page_bytes, page));
    machine.evict(machine.entry(*space, at).frame());
    const VirtAddr shared = map_pages(*space, 3, prot_read | prot_write, map_shared | map_anonymous);
    ASSERT_TRUE(machine.store(*space, shared, 1));
    ASSERT_TRUE(machine.store(*space, map_file(*space, file, map_shared), 1));
    const auto child = machine.fork(*space);
    ASSERT_TRUE(machine.store(*child, at, 1));
  }
  EXPECT_EQ(machine.used_frames(), 2U);  // the page of zeros, and the file's
  EXPECT_EQ(machine.memory.frames().used_frames(FrameUse::page_table), 0U);
  EXPECT_EQ(machine.memory.swap().free_slots(), 16U);
  EXPECT_EQ(machine.memory.commits().committed_pages(), 0U);
  EXPECT_EQ(machine.memory.records().pool_used(), 0U);
}

TEST(UserSpace, ThirtyTwoBitsWorkTheSame) {
  PagedMachine machine(1024, 16, {.format = &x86_32_format()});
  const auto space = machine.new_space(plain_layout({.width = ProgramWidth::bits_32}));
  const VirtAddr at = map_pages(*space, 4);
  ASSERT_TRUE(machine.store(*space, at, 5));
  const auto child = machine.fork(*space);
  machine.evict(machine.entry(*space, at).frame());
  ASSERT_TRUE(machine.store(*child, at, 6));
  EXPECT_EQ(machine.load(*space, at), 5U);
  EXPECT_EQ(space->tables().table_frames(), 2U);
}

TEST(UserSpace, FlatTableWorksTheSame) {
  PagedMachine machine(4096, 16, {.format = &flat_format()});
  const auto space = machine.new_space(plain_layout({.width = ProgramWidth::bits_32}));
  const VirtAddr at = map_pages(*space, 4);
  ASSERT_TRUE(machine.store(*space, at, 5));
  machine.evict(machine.entry(*space, at).frame());
  EXPECT_EQ(machine.load(*space, at), 5U);
}

struct RecordingMirror final : SpaceMirror {
  void forget(PageRange range) override { forgotten.push_back(range); }
  void forget_use(VirtAddr page) override { unused.push_back(page); }
  bool is_kept(PageRange range) const override { return range.begin == kept; }
  void space_ends() override { ++ends; }

  std::vector<PageRange> forgotten;
  std::vector<VirtAddr> unused;
  VirtAddr kept;
  int ends = 0;
};

TEST(UserSpace, AMirrorHearsWhatTlbsHear) {
  PagedMachine machine(256);
  RecordingMirror mirror;
  {
    const auto space = machine.new_space();
    const VirtAddr at = map_pages(*space, 4);
    ASSERT_TRUE(machine.store(*space, at, 1));
    space->set_mirror(&mirror);
    EXPECT_EQ(machine.memory.take_references(machine.entry(*space, at).frame()).accessed, 1U);
    EXPECT_EQ(mirror.unused, std::vector{at});
    ASSERT_TRUE(mprotect(space->map(), at, page_bytes, prot_read));
    EXPECT_EQ(mirror.forgotten, (std::vector{PageRange{at, at + page_bytes}}));
    ASSERT_TRUE(munmap(space->map(), at, 4 * page_bytes));
    EXPECT_EQ(mirror.forgotten.size(), 2U);
    EXPECT_EQ(mirror.ends, 0);
  }
  EXPECT_EQ(mirror.ends, 1);
}

}  // namespace signalbox::user_space_test
