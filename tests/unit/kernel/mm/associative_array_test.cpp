#include "kernel/mm/associative_array.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <optional>

#include "tests/support/naive_mmu.hpp"

namespace signalbox::associative_array_test {

using Array = AssociativeArray<int>;

LookupKey key(std::uint64_t number, std::uint8_t asid = 0) { return LookupKey(number, Asid(asid)); }

TEST(LookupKey, TellsNumberSpaceAndSizeApart) {
  EXPECT_EQ(LookupKey(0x7'ffff'ffff, Asid(15), PageSize::large).number(), 0x7'ffff'ffffU);
  EXPECT_EQ(LookupKey(1, Asid(15)).asid(), 15U);
  EXPECT_NE(key(1, 1), key(1, 2));
  EXPECT_NE(LookupKey(1, Asid(1), PageSize::large), LookupKey(1, Asid(1), PageSize::small));
}

TEST(AssociativeArray, DropsTheLeastRecentlyUsedOfASet) {
  Array array({.sets = 2, .ways = 2});
  array.insert(key(0), 10);
  array.insert(key(2), 12);
  array.insert(key(1), 11);  // of the other set
  EXPECT_EQ(*array.touch(key(0)), 10);
  array.insert(key(4), 14);
  EXPECT_EQ(array.touch(key(2)), nullptr);
  EXPECT_EQ(*array.touch(key(0)), 10);
  EXPECT_EQ(*array.touch(key(1)), 11);
}

TEST(AssociativeArray, KnowsHowManyAreValid) {
  Array array({.sets = 2, .ways = 2});
  EXPECT_EQ(array.known(), 0U);
  array.insert(key(0, 1), 10);
  array.insert(key(1, 15), 11);
  array.insert(key(3, 15), 12);
  EXPECT_EQ(array.known(), 3U);
  array.forget(key(3, 15));
  EXPECT_EQ(array.known(), 2U);
  array.forget_all(Asid(15));
  EXPECT_EQ(array.known(), 1U);
}

TEST(AssociativeArray, ForgottenWaysAreTakenFirst) {
  Array array({.sets = 1, .ways = 3});
  array.insert(key(0, 1), 10);
  array.insert(key(1, 2), 11);
  array.insert(key(2, 2), 12);
  array.forget_all(Asid(2));
  EXPECT_EQ(array.touch(key(1, 2)), nullptr);
  array.insert(key(3, 1), 13);
  array.insert(key(1, 2), 21);
  EXPECT_EQ(*array.touch(key(0, 1)), 10);
  EXPECT_EQ(*array.touch(key(1, 2)), 21);
  array.forget(key(0, 1));
  array.insert(key(4, 1), 14);
  EXPECT_EQ(*array.touch(key(3, 1)), 13);
}

TEST(AssociativeArrayDeathTest, SetsThatAreNoPowerOfTwoFail) {
  EXPECT_DEATH(Array({.sets = 3, .ways = 1}), "low bits");
  EXPECT_DEATH(Array({.sets = 1, .ways = 0}), "low bits");
}

// Equal to a list for each set, most recently used first, from which forgotten entries are erased.
TEST(AssociativeArrayProperty, EqualsListsOfKeys) {
  EXPECT_TRUE(rc::check("lists", [] {
    const CacheGeometry geometry{.sets = 1U << *rc::gen::inRange(0U, 4U), .ways = *rc::gen::inRange(1U, 6U)};
    Array array(geometry);
    NaiveLru<int> naive(geometry);
    const auto steps = *rc::gen::inRange(0, 300);
    for (int i = 0; i < steps; ++i) {
      const auto number = *rc::gen::inRange<std::uint64_t>(0, 40);
      const Asid asid(*rc::gen::inRange<std::uint8_t>(0, 3));
      const auto what = *rc::gen::inRange(0, 30);
      const NaiveKey naive_key{asid.value(), PageSize::small, number};
      if (what == 0) {
        array.forget_all(asid);
        naive.forget_all(asid.value());
      } else if (what == 1) {
        array.forget(LookupKey(number, asid));
        naive.forget(naive_key);
      } else {
        const int* const found = array.touch(LookupKey(number, asid));
        const int* const expected = naive.touch(naive_key);
        RC_ASSERT((found == nullptr) == (expected == nullptr));
        if (found != nullptr) RC_ASSERT(*found == *expected);
        if (found == nullptr) RC_ASSERT(array.insert(LookupKey(number, asid), i) == naive.insert(naive_key, i));
      }
    }
  }));
}

}  // namespace signalbox::associative_array_test
