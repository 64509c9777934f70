#include "kernel/exec/moved_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "kernel/exec/address_window.hpp"

namespace signalbox::moved_pages_test {

constexpr std::size_t bytes = std::size_t{3} << 20U;
constexpr unsigned usable = AddressWindow::may_read | AddressWindow::may_write;

class MovedPagesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(window_.open(pages, usable));
    std::ranges::fill(pages, std::byte{1});
  }

 private:
  AddressWindow window_{std::size_t{1} << 24U};

 protected:
  const std::span<std::byte> pages{window_.begin() + 4096, bytes};
};

TEST_F(MovedPagesTest, LeaveZerosAndComeBack) {
  MovedPages moved(pages);
  for (const int turn : {1, 2}) {
    ASSERT_TRUE(moved.take()) << turn;
    EXPECT_TRUE(std::ranges::all_of(pages, [](std::byte each) { return each == std::byte{0}; }));
    std::ranges::fill(pages, std::byte{9});
    moved.give_back();
    EXPECT_TRUE(std::ranges::all_of(pages, [](std::byte each) { return each == std::byte{1}; }));
  }
  pages.back() = std::byte{2};
}

TEST_F(MovedPagesTest, OfTwoOwnersChangePlaces) {
  MovedPages one(pages);
  ASSERT_TRUE(one.take());
  std::ranges::fill(pages, std::byte{2});
  MovedPages other(pages);
  for (const int turn : {1, 2}) {
    ASSERT_TRUE(other.take()) << turn;
    one.give_back();
    EXPECT_EQ(pages[bytes / 2], std::byte{1});
    ASSERT_TRUE(one.take()) << turn;
    other.give_back();
    EXPECT_EQ(pages[bytes / 2], std::byte{2});
  }
}

// Linux moves several mappings at once since 6.17, and says EFAULT before.
TEST_F(MovedPagesTest, StayOrComeBackWhereTheHostHasThemAsSeveralMappings) {
  ASSERT_TRUE(AddressWindow::protect(pages.first(4096), AddressWindow::may_read));
  const MovedPages moved(pages);
  if (moved.take()) {
    EXPECT_EQ(pages.back(), std::byte{0});
    moved.give_back();
  }
  EXPECT_EQ(pages.front(), std::byte{1});
  EXPECT_EQ(pages.back(), std::byte{1});
}

TEST_F(MovedPagesTest, GoWithWhoeverHasThem) {
  MovedPages first(pages);
  ASSERT_TRUE(first.take());
  MovedPages second = std::move(first);
  second.give_back();
  EXPECT_EQ(pages.front(), std::byte{1});
}

}  // namespace signalbox::moved_pages_test
