#include "kernel/mm/paging/main_memory.hpp"

#include <gtest/gtest.h>

#include "tests/support/paged_machine.hpp"

namespace signalbox::main_memory_test {

TEST(MainMemory, HasOnePageOfZeros) {
  PagedMachine machine(256, 16);
  EXPECT_EQ(machine.used_frames(), 1U);
  EXPECT_EQ(machine.memory.swap().slots(), 16U);
  EXPECT_TRUE(machine.memory.map_rules().has_swap);
  EXPECT_FALSE(PagedMachine(256).memory.map_rules().has_swap);
  EXPECT_EQ(machine.memory.commits().rules().ram_pages, 256U);
}

TEST(MainMemory, FileThatGoesWhileAPageIsReadLosesNothing) {
  PagedMachine machine(256);
  BlockRequest request;
  {
    const auto space = machine.new_space();
    const VirtAddr at = map_file(*space, MemoryObjectRef(new TestFile(1)), map_private);
    request = machine.first_step(*space, at, Access::read).request;
  }
  EXPECT_EQ(machine.used_frames(), 2U);  // the device still writes to it
  machine.memory.finished(request);
  EXPECT_EQ(machine.used_frames(), 1U);
}

TEST(MainMemory, PageOfAFileThatIsWrittenWhileItIsChangedIsDirtyAgain) {
  PagedMachine machine(256);
  const MemoryObjectRef file(new TestFile(1));
  const auto space = machine.new_space();
  const VirtAddr at = map_file(*space, file, map_shared);
  ASSERT_TRUE(machine.store(*space, at, 1));
  machine.requests = machine.memory.start_writes(*file->store(), 0, 0);
  ASSERT_EQ(machine.requests.size(), 1U);
  EXPECT_TRUE(machine.memory.start_writes(*file->store(), 0, 0).empty());  // clean, and busy
  // The store's fault does not wait for the device.
  EXPECT_EQ(machine.first_step(*space, at, Access::write).step, FaultPlan::Step::retry);
  EXPECT_TRUE(machine.memory.is_dirty(machine.requests[0].frame));
  EXPECT_TRUE(machine.memory.start_writes(*file->store(), 0, 0).empty());  // busy
  machine.finish_all();
  EXPECT_EQ(machine.memory.start_writes(*file->store(), 0, 0).size(), 1U);
}

TEST(MainMemory, ReclaimMakesRoomForMoreThanThereIs) {
  PagedMachine machine(256, 512);
  const auto space = machine.new_space();
  const VirtAddr at = map_pages(*space, 512);
  for (std::uint64_t page = 0; page < 512; ++page) ASSERT_TRUE(machine.store(*space, at + page * page_bytes, page));
  EXPECT_GT(machine.memory.events().swapped_out, 256U);
  for (std::uint64_t page = 0; page < 512; ++page) ASSERT_EQ(machine.load(*space, at + page * page_bytes), page);
  EXPECT_EQ(space->resident().anonymous + space->resident().swapped, 512U);
}

}  // namespace signalbox::main_memory_test
