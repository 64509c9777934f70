#include "kernel/alloc/objects/kernel_pages.hpp"

#include <gtest/gtest.h>

#include "kernel/exec/host_bytes.hpp"

namespace signalbox::kernel_pages_test {
namespace {

using alloc::KernelPages;
constexpr std::uint64_t page = 4096;

TEST(KernelPages, AreZeroedAndAligned) {
  KernelPages pages;
  const VirtAddr at = pages.map(4 * page, 16 * page);
  ASSERT_NE(at, VirtAddr());
  EXPECT_EQ(at.value() % (16 * page), 0U);
  for (const std::byte each : host_bytes(at.value(), 4 * page)) EXPECT_EQ(each, std::byte{0});
}

TEST(KernelPages, LargeOnesBeginAtAHugePage) {
  KernelPages pages;
  const VirtAddr at = pages.map(Mapping::huge_page, page);
  EXPECT_EQ(at.value() % Mapping::huge_page, 0U);
}

TEST(KernelPages, WhatOneCallMappedIsUnmappedWholeOnly) {
  KernelPages pages;
  const VirtAddr at = pages.map(4 * page, page);
  EXPECT_FALSE(pages.unmap(at, page));
  EXPECT_FALSE(pages.unmap(at + page, 3 * page));
  EXPECT_TRUE(pages.unmap(at, 4 * page));
}

TEST(KernelPages, MoreThanTheHostHasIsRefused) {
  KernelPages pages;
  EXPECT_EQ(pages.map(std::uint64_t{1} << 60U, page), VirtAddr());
}

}  // namespace
}  // namespace signalbox::kernel_pages_test
