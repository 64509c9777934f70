#include "kernel/mm/frame.hpp"

#include <gtest/gtest.h>

namespace signalbox::frame_test {

TEST(Frame, NumbersAndAddressesCorrespond) {
  EXPECT_EQ(address_of(FrameNumber(3)), PhysAddr(0x3000));
  EXPECT_EQ(frame_at(PhysAddr(0x3fff)), FrameNumber(3));
  EXPECT_EQ(address_of(FrameNumber(0xffff'ffff)).value(), 0xfff'ffff'f000U);
}

TEST(FrameDeathTest, AddressesBeyondItsNumbersAreOurBug) {
  EXPECT_DEATH(frame_at(PhysAddr(std::uint64_t{1} << 44U)), "below 16 TiB");
}

TEST(Frame, RecordIsSmall) { EXPECT_LE(sizeof(Frame), 16U); }

}  // namespace signalbox::frame_test
