#include "kernel/mm/paging/file_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernel/mm/paging/generated_file.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::file_pages_test {

// Pages below 4 are on the device, each full of its number; what is written counts.
class FourPages final : public PageStore {
 public:
  FourPages() : PageStore(Kind::file) {}
  bool has(std::uint64_t page) const override { return page < 4; }
  void read(std::uint64_t page, std::span<std::byte> to) const override {
    std::ranges::fill(to, static_cast<std::byte>(page));
  }
  void write(std::uint64_t, std::span<const std::byte>) override { ++written; }
  int written = 0;
};

struct Rig {
  PagedMachine machine;
  FourPages store;
  FilePages pages{machine.memory, store};
};

TEST(FilePages, AreReadOnceAndThenThere) {
  Rig rig;
  EXPECT_TRUE(rig.pages.find(3).empty());
  const FaultPlan plan = rig.pages.bring_in(3, FrameUrgency::ordinary);
  EXPECT_EQ(plan.step, FaultPlan::Step::read);
  EXPECT_EQ(rig.pages.bring_in(3, FrameUrgency::ordinary).step, FaultPlan::Step::wait);
  EXPECT_TRUE(rig.pages.find(3).empty());
  rig.machine.memory.finished(plan.request);
  EXPECT_EQ(rig.pages.find(3)[7], std::byte{3});
  EXPECT_EQ(rig.pages.bring_in(3, FrameUrgency::ordinary).step, FaultPlan::Step::retry);
}

TEST(FilePages, HolesAreZerosWithoutReading) {
  Rig rig;
  EXPECT_EQ(rig.pages.bring_in(4, FrameUrgency::ordinary).step, FaultPlan::Step::retry);
  EXPECT_EQ(rig.pages.find(4)[0], std::byte{0});
  rig.pages.read_ahead(0, 9);
  EXPECT_EQ(rig.machine.memory.take_requests().size(), 4U);
}

TEST(FilePages, DirtyOnesAreWrittenAndCleanThen) {
  Rig rig;
  EXPECT_FALSE(rig.pages.make(1, FrameUrgency::ordinary).empty());
  EXPECT_FALSE(rig.pages.has_dirty(0, 9));
  rig.pages.dirtied(1);
  EXPECT_TRUE(rig.pages.has_dirty(0, 9));
  const std::vector<BlockRequest> writes = rig.pages.start_writes(0, 9);
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_EQ(rig.pages.find_writing(0, 9), (FilePages::Writing{.page = 1, .frame = writes[0].frame}));
  EXPECT_EQ(rig.pages.find_writing(2, 9), std::nullopt);
  EXPECT_FALSE(rig.pages.has_dirty(0, 9));
  rig.machine.memory.finished(writes[0]);
  EXPECT_EQ(rig.store.written, 1);
  EXPECT_EQ(rig.pages.find_writing(0, 9), std::nullopt);
}

TEST(FilePages, WhatIsRemovedGivesItsFramesBack) {
  Rig rig;
  const std::uint32_t free = rig.machine.memory.frames().free_frames();
  for (std::uint64_t page = 0; page < 6; ++page) {
    rig.pages.make(page, FrameUrgency::ordinary);
    rig.pages.dirtied(page);
  }
  rig.pages.remove(2);
  EXPECT_EQ(rig.machine.memory.frames().free_frames(), free - 2);
  EXPECT_EQ(rig.machine.memory.shortage().writes().dirty(), 2U);
  rig.pages.remove(0);
  EXPECT_EQ(rig.machine.memory.frames().free_frames(), free);
}

// Private copies too, also those in swap; and nothing of what lies before.
TEST(FilePages, WhatIsRemovedGoesFromMappingsWithTheirCopies) {
  PagedMachine machine(4096, 100);
  const MemoryObjectRef file(new TestFile(6));
  const auto space = machine.new_space();
  const VirtAddr at = map_file(*space, file, map_private);
  for (const std::uint64_t page : {0U, 2U, 3U, 5U}) EXPECT_TRUE(machine.store(*space, at + page * page_bytes, 70));
  const auto child = machine.fork(*space);
  machine.evict(machine.entry(*space, at + 3 * page_bytes).frame());
  EXPECT_EQ(machine.load(*space, at + 4 * page_bytes), 4U);
  FilePages(machine.memory, *file->store()).remove(3);
  for (UserSpace* const each : {space.get(), child.get()}) {
    EXPECT_EQ(each->resident().anonymous, 2U);
    EXPECT_EQ(each->resident().swapped, 0U);
    EXPECT_EQ(machine.entry(*each, at + 5 * page_bytes).bits(), 0U);
    EXPECT_EQ(machine.load(*each, at + 2 * page_bytes), 70U);
    EXPECT_EQ(machine.load(*each, at + 5 * page_bytes), 5U) << "as the file has it";
  }
  EXPECT_EQ(machine.memory.swap().free_slots(), machine.memory.swap().slots());
}

// madv_remove of another mapping leaves them (unmap_mapping_range without even_cows).
TEST(FilePages, AHoleLeavesPrivateCopies) {
  PagedMachine machine;
  const MemoryObjectRef file(new TestFile(2));
  const auto space = machine.new_space();
  const VirtAddr at = map_file(*space, file, map_private);
  const VirtAddr shared = map_file(*space, file, map_shared);
  EXPECT_TRUE(machine.store(*space, at, 70));
  EXPECT_EQ(machine.load(*space, shared), 0U);
  space->map().pages().advise(*space->map().vmas().find(shared), {shared, shared + page_bytes}, madv_remove);
  EXPECT_EQ(machine.entry(*space, shared).bits(), 0U);
  EXPECT_EQ(machine.load(*space, at), 70U);
}

TEST(FilePages, WhatLiesBehindTheEndIsClearedWhenItIsWritten) {
  struct HalfAPage final : PageStore {
    HalfAPage() : PageStore(Kind::file) {}
    bool has(std::uint64_t) const override { return false; }
    std::size_t bytes_in(std::uint64_t) const override { return 100; }
    void write(std::uint64_t, std::span<const std::byte>) override {}
  };
  PagedMachine machine;
  HalfAPage store;
  FilePages pages(machine.memory, store);
  std::ranges::fill(pages.make(0, FrameUrgency::ordinary), std::byte{7});
  pages.dirtied(0);
  const std::vector<BlockRequest> writes = pages.start_writes(0, 0);
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_EQ(pages.find(0)[99], std::byte{7});
  EXPECT_EQ(pages.find(0)[100], std::byte{0});
  EXPECT_EQ(pages.find(0)[page_bytes - 1], std::byte{0});
  machine.memory.finished(writes[0]);
}

TEST(FilePages, OneThatIsJustBeingReadIsNotMadeAnew) {
  Rig rig;
  const FaultPlan plan = rig.pages.bring_in(2, FrameUrgency::ordinary);
  EXPECT_TRUE(rig.pages.make(2, FrameUrgency::ordinary).empty());
  rig.machine.memory.finished(plan.request);
  EXPECT_EQ(rig.pages.find(2)[0], std::byte{2});
}

}  // namespace signalbox::file_pages_test
