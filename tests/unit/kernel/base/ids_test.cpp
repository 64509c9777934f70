#include "kernel/base/ids.hpp"

#include <gtest/gtest.h>

#include <concepts>

namespace signalbox::ids_test {

TEST(Id, DefaultNamesNobody) { EXPECT_EQ(Tid().value(), 0); }

TEST(Id, OrdersByNumber) {
  EXPECT_LT(CpuId(1), CpuId(2));
  EXPECT_EQ(Pid(7), Pid(7));
  EXPECT_NE(Pid(7), Pid(8));
}

TEST(Id, OfOneKindIsNoIdOfAnother) {
  static_assert(!std::convertible_to<Pid, Tid>);
  static_assert(!std::constructible_from<Tid, Pid>);
  static_assert(!std::equality_comparable_with<Pid, Tid>);
  static_assert(!std::convertible_to<int, Pid>);
}

TEST(Id, IsAsSmallAsItsNumber) {
  static_assert(sizeof(CpuId) == 2);
  static_assert(sizeof(Tid) == 4);
}

}  // namespace signalbox::ids_test
