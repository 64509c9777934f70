#include "kernel/mm/space/shared_memory.hpp"

#include <gtest/gtest.h>

#include "tests/support/address_maps.hpp"

namespace signalbox::shared_memory_test {

TEST(SharedMemory, IsPromisedWhileSomebodyHoldsIt) {
  CommitAccount commits({.ram_pages = 10});
  MemoryObjectRef object = SharedMemory::create(commits, 4, {}, SharedMemory::Reserve::all).value();
  EXPECT_EQ(object->bytes(), 4 * page_bytes);
  MemoryObjectRef other = object;
  object.reset();
  EXPECT_EQ(commits.committed_pages(), 4U);
  other.reset();
  EXPECT_EQ(commits.committed_pages(), 0U);
}

TEST(SharedMemory, WithoutReserveNothingIsPromised) {
  CommitAccount commits({.ram_pages = 10});
  EXPECT_TRUE(SharedMemory::create(commits, 11, {}, SharedMemory::Reserve::none));
  EXPECT_EQ(errno_of(SharedMemory::create(commits, 11, {}, SharedMemory::Reserve::all)), Errno::enomem);
}

}  // namespace signalbox::shared_memory_test
