#include "kernel/base/address.hpp"

#include <gtest/gtest.h>

#include <concepts>

namespace signalbox::address_test {

TEST(Address, KindsDoNotMix) {
  EXPECT_FALSE((std::convertible_to<VirtAddr, PhysAddr>));
  EXPECT_FALSE((std::equality_comparable_with<VirtAddr, PhysAddr>));
  EXPECT_FALSE((std::convertible_to<std::uint64_t, VirtAddr>));
}

TEST(Address, CountsBytesAndWrapsLikeARegister) {
  EXPECT_EQ(VirtAddr(0x1000) + 8, VirtAddr(0x1008));
  EXPECT_EQ(VirtAddr(0x1008) - VirtAddr(0x1000), 8U);
  EXPECT_EQ(VirtAddr(~std::uint64_t{0}) + 1, VirtAddr());
}

TEST(Address, AlignsDown) {
  EXPECT_EQ(PhysAddr(0x1fff).aligned_down(0x1000), PhysAddr(0x1000));
  EXPECT_EQ(PhysAddr(0x2000).aligned_down(0x1000), PhysAddr(0x2000));
}

}  // namespace signalbox::address_test
