#include "kernel/syscall/arguments.hpp"

#include <gtest/gtest.h>

namespace signalbox::arguments_test {

enum class Colour : int { red = -1, green = 2 };

TEST(Arguments, IntegersAreCutAndSignExtended) {
  EXPECT_EQ(Register<std::int32_t>::decode(0xffffffffU), -1);
  EXPECT_EQ(Register<std::int32_t>::decode(0x1'00000007U), 7) << "the upper half of a register says nothing";
  EXPECT_EQ(Register<std::uint32_t>::decode(0xffff'ffff'ffff'ffffU), 0xffffffffU);
  EXPECT_EQ(Register<std::int32_t>::encode(-1), ~std::uint64_t{0});
  EXPECT_EQ(Register<std::int32_t>::print(~std::uint64_t{0}), "-1");
}

TEST(Arguments, EnumerationsTravelAsTheirNumbers) {
  EXPECT_EQ(Register<Colour>::decode(2), Colour::green);
  EXPECT_EQ(Register<Colour>::decode(~std::uint64_t{0}), Colour::red);
  EXPECT_EQ(Register<Colour>::print(2), "2");
}

TEST(Arguments, IdsKeepTheirSign) {
  EXPECT_EQ(Register<Pid>::decode(~std::uint64_t{0}), Pid(-1));
  EXPECT_EQ(Register<Pid>::encode(Pid(7)), 7U);
  EXPECT_EQ(Register<Pid>::print(~std::uint64_t{4}), "-5");
}

TEST(Arguments, PointersPrintOnlyWhetherTheyAreThere) {
  int value = 3;
  const auto pointer = UserPointer<int>::to(&value);
  EXPECT_EQ(Register<UserPointer<int>>::decode(pointer.address()).read(), 3);
  EXPECT_EQ(Register<UserPointer<int>>::print(pointer.address()), "0x...");
  EXPECT_EQ(Register<UserPointer<int>>::print(0), "NULL");
}

TEST(Arguments, ResultsAreTheValueOrMinusTheErrno) {
  EXPECT_EQ(encode_result(Result<int>(5)), 5);
  EXPECT_EQ(encode_result(Result<Pid>(Pid(9))), 9);
  EXPECT_EQ(encode_result(Result<int>(Errno::esrch)), -3);
}

TEST(UserPointer, NullIsEfaultAndOthersAreReached) {
  const UserPointer<int> null;
  EXPECT_TRUE(null.is_null());
  EXPECT_EQ(null.read().error(), Errno::efault);
  EXPECT_EQ(null.write(1).error(), Errno::efault);
  EXPECT_EQ(null.get().error(), Errno::efault);
  int value = 3;
  const auto pointer = UserPointer<int>::to(&value);
  EXPECT_TRUE(pointer.write(4).has_value());
  EXPECT_EQ(value, 4);
  EXPECT_EQ(*pointer.get(), &value);
}

}  // namespace signalbox::arguments_test
