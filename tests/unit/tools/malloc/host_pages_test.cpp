#include "tools/malloc/host_pages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "kernel/alloc/size_class.hpp"

namespace signalbox::host_pages_test {

using namespace alloc;

char* bytes_at(VirtAddr at) { return reinterpret_cast<char*>(at.value()); }

TEST(HostPages, ComeZeroedAndAligned) {
  HostPages pages;
  for (std::uint64_t alignment = page_size; alignment <= std::uint64_t{8} << 20U; alignment *= 4) {
    const VirtAddr at = pages.map(5 * page_size, alignment);
    ASSERT_NE(at, VirtAddr());
    EXPECT_EQ(at.value() % alignment, 0U);
    EXPECT_EQ(bytes_at(at)[5 * page_size - 1], 0);
    bytes_at(at)[0] = 1;
    EXPECT_TRUE(pages.unmap(at, 5 * page_size));
  }
}

TEST(HostPages, ForcedPurgeLeavesZerosBehind) {
  HostPages pages;
  const VirtAddr at = pages.map(2 * page_size, page_size);
  std::memset(bytes_at(at), 1, 2 * page_size);
  EXPECT_TRUE(pages.purge(at, page_size, Purge::forced));
  EXPECT_EQ(bytes_at(at)[0], 0);
  EXPECT_EQ(bytes_at(at)[page_size], 1);
  EXPECT_TRUE(pages.purge(at, 2 * page_size, Purge::lazy));
  EXPECT_TRUE(pages.unmap(at, 2 * page_size));
}

TEST(HostPages, MoveTakesContentsAlong) {
  HostPages pages;
  const VirtAddr from = pages.map(2 * page_size, page_size);
  const VirtAddr to = pages.map(4 * page_size, page_size);
  bytes_at(from)[page_size] = 42;
  ASSERT_TRUE(pages.move(from, 2 * page_size, to, 4 * page_size));
  EXPECT_EQ(bytes_at(to)[page_size], 42);
  EXPECT_EQ(bytes_at(to)[3 * page_size], 0);
  EXPECT_TRUE(pages.unmap(to, 4 * page_size));
}

TEST(HostPages, RefusalLeavesErrnoAlone) {
  HostPages pages;
  errno = 4711;
  EXPECT_EQ(pages.map(std::uint64_t{1} << 62U, page_size), VirtAddr());
  EXPECT_FALSE(pages.unmap(VirtAddr(1), page_size));
  EXPECT_EQ(errno, 4711);
}

TEST(HostMetadata, BlocksAreZeroedAlignedAndApart) {
  const auto metadata = std::make_unique<HostMetadata>();
  ASSERT_TRUE(metadata->start());
  const std::uint32_t a = metadata->allocate(100);
  const std::uint32_t b = metadata->allocate(1);
  ASSERT_NE(a, 0U);
  EXPECT_EQ(static_cast<char*>(metadata->at(b)) - static_cast<char*>(metadata->at(a)), 128);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(metadata->at(a)) % 64, 0U);
  EXPECT_EQ(static_cast<char*>(metadata->at(a))[99], 0);
  EXPECT_EQ(metadata->allocate(std::size_t{1} << 40U), 0U);
  EXPECT_EQ(metadata->allocate(std::size_t{4} << 20U), 0U);
}

TEST(HostMetadata, GrowsByTheSegment) {
  const auto metadata = std::make_unique<HostMetadata>();
  ASSERT_TRUE(metadata->start());
  constexpr std::size_t bytes = std::size_t{3} << 20U;
  std::vector<std::uint32_t> blocks(5);
  for (std::uint32_t& block : blocks) {
    block = metadata->allocate(bytes);
    ASSERT_NE(block, 0U);
    std::memset(metadata->at(block), static_cast<int>(block), bytes);
  }
  for (const std::uint32_t block : blocks) {
    const auto* const last = static_cast<std::uint8_t*>(metadata->at(block)) + (bytes - 1);
    EXPECT_EQ(*last, static_cast<std::uint8_t>(block));
  }
}

TEST(HostMetadata, ThreadsGetBlocksApart) {
  const auto metadata = std::make_unique<HostMetadata>();
  ASSERT_TRUE(metadata->start());
  constexpr unsigned threads = 4;
  constexpr unsigned each = 64;
  std::array<std::array<std::uint32_t, each>, threads> blocks{};
  std::vector<std::thread> all;
  for (unsigned i = 0; i < threads; ++i) {
    all.emplace_back([&, i] {
      for (std::uint32_t& block : blocks[i]) block = metadata->allocate(std::size_t{300} << 10U);
    });
  }
  for (std::thread& thread : all) thread.join();
  std::set<void*> apart;
  for (const auto& of_thread : blocks) {
    for (const std::uint32_t block : of_thread) apart.insert(metadata->at(block));
  }
  EXPECT_EQ(apart.size(), threads * each);
}

}  // namespace signalbox::host_pages_test
