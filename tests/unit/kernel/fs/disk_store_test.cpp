#include "kernel/fs/disk_store.hpp"

#include <gtest/gtest.h>

namespace signalbox::disk_store_test {

using Page = std::array<std::byte, page_bytes>;

TEST(DiskStore, APageIsAHoleUntilItIsWritten) {
  DiskSpace space(10);
  DiskStore store(space);
  store.bytes = page_bytes;
  EXPECT_FALSE(store.has(0));
  EXPECT_EQ(store.block_of(0), 10U);
  EXPECT_FALSE(store.has(0));  // on its way
  Page page{};
  page.fill(std::byte{7});
  store.write(0, page);
  EXPECT_TRUE(store.has(0));
  Page read{};
  store.read(0, read);
  EXPECT_EQ(read, page);
  EXPECT_EQ(store.block_of(0), 10U);
}

TEST(DiskStore, NeighboursLieBesideEachOther) {
  DiskSpace space(10);
  DiskStore one(space);
  DiskStore other(space);
  EXPECT_EQ(one.block_of(5), 10U);
  EXPECT_EQ(one.block_of(6), 11U);
  EXPECT_EQ(other.block_of(0), 12U);
  EXPECT_EQ(one.block_of(7), 13U);  // there is no room behind
  other.forget(0);
  EXPECT_EQ(other.block_of(1), 12U);
}

TEST(DiskStore, WhatIsBeyondTheEndIsWrittenAsZeros) {
  DiskSpace space(0);
  DiskStore store(space);
  store.bytes = 3;
  Page page{};
  page.fill(std::byte{1});
  store.block_of(0);
  store.write(0, page);
  Page read{};
  store.read(0, read);
  EXPECT_EQ(read[2], std::byte{1});
  EXPECT_EQ(read[3], std::byte{0});
}

}  // namespace signalbox::disk_store_test
