#include "kernel/mm/paging/page_statistics.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/space/mlock.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::page_statistics_test {

class Statistics : public ::testing::Test {
 protected:
  MappingUse of(const UserSpace& space, VirtAddr at) {
    return mapping_use(machine_.memory, space, *space.map().vmas().find(at));
  }
  std::uint64_t pagemap(VirtAddr at) const { return pagemap_page(machine_.memory, *space_, at).bits(); }

  PagedMachine machine_{4096, 64};
  std::unique_ptr<UserSpace> space_ = machine_.new_space();
};

TEST_F(Statistics, PageOfTwoCountsHalf) {
  const VirtAddr at = map_pages(*space_, 2048);  // more than one table
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  ASSERT_TRUE(machine_.store(*space_, at + 1500 * page_bytes, 1));
  machine_.load(*space_, at + page_bytes);
  const auto child = machine_.fork(*space_);
  ASSERT_TRUE(machine_.store(*child, at, 2));
  const MappingUse parent = of(*space_, at);
  EXPECT_EQ(parent.resident, 2 * page_bytes);  // the page of zeros is nobody's
  EXPECT_EQ(parent.private_dirty, page_bytes);
  EXPECT_EQ(parent.shared_dirty, page_bytes);
  EXPECT_EQ(parent.private_clean + parent.shared_clean, 0U);
  EXPECT_EQ(parent.anonymous, 2 * page_bytes);
  EXPECT_EQ(parent.referenced, 2 * page_bytes);
  EXPECT_EQ(kib_of_fraction(parent.proportional), 6U);
  EXPECT_EQ(kib_of_fraction(parent.proportional_anonymous), 6U);
  EXPECT_EQ(of(*child, at).referenced, page_bytes);  // the child's entry is old
}

TEST_F(Statistics, LockedFileAndSwapHaveTheirOwnSums) {
  const MemoryObjectRef file(new TestFile(1));
  const VirtAddr text = map_file(*space_, file, map_private, prot_read);
  machine_.load(*space_, text);
  ASSERT_TRUE(mlock(space_->map(), text, page_bytes, 0));
  const MappingUse of_file = of(*space_, text);
  EXPECT_EQ(of_file.private_clean, page_bytes);
  EXPECT_EQ(kib_of_fraction(of_file.proportional_locked), 4U);
  EXPECT_EQ(kib_of_fraction(of_file.proportional_file), 4U);

  const VirtAddr at = map_pages(*space_, 1);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  machine_.evict(machine_.entry(*space_, at).frame());
  const auto child = machine_.fork(*space_);
  MappingUse both = of(*space_, at);
  EXPECT_EQ(both.resident, 0U);
  EXPECT_EQ(both.swap, page_bytes);
  EXPECT_EQ(kib_of_fraction(both.proportional_swap), 2U);
  both += of_file;
  EXPECT_EQ(both.resident, page_bytes);
  EXPECT_EQ(both.swap, page_bytes);
}

TEST_F(Statistics, SharedMemoryInSwapIsCountedWithoutAnEntry) {
  const VirtAddr at = map_pages(*space_, 2, prot_read | prot_write, map_shared | map_anonymous);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  ASSERT_TRUE(machine_.store(*space_, at + page_bytes, 1));
  machine_.evict(machine_.entry(*space_, at).frame());
  const MappingUse found = of(*space_, at);
  EXPECT_EQ(found.swap, page_bytes);
  EXPECT_EQ(found.resident, page_bytes);
  EXPECT_EQ(kib_of_fraction(found.proportional_shared), 4U);
}

TEST_F(Statistics, PagemapEntriesAreLinuxs) {
  const VirtAddr at = map_pages(*space_, 3);
  EXPECT_EQ(pagemap(at), 0U);
  ASSERT_TRUE(machine_.store(*space_, at, 1));
  const std::uint64_t frame = machine_.entry(*space_, at).frame().value();
  EXPECT_EQ(pagemap(at), (std::uint64_t{1} << 63U) | (std::uint64_t{1} << 56U) | frame);
  machine_.load(*space_, at + page_bytes);
  EXPECT_EQ(pagemap(at + page_bytes), (std::uint64_t{1} << 63U) | machine_.memory.zero_page().value());
  ASSERT_TRUE(machine_.store(*space_, at + 2 * page_bytes, 1));
  machine_.evict(machine_.entry(*space_, at).frame());
  machine_.evict(machine_.entry(*space_, at + 2 * page_bytes).frame());
  EXPECT_EQ(pagemap(at + 2 * page_bytes), (std::uint64_t{1} << 62U) | (1U << 5U));
  const VirtAddr shared = map_pages(*space_, 1, prot_read | prot_write, map_shared | map_anonymous);
  machine_.load(*space_, shared);
  EXPECT_TRUE((pagemap(shared) & (std::uint64_t{1} << 61U)) != 0);
}

}  // namespace signalbox::page_statistics_test
