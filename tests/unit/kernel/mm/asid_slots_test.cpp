#include "kernel/mm/asid_slots.hpp"

#include <gtest/gtest.h>

namespace signalbox::asid_slots_test {

AddressSpaceId space(std::uint32_t number) { return AddressSpaceId(number); }

// How many of `rounds` switches round a ring of processes flush, after two rounds to warm up.
unsigned flushes_in_ring(AsidSlots::Tags tags, unsigned processes, unsigned rounds) {
  AsidSlots cpu(tags);
  unsigned flushes = 0;
  for (unsigned i = 0; i < (rounds + 2) * processes; ++i) {
    const RootLoad load = cpu.switch_to(space(i % processes), 1).load;
    if (i >= 2 * processes && load == RootLoad::flush) ++flushes;
  }
  return flushes;
}

TEST(AsidSlots, ThreadSwitchWithinASpaceDoesNothing) {
  AsidSlots cpu(AsidSlots::Tags::pcid);
  EXPECT_EQ(cpu.switch_to(space(1), 1).load, RootLoad::flush);
  EXPECT_EQ(cpu.switch_to(space(1), 1).load, RootLoad::none);
  // Who stays loaded is told of changes, and need not look.
  EXPECT_EQ(cpu.switch_to(space(1), 2).load, RootLoad::none);
}

// The step from 6 to 7 processes that switching.md measured on Linux.
TEST(AsidSlots, SixProcessesFitAndSevenFlushEachTime) {
  EXPECT_EQ(flushes_in_ring(AsidSlots::Tags::pcid, 6, 10), 0U);
  EXPECT_EQ(flushes_in_ring(AsidSlots::Tags::pcid, 7, 10), 70U);
}

TEST(AsidSlots, WithoutTagsEverySwitchFlushes) { EXPECT_EQ(flushes_in_ring(AsidSlots::Tags::none, 2, 10), 20U); }

TEST(AsidSlots, ComesBackToItsTag) {
  AsidSlots cpu(AsidSlots::Tags::pcid);
  const Asid first = cpu.switch_to(space(1), 1).asid;
  const Asid second = cpu.switch_to(space(2), 1).asid;
  EXPECT_NE(first, second);
  EXPECT_EQ(cpu.switch_to(space(1), 1), (AsidSlots::Switch{first, RootLoad::keep}));
}

TEST(AsidSlots, ChangesMissedWhileAwayAreFlushed) {
  AsidSlots cpu(AsidSlots::Tags::pcid);
  cpu.switch_to(space(1), 1);
  cpu.switch_to(space(2), 1);
  EXPECT_EQ(cpu.switch_to(space(1), 2).load, RootLoad::flush);
  EXPECT_EQ(cpu.generation(), 2U);
}

TEST(AsidSlots, ChangesItWasToldOfAreNotFlushedAgain) {
  AsidSlots cpu(AsidSlots::Tags::pcid);
  cpu.switch_to(space(1), 1);
  cpu.note_flushed(2);
  cpu.switch_to(space(2), 1);
  EXPECT_EQ(cpu.switch_to(space(1), 2).load, RootLoad::keep);
}

TEST(AsidSlots, KernelThreadLeavesTheSpaceLoaded) {
  AsidSlots cpu(AsidSlots::Tags::none);
  cpu.enter_lazy();
  EXPECT_FALSE(cpu.is_lazy());
  cpu.switch_to(space(1), 1);
  cpu.enter_lazy();
  EXPECT_TRUE(cpu.is_lazy());
  EXPECT_EQ(cpu.switch_to(space(1), 1).load, RootLoad::none);
  EXPECT_FALSE(cpu.is_lazy());
  cpu.enter_lazy();
  EXPECT_EQ(cpu.switch_to(space(1), 2).load, RootLoad::flush);
  cpu.enter_lazy();
  EXPECT_EQ(cpu.switch_to(space(2), 1).load, RootLoad::flush);
}

TEST(AsidSlots, TellTheTagOfASpaceThatIsKnown) {
  AsidSlots slots(AsidSlots::Tags::pcid);
  EXPECT_EQ(slots.tag_of(AddressSpaceId(7)), std::nullopt);
  slots.switch_to(AddressSpaceId(7), 0);
  slots.switch_to(AddressSpaceId(8), 0);
  EXPECT_EQ(slots.tag_of(AddressSpaceId(7)), Asid(0));
  EXPECT_EQ(slots.tag_of(AddressSpaceId(8)), Asid(1));
}

}  // namespace signalbox::asid_slots_test
