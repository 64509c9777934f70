#include "kernel/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace signalbox::result_test {

Result<int> half(int number) {
  if (number % 2 != 0) return Errno::einval;
  return number / 2;
}

Result<int> quarter(int number) {
  const int once = TRY(half(number));
  return TRY(half(once));
}

Result<void> require_even(int number) {
  TRY(half(number));
  return {};
}

Result<std::unique_ptr<int>> owned(int number) { return std::make_unique<int>(number); }

TEST(Result, HoldsTheValue) { EXPECT_EQ(half(8), 4); }

TEST(Result, HoldsTheError) {
  ASSERT_FALSE(half(7).has_value());
  EXPECT_EQ(half(7).error(), Errno::einval);
}

TEST(Try, PassesTheValueOn) { EXPECT_EQ(quarter(8), 2); }

TEST(Try, ReturnsTheFirstError) { EXPECT_EQ(quarter(6).error(), Errno::einval); }

TEST(Try, WorksWithoutAValue) {
  EXPECT_TRUE(require_even(2).has_value());
  EXPECT_EQ(require_even(3).error(), Errno::einval);
}

TEST(Try, MovesWhatCannotBeCopied) {
  const auto twice = [](int number) -> Result<int> {
    const std::unique_ptr<int> value = TRY(owned(number));
    return *value * 2;
  };
  EXPECT_EQ(twice(21), 42);
}

}  // namespace signalbox::result_test
