#include <gtest/gtest.h>

#include "kernel/base/prng.hpp"
#include "kernel/mm/paging/generated_file.hpp"
#include "kernel/mm/space/program_image.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::object_faults_test {

using enum FaultPlan::Step;

class ObjectFaults : public ::testing::Test {
 protected:
  std::uint64_t word_on_device(std::uint64_t page) const {
    return static_cast<const TestFile&>(*file_).word_on_device(page);
  }

  PagedMachine machine_{4096, 64};
  MemoryObjectRef file_{new TestFile(40)};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
};

TEST_F(ObjectFaults, FirstReadIsMajorAndTheOthersWait) {
  const VirtAddr at = map_file(*space_, file_, map_private, prot_read);
  const FaultPlan plan = machine_.first_step(*space_, at + 3 * page_bytes, Access::read);
  ASSERT_EQ(plan.step, read);
  EXPECT_EQ(plan.request.device, BlockRequest::Device::file);
  EXPECT_EQ(plan.request.block, 3U);
  EXPECT_TRUE(machine_.memory.is_busy(plan.request.frame));
  const FaultPlan second = machine_.first_step(*space_, at + 3 * page_bytes, Access::read);
  EXPECT_EQ(second.step, wait);
  EXPECT_EQ(second.request.frame, plan.request.frame);
  machine_.requests.push_back(plan.request);
  machine_.finish_all();
  EXPECT_EQ(machine_.load(*space_, at + 3 * page_bytes), 3U);
  EXPECT_EQ(machine_.memory.events().major_faults, 1U);
  EXPECT_EQ(machine_.memory.events().faults, 1U);
  EXPECT_EQ(machine_.memory.events().pages_in, 1U);
}

TEST_F(ObjectFaults, NeighboursInMemoryAreMappedToo) {
  const auto reader = machine_.new_space();
  const VirtAddr there = map_file(*reader, file_, map_private, prot_read);
  for (const std::uint64_t page : {0U, 5U, 15U, 16U, 30U}) machine_.load(*reader, there + page * page_bytes);
  const VirtAddr at = map_file(*space_, file_, map_private, prot_read);
  const std::uint64_t before = machine_.memory.events().faults;
  machine_.load(*space_, at + 5 * page_bytes);
  EXPECT_EQ(machine_.memory.events().faults, before + 1);
  // The window is 16 pages of the address space.
  std::uint64_t mapped = 0;
  for (std::uint64_t page = 0; page < 40; ++page) {
    const VirtAddr here = at + page * page_bytes;
    const bool is_in_window = here.aligned_down(65'536) == (at + 5 * page_bytes).aligned_down(65'536);
    const bool is_cached = page == 0 || page == 5 || page == 15 || page == 16 || page == 30;
    EXPECT_EQ(machine_.entry(*space_, here).is_present(), is_in_window && is_cached) << page;
    if (is_in_window && is_cached) ++mapped;
  }
  EXPECT_EQ(space_->resident().file, mapped);
  EXPECT_GE(mapped, 2U);
}

TEST_F(ObjectFaults, PrivateWriteStaysPrivate) {
  const VirtAddr at = map_file(*space_, file_, map_private);
  const VirtAddr shared = map_file(*space_, file_, map_shared);
  ASSERT_TRUE(machine_.store(*space_, at + page_bytes, 77));
  EXPECT_EQ(machine_.load(*space_, at + page_bytes), 77U);
  EXPECT_EQ(machine_.load(*space_, at + page_bytes + 8), 1U);
  EXPECT_EQ(machine_.load(*space_, shared + page_bytes), 1U);
  EXPECT_EQ(space_->resident().anonymous, 1U);
  EXPECT_TRUE(machine_.memory.start_writes(*file_->store(), 0, 39).empty());
}

TEST_F(ObjectFaults, SharedWriteDirtiesAndIsWrittenBackOnce) {
  const VirtAddr at = map_file(*space_, file_, map_shared);
  EXPECT_EQ(machine_.load(*space_, at + page_bytes), 1U);
  EXPECT_FALSE(machine_.entry(*space_, at + page_bytes).has(page_bit::writable));
  ASSERT_TRUE(machine_.store(*space_, at + page_bytes, 77));
  EXPECT_EQ(machine_.memory.shortage().writes().dirty(), 1U);
  machine_.requests = machine_.memory.start_writes(*file_->store(), 0, 39);
  ASSERT_EQ(machine_.requests.size(), 1U);
  EXPECT_EQ(machine_.requests[0].block, 1U);
  EXPECT_FALSE(machine_.entry(*space_, at + page_bytes).has(page_bit::writable));
  EXPECT_EQ(word_on_device(1), 1U);
  machine_.finish_all();
  EXPECT_EQ(word_on_device(1), 77U);
  EXPECT_TRUE(machine_.memory.start_writes(*file_->store(), 0, 39).empty());
  ASSERT_TRUE(machine_.store(*space_, at + page_bytes, 78));
  EXPECT_EQ(machine_.memory.start_writes(*file_->store(), 0, 39).size(), 1U);
  EXPECT_EQ(machine_.memory.events().pages_out, 2U);
}

