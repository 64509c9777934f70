#include "kernel/mm/segment_table.hpp"

#include <gtest/gtest.h>

#include "kernel/mm/page_table.hpp"
#include "tests/support/emulated_ram.hpp"

namespace signalbox::segment_table_test {

constexpr Segment user_data{
    .base = 0x1'0000, .limit = 0xfff, .is_wide = true, .is_open = true, .privilege = 3, .is_present = true};

class Segments : public ::testing::Test {
 protected:
  std::expected<LoadedSegment, SegmentFault> load(const Segment& segment, SegmentRegister reg, std::uint8_t privilege,
                                                  std::uint8_t requested) {
    gdt_.write(1, segment);
    return unit_.load({.index = 1, .requested_privilege = requested}, reg, privilege);
  }
  bool loads(const Segment& segment, SegmentRegister reg, std::uint8_t privilege, std::uint8_t requested) {
    const auto loaded = load(segment, reg, privilege, requested);
    const SegmentFault expected{SegmentFault::Kind::general_protection, 8};
    EXPECT_TRUE(loaded.has_value() || loaded.error() == expected);
    return loaded.has_value();
  }

  EmulatedRam ram_{16};
  SegmentTable gdt_{ram_.memory, PhysAddr(0x1000), 4};
  SegmentUnit unit_{gdt_};
};

TEST_F(Segments, DescriptorsLieInMemory) {
  gdt_.write(2, user_data);
  EXPECT_EQ(ram_.memory.read<std::uint64_t>(PhysAddr(0x1010)), user_data.bits());
  EXPECT_EQ(gdt_.read(2), user_data);
}

// Every pair of privileges: data may be loaded iff max(CPL, RPL) <= DPL.
TEST_F(Segments, DataNeedsThePrivilegeOfBoth) {
  for (std::uint8_t dpl = 0; dpl < 4; ++dpl) {
    Segment segment = user_data;
    segment.privilege = dpl;
    for (std::uint8_t cpl = 0; cpl < 4; ++cpl) {
      for (std::uint8_t rpl = 0; rpl < 4; ++rpl) {
        EXPECT_EQ(loads(segment, SegmentRegister::data, cpl, rpl), cpl <= dpl && rpl <= dpl);
        EXPECT_EQ(loads(segment, SegmentRegister::stack, cpl, rpl), cpl == dpl && rpl == dpl);
        segment.is_code = true;
        EXPECT_EQ(loads(segment, SegmentRegister::code, cpl, rpl), cpl == dpl && rpl <= cpl);
        segment.is_expand_down = true;  // conforming
        EXPECT_EQ(loads(segment, SegmentRegister::code, cpl, rpl), dpl <= cpl);
        EXPECT_TRUE(loads(segment, SegmentRegister::data, cpl, rpl));
        segment.is_code = segment.is_expand_down = false;
      }
    }
  }
}

TEST_F(Segments, OnlyWhatFitsTheRegisterIsLoaded) {
  Segment segment = user_data;
  EXPECT_FALSE(loads(segment, SegmentRegister::code, 3, 3));
  segment.is_open = false;
  EXPECT_FALSE(loads(segment, SegmentRegister::stack, 3, 3));
  segment.is_code = true;
  EXPECT_FALSE(loads(segment, SegmentRegister::data, 3, 3));
  segment = user_data;
  segment.is_system = true;
  EXPECT_FALSE(loads(segment, SegmentRegister::data, 3, 3));
}

TEST_F(Segments, AbsentSegmentHasAFaultOfItsOwn) {
  Segment segment = user_data;
  segment.is_present = false;
  EXPECT_EQ(load(segment, SegmentRegister::data, 3, 3).error(), (SegmentFault{SegmentFault::Kind::not_present, 8}));
  EXPECT_EQ(load(segment, SegmentRegister::stack, 3, 3).error(), (SegmentFault{SegmentFault::Kind::stack_fault, 8}));
}

TEST_F(Segments, NullMayBeHeldAndNotUsed) {
  const auto loaded = unit_.load({}, SegmentRegister::data, 3);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->linear(0, 1, Access::read).error(), SegmentFault());
  EXPECT_EQ(unit_.load({}, SegmentRegister::stack, 0).error(), SegmentFault());
}

TEST_F(Segments, LocalTableIsAProcessOwn) {
  const SegmentSelector local{.index = 1, .table = SegmentSelector::Table::ldt, .requested_privilege = 3};
  EXPECT_EQ(unit_.load(local, SegmentRegister::data, 3).error().error_code, 0xcU);
  SegmentTable ldt(ram_.memory, PhysAddr(0x2000), 2);
  ldt.write(1, user_data);
  unit_.set_ldt(&ldt);
  EXPECT_TRUE(unit_.load(local, SegmentRegister::data, 3));
  const SegmentSelector beyond{.index = 2, .table = SegmentSelector::Table::ldt, .requested_privilege = 3};
  EXPECT_EQ(unit_.load(beyond, SegmentRegister::data, 3).error().error_code, 0x14U);
}

TEST_F(Segments, OffsetIsCheckedAndAddedToTheBase) {
  const LoadedSegment data = *load(user_data, SegmentRegister::data, 3, 3);
  EXPECT_EQ(data.linear(0xffc, 4, Access::write), VirtAddr(0x1'0ffc));
  EXPECT_EQ(data.linear(0xffd, 4, Access::read).error(), SegmentFault());
  EXPECT_EQ(data.linear(0, 4, Access::execute).error(), SegmentFault());
  const LoadedSegment stack = *load(user_data, SegmentRegister::stack, 3, 3);
  EXPECT_EQ(stack.linear(0x1000, 4, Access::read).error().kind, SegmentFault::Kind::stack_fault);
}

TEST_F(Segments, CodeIsNeverWritten) {
  Segment code = user_data;
  code.is_code = true;
  const LoadedSegment loaded = *load(code, SegmentRegister::code, 3, 3);
  EXPECT_TRUE(loaded.linear(0, 1, Access::execute));
  EXPECT_TRUE(loaded.linear(0, 1, Access::read));
  EXPECT_FALSE(loaded.linear(0, 1, Access::write));
}

TEST(SegmentedPaging, TakesThreeAccessesTwoWithAHeldDescriptor) {
  EmulatedRam ram(4096);
  PageTable table = PageTable::create(ram.memory, flat_format()).value();
  const VirtAddr linear(0x1'0ffc);
  const auto reach = [&](Descriptor descriptor) {
    return segmented_access(ram.memory, flat_format(), table.root(), linear, descriptor);
  };
  EXPECT_EQ(reach(Descriptor::read).memory_accesses, 2U);
  EXPECT_FALSE(reach(Descriptor::read).where);
  ASSERT_TRUE(table.map(VirtAddr(0x1'0000), PageEntry(FrameNumber(9), page_bit::table)));
  EXPECT_EQ(reach(Descriptor::read).memory_accesses, 3U);
  EXPECT_EQ(reach(Descriptor::held).memory_accesses, 2U);
  EXPECT_EQ(reach(Descriptor::held).where, PhysAddr(0x9ffc));
}

TEST(SegmentTableDeathTest, MoreEntriesThanASelectorReachesFail) {
  EmulatedRam ram(32);
  EXPECT_DEATH(SegmentTable(ram.memory, PhysAddr(), 8193), "13 bits");
  EXPECT_DEATH((void)SegmentTable(ram.memory, PhysAddr(), 1).read(1), "in the table");
}

}  // namespace signalbox::segment_table_test
