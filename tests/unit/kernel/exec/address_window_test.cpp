#include "kernel/exec/address_window.hpp"

#include <gtest/gtest.h>

namespace signalbox::address_window_test {

constexpr std::size_t page = 4096;
constexpr unsigned read_and_write = AddressWindow::may_read | AddressWindow::may_write;

TEST(AddressWindow, BeginsAtAMultipleOfItsSizeAndOpensFreshPages) {
  constexpr std::size_t bytes = std::size_t{16} << 20U;
  AddressWindow window(bytes);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(window.begin()) % bytes, 0U);
  EXPECT_EQ(window.end() - window.begin(), static_cast<std::ptrdiff_t>(bytes));
  const std::span<std::byte> pages(window.begin() + page, 2 * page);
  ASSERT_TRUE(window.open(pages, read_and_write));
  pages[0] = std::byte{1};
  AddressWindow::clear(pages);
  EXPECT_EQ(pages[0], std::byte{0});
  pages[0] = std::byte{2};
  ASSERT_TRUE(window.open(pages, read_and_write));
  EXPECT_EQ(pages[0], std::byte{0}) << "opened again";
}

TEST(AddressWindow, MovedPagesKeepTheirContents) {
  AddressWindow window(std::size_t{1} << 20U);
  const std::span<std::byte> pages(window.begin(), page);
  ASSERT_TRUE(window.open(pages, read_and_write));
  pages[7] = std::byte{7};
  ASSERT_TRUE(AddressWindow::protect(pages, AddressWindow::may_read));
  ASSERT_TRUE(window.move(pages, window.begin() + 4 * page));
  EXPECT_EQ(window.begin()[4 * page + 7], std::byte{7});
  window.close({window.begin() + 4 * page, page});
}

}  // namespace signalbox::address_window_test