TEST_F(ObjectFaults, BeyondTheEndIsABusError) {
  const auto mapped = mmap(space_->map(), {.bytes = 41 * page_bytes, .flags = map_private, .object = file_});
  ASSERT_TRUE(mapped);
  EXPECT_EQ(machine_.first_step(*space_, mapped->at + 40 * page_bytes, Access::read).step, bus_error);
  EXPECT_EQ(machine_.load(*space_, mapped->at + 39 * page_bytes), 39U);
}

TEST_F(ObjectFaults, SharedMemoryIsZerosAndMayBeWrittenAtOnce) {
  const VirtAddr at = map_pages(*space_, 2, prot_read | prot_write, map_shared | map_anonymous);
  EXPECT_EQ(machine_.load(*space_, at), 0U);
  EXPECT_EQ(machine_.reads, 0U);
  const std::uint64_t faults = machine_.memory.events().faults;
  ASSERT_TRUE(machine_.store(*space_, at, 5));
  EXPECT_EQ(machine_.memory.events().faults, faults);
  EXPECT_EQ(space_->resident(), (ResidentCounters{.shared = 1, .peak = 1}));
}

TEST_F(ObjectFaults, SharedMemoryComesBackFromSwapAndLeavesItsPlaceThere) {
  const VirtAddr at = map_pages(*space_, 2, prot_read | prot_write, map_shared | map_anonymous);
  ASSERT_TRUE(machine_.store(*space_, at, 5));
  machine_.evict(machine_.entry(*space_, at).frame());
  EXPECT_EQ(machine_.memory.swap().free_slots(), 63U);
  EXPECT_EQ(space_->resident().shared, 0U);
  EXPECT_EQ(space_->resident().swapped, 0U);
  EXPECT_EQ(machine_.load(*space_, at), 5U);
  EXPECT_EQ(machine_.reads, 1U);
  EXPECT_EQ(machine_.memory.swap().free_slots(), 64U);
}

TEST_F(ObjectFaults, ProgramIsLoadedByMajorFaults) {
  const MemoryObjectRef program(
      new GeneratedFile({.path = "/bin/program", .inode = 11, .bytes = 6 * page_bytes, .first_block = 100}));
  Prng random(1);
  ASSERT_TRUE(
      load_image(space_->map(), {.file = program, .text_bytes = 4 * page_bytes, .data_bytes = 2 * page_bytes}, random));
  const VirtAddr text = space_->map().parts.code_begin;
  const FaultPlan plan = machine_.first_step(*space_, text + 2 * page_bytes, Access::execute);
  ASSERT_EQ(plan.step, read);
  EXPECT_EQ(plan.request.block, 102U);
  machine_.requests.push_back(plan.request);
  machine_.finish_all();
  EXPECT_EQ(machine_.load(*space_, text + 2 * page_bytes + 16), GeneratedStore::word_at(11, 2 * page_bytes + 16));
  const VirtAddr data = space_->map().parts.data_begin;
  ASSERT_TRUE(machine_.store(*space_, data, 1));
  EXPECT_EQ(machine_.load(*space_, data + 8), GeneratedStore::word_at(11, 4 * page_bytes + 8));
  EXPECT_EQ(machine_.first_step(*space_, text, Access::write).step, segv_no_right);
}

TEST_F(ObjectFaults, WithoutAFrameNothingIsLost) {
  const VirtAddr at = map_file(*space_, file_, map_private);
  machine_.load(*space_, at);
  const std::uint32_t before = machine_.used_frames();
  machine_.memory.frames().refuse_after(0);
  EXPECT_EQ(machine_.first_step(*space_, at + page_bytes, Access::read).step, reclaim);
  EXPECT_EQ(machine_.first_step(*space_, at, Access::write).step, reclaim);
  const VirtAddr zeros = map_pages(*space_, 1, prot_read | prot_write, map_shared | map_anonymous);
  EXPECT_EQ(machine_.first_step(*space_, zeros, Access::read).step, reclaim);
  EXPECT_EQ(machine_.used_frames(), before);
}

}  // namespace signalbox::object_faults_test
