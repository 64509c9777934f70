#include "workloads/posix/family_pages.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/exec/memory_file.hpp"

namespace signalbox::family_pages_test {

constexpr unsigned all = AddressWindow::may_read | AddressWindow::may_write;

class FamilyPagesTest : public testing::Test {
 protected:
  PageRange pages_at(unsigned first, unsigned count) const {
    const VirtAddr begin(host_address(window_.begin()) + first * page_bytes);
    return {begin, begin + count * page_bytes};
  }
  static std::byte& byte_of(PageRange range) { return host_bytes(range.begin.value(), 1).front(); }
  // Whether the host lets the page be read.
  static bool is_readable(PageRange range) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const bool can = write(ends[1], &byte_of(range), 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return can;
  }

  AddressWindow window_{std::size_t{1} << 20U};
  HostMappings mappings_;
  FamilyPages pages_{window_, mappings_};
};

TEST_F(FamilyPagesTest, RightsAreOfEachPage) {
  ASSERT_TRUE(pages_.open(pages_at(0, 8), all));
  pages_.protect(pages_at(2, 2), 0);
  EXPECT_TRUE(is_readable(pages_at(1, 1)));
  EXPECT_FALSE(is_readable(pages_at(2, 1)));
  EXPECT_FALSE(is_readable(pages_at(3, 1)));
  EXPECT_TRUE(is_readable(pages_at(4, 1)));
  pages_.allow(pages_at(3, 1), AddressWindow::may_read);
  EXPECT_FALSE(is_readable(pages_at(2, 1)));
  EXPECT_TRUE(is_readable(pages_at(3, 1)));
  pages_.protect(pages_at(8, 4), 0);  // of nothing
}

TEST_F(FamilyPagesTest, WhatIsHiddenKeepsItsBytes) {
  ASSERT_TRUE(pages_.open(pages_at(0, 4), all));
  ASSERT_TRUE(pages_.open(pages_at(6, 2), all));
  byte_of(pages_at(3, 1)) = std::byte{7};
  RangeSet kept;
  kept.add(pages_at(1, 1));
  kept.add(pages_at(5, 2));
  pages_.hide_all_but(kept);
  for (const unsigned page : {0U, 2U, 3U, 7U}) EXPECT_FALSE(is_readable(pages_at(page, 1))) << page;
  for (const unsigned page : {1U, 6U}) EXPECT_TRUE(is_readable(pages_at(page, 1))) << page;
  pages_.protect(pages_at(0, 4), all);
  EXPECT_EQ(byte_of(pages_at(3, 1)), std::byte{7});
}

TEST_F(FamilyPagesTest, RequiredMemoryIsMappedWhereOtherMemoryIs) {
  const MemoryFile memory(4 * page_bytes);
  const FamilyPages::File file{.number = 1, .descriptor = memory.descriptor()};
  ASSERT_TRUE(pages_.show(pages_at(0, 4), file, 0, all));
  byte_of(pages_at(2, 1)) = std::byte{9};
  EXPECT_EQ(memory.bytes()[2 * page_bytes], std::byte{9});
  ASSERT_TRUE(pages_.require(pages_at(1, 2), {}, 0));
  EXPECT_EQ(byte_of(pages_at(2, 1)), std::byte{0}) << "private, and fresh";
  byte_of(pages_at(1, 1)) = std::byte{5};
  ASSERT_TRUE(pages_.require(pages_at(1, 2), {}, 0));
  EXPECT_EQ(byte_of(pages_at(1, 1)), std::byte{5}) << "it was there";
  ASSERT_TRUE(pages_.require(pages_at(0, 4), file, 0));
  EXPECT_EQ(byte_of(pages_at(2, 1)), std::byte{9});
  EXPECT_EQ(byte_of(pages_at(1, 1)), std::byte{0});
}

TEST_F(FamilyPagesTest, MovedPagesLeaveFreshOnes) {
  ASSERT_TRUE(pages_.open(pages_at(0, 2), all));
  byte_of(pages_at(1, 1)) = std::byte{3};
  ASSERT_TRUE(pages_.move(pages_at(0, 2), pages_at(4, 1).begin));
  EXPECT_EQ(byte_of(pages_at(5, 1)), std::byte{3});
  EXPECT_EQ(byte_of(pages_at(1, 1)), std::byte{0});
  pages_.close(pages_at(0, 2));
  EXPECT_FALSE(is_readable(pages_at(1, 1)));
}

// As many as the host has: a part with rights of its own is one, and so is what is behind it.
TEST_F(FamilyPagesTest, CountsTheHostsMappings) {
  HostMappings mappings;
  mappings.replace(0, HostMappings::most - 30);
  {
    FamilyPages pages(window_, mappings);
    ASSERT_TRUE(pages.open(pages_at(0, 64), all));
    EXPECT_TRUE(mappings.has_room());
    for (unsigned i = 0; i < 64; i += 2) pages.protect(pages_at(i, 1), 0);
    EXPECT_FALSE(mappings.has_room());
    pages.protect(pages_at(0, 64), 0);
    EXPECT_TRUE(mappings.has_room());
    pages.close(pages_at(0, 64));
  }
  mappings.replace(0, 29);
  EXPECT_TRUE(mappings.has_room());
}

}  // namespace signalbox::family_pages_test
