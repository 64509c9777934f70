#include <gtest/gtest.h>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::page_faults_test {

using enum FaultPlan::Step;

class PageFaults : public ::testing::Test {
 protected:
  PagedMachine machine_;
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
};

TEST_F(PageFaults, ReadMapsTheSharedZeroPageAndTheWriteIsASecondFault) {
  const VirtAddr at = map_pages(*space_, 2);
  EXPECT_EQ(machine_.load(*space_, at), 0U);
  EXPECT_EQ(machine_.entry(*space_, at).frame(), machine_.memory.zero_page());
  EXPECT_FALSE(machine_.entry(*space_, at).has(page_bit::writable));
  EXPECT_EQ(space_->resident().resident(), 0U);
  EXPECT_EQ(machine_.memory.events().faults, 1U);
  ASSERT_TRUE(machine_.store(*space_, at, 5));
  EXPECT_EQ(machine_.memory.events().faults, 2U);
  EXPECT_EQ(machine_.memory.events().copies, 0U);
  EXPECT_EQ(space_->resident(), (ResidentCounters{.anonymous = 1, .peak = 1}));
  EXPECT_EQ(machine_.load(*space_, at), 5U);
  EXPECT_EQ(machine_.memory.events().faults, 2U);
  EXPECT_EQ(machine_.load(*space_, at + 8), 0U);
}

TEST_F(PageFaults, WriteMakesAZeroedPageOfItsOwn) {
  const VirtAddr at = map_pages(*space_, 1);
  ASSERT_TRUE(machine_.store(*space_, at, 5));
  EXPECT_EQ(machine_.work, (MemoryWork{.pages_mapped = 1, .pages_zeroed = 1, .tables_made = 3}));
  const PageRecord& record = machine_.record(*space_, at);
  EXPECT_EQ(record.content, PageContent::anonymous);
  EXPECT_TRUE(record.is_exclusive);
  const PageRecords::Mappings mappings = machine_.memory.records().mappings_of(machine_.entry(*space_, at).frame());
  EXPECT_EQ(mappings, (PageRecords::Mappings{{space_.get(), at}}));
  EXPECT_EQ(machine_.entry(*space_, at).bits() & 0xfffU, 0x067U);  // P R/W U/S A D
  EXPECT_TRUE(machine_.entry(*space_, at).has(page_bit::no_execute));
}

TEST_F(PageFaults, NoMappingAndNoRightAreToldApart) {
  EXPECT_EQ(machine_.first_step(*space_, VirtAddr(0x10'0000), Access::read).step, segv_no_mapping);
  EXPECT_EQ(machine_.first_step(*space_, VirtAddr(0x8000'0000'0000'0000), Access::read).step, segv_no_mapping);
  const VirtAddr readable = map_pages(*space_, 1, prot_read);
  EXPECT_EQ(machine_.first_step(*space_, readable, Access::write).step, segv_no_right);
  const VirtAddr closed = map_pages(*space_, 1, prot_none);
  EXPECT_EQ(machine_.first_step(*space_, closed, Access::read).step, segv_no_right);
  EXPECT_EQ(machine_.memory.events().faults, 0U);
}

// As on Linux the page is mapped first, for the processor did not say that it may not be executed.
TEST_F(PageFaults, ExecutionOfDataFailsAtTheSecondFault) {
  const VirtAddr at = map_pages(*space_, 1);
  EXPECT_EQ(machine_.first_step(*space_, at, Access::execute).step, retry);
  EXPECT_EQ(machine_.first_step(*space_, at, Access::execute).step, segv_no_right);
}

TEST_F(PageFaults, PageThatNobodyMayUseKeepsItsBytes) {
  const VirtAddr at = map_pages(*space_, 1);
  ASSERT_TRUE(machine_.store(*space_, at, 5));
  ASSERT_TRUE(mprotect(space_->map(), at, page_bytes, prot_none));
  EXPECT_FALSE(machine_.entry(*space_, at).is_present());
  EXPECT_EQ(machine_.first_step(*space_, at, Access::read).step, segv_no_right);
  ASSERT_TRUE(mprotect(space_->map(), at, page_bytes, prot_read | prot_write));
  EXPECT_TRUE(machine_.entry(*space_, at).has(page_bit::writable));
  EXPECT_EQ(machine_.load(*space_, at), 5U);
}

TEST_F(PageFaults, StackGrowsByAFault) {
  const VirtAddr top(0x7fff'0000'0000);
  ASSERT_TRUE(mmap(space_->map(), {.hint = VirtAddr(top.value() - page_bytes),
                                   .bytes = page_bytes,
                                   .flags = map_private | map_anonymous | map_fixed | map_growsdown}));
  const VirtAddr below(top.value() - 10 * page_bytes);
  ASSERT_TRUE(machine_.store(*space_, below, 1));
  EXPECT_EQ(space_->map().vmas().find(below)->range, (PageRange{below, top}));
  const VirtAddr too_far(top.value() - (9U << 20U));
  EXPECT_EQ(machine_.first_step(*space_, too_far, Access::write).step, segv_no_mapping);
}

TEST_F(PageFaults, PopulateMakesWhatMayBeWrittenWritten) {
  const VirtAddr at = map_pages(*space_, 2);
  EXPECT_EQ(space_->populate(at).step, retry);
  EXPECT_TRUE(machine_.entry(*space_, at).has(page_bit::writable));
  EXPECT_EQ(space_->populate(at).work, MemoryWork{});
  EXPECT_EQ(space_->populate(map_pages(*space_, 1, prot_none)).step, segv_no_right);
  EXPECT_EQ(space_->populate(VirtAddr(0x1000)).step, segv_no_mapping);
  const VirtAddr readable = map_pages(*space_, 1, prot_read);
  EXPECT_EQ(space_->populate(readable).step, retry);
  EXPECT_EQ(machine_.entry(*space_, readable).frame(), machine_.memory.zero_page());
}

// The frame, and each of the three tables on the way to it.
TEST_F(PageFaults, WithoutAFrameNothingIsLost) {
  const VirtAddr at = map_pages(*space_, 1);
  const std::uint32_t before = machine_.used_frames();
  for (std::uint64_t n = 0; n < 4; ++n) {
    machine_.memory.frames().refuse_after(n);
    EXPECT_EQ(machine_.first_step(*space_, at, Access::write).step, reclaim) << n;
    EXPECT_EQ(machine_.used_frames(), before);
    EXPECT_EQ(space_->resident(), ResidentCounters{});
  }
  machine_.memory.frames().refuse_after(4);
  EXPECT_EQ(machine_.first_step(*space_, at, Access::write).step, retry);
}

}  // namespace signalbox::page_faults_test
