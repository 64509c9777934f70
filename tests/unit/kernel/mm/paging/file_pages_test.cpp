#include "kernel/mm/paging/file_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernel/mm/paging/generated_file.hpp"
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

TEST(FilePages, OneThatIsJustBeingReadIsNotMadeAnew) {
  Rig rig;
  const FaultPlan plan = rig.pages.bring_in(2, FrameUrgency::ordinary);
  EXPECT_TRUE(rig.pages.make(2, FrameUrgency::ordinary).empty());
  rig.machine.memory.finished(plan.request);
  EXPECT_EQ(rig.pages.find(2)[0], std::byte{2});
}

}  // namespace signalbox::file_pages_test
