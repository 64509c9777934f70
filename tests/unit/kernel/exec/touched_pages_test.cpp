#include "kernel/exec/touched_pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/exec/address_window.hpp"

namespace signalbox::touched_pages_test {

TEST(TouchedPages, AreThoseSomebodyWroteTo) {
  constexpr std::size_t page = 4096;
  AddressWindow window(std::size_t{1} << 20U);
  const std::span<std::byte> pages(window.begin(), 8 * page);
  ASSERT_TRUE(window.open(pages, AddressWindow::may_read | AddressWindow::may_write));
  TouchedPages touched;
  std::vector<std::span<std::byte>> runs;
  touched.find(pages, runs);
  EXPECT_THAT(runs, testing::IsEmpty());
  pages[2 * page] = pages[3 * page] = pages[6 * page + 5] = std::byte{1};
  touched.find(pages, runs);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].data(), pages.data() + 2 * page);
  EXPECT_EQ(runs[0].size(), 2 * page);
  EXPECT_EQ(runs[1].data(), pages.data() + 6 * page);
}

TEST(TouchedPages, AFirstTouchIsAHostFault) {
  constexpr std::size_t page = 4096;
  AddressWindow window(std::size_t{1} << 20U);
  const std::span<std::byte> pages(window.begin(), 2 * page);
  ASSERT_TRUE(window.open(pages, AddressWindow::may_read | AddressWindow::may_write));
  AddressWindow::keep_small(pages);
  pages[0] = std::byte{1};
  const std::uint64_t before = TouchedPages::host_faults();
  for (std::byte& byte : pages.first(page)) byte = std::byte{2};
  EXPECT_EQ(TouchedPages::host_faults(), before);
  pages[page] = std::byte{1};
  EXPECT_GT(TouchedPages::host_faults(), before);
}

}  // namespace signalbox::touched_pages_test
